import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DispatcherClient, NewSubmission, SubmissionView } from '@spark-mesos/cluster-dispatcher/client';
import { formatDuration } from '@spark-mesos/scheduler-utils';
import { type SparkCommandLine, submitProperties } from './command-line.ts';
import { asking, connectDispatcher } from './dispatcher-connection.ts';
import { SubmitError } from './errors.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { askPatiently } from './patient-asking.ts';
import { stateOf } from './submission-text.ts';

/** What it takes from its process. */
export interface ClusterSurroundings {
  readonly environment: NodeJS.ProcessEnv;
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** How often it is asked how the driver is. */
  readonly pollMs?: number;
  /** How often it is asked why a driver waits. */
  readonly explainMs?: number;
  /** What a terminal is to show while the driver is waited for. */
  readonly show?: (text: string) => void;
}

/** Those that hold files, which may be paths of this machine. */
const FILE_PROPERTIES = ['spark.archives', 'spark.files', 'spark.jars', 'spark.submit.pyFiles'];
/** Where we, and not the application, are told something. */
const OWN_PROPERTIES = new Set(['spark.master', 'spark.submit.deployMode']);
const LOCAL_VARIABLES = new Set(['SPARK_ENV_LOADED', 'SPARK_HOME', 'SPARK_CONF_DIR']);
const POLL_MS = 1000;
const EXPLAIN_MS = 10_000;

/** Whether a driver is to run in the cluster, by what was typed. */
export function isClusterMode(line: SparkCommandLine): boolean {
  const mode = line.options.get('--deploy-mode') ?? line.conf.get('spark.submit.deployMode');
  return line.command === 'submit' && mode === 'cluster';
}

/** `spark-mesos submit --deploy-mode cluster`, from its command line to its exit status; needs no Spark on this machine. */
export async function submitToCluster(
  line: SparkCommandLine,
  defaults: ReadonlyMap<string, string>,
  { environment, write, writeError, ...waiting }: ClusterSurroundings,
): Promise<number> {
  const { dispatcher, tokenFile, wait, json } = line.own;
  const master =
    line.options.get('--master') ?? line.conf.get('spark.master') ?? defaults.get('spark.master');
  const client = await connectDispatcher({ url: dispatcher ?? master, tokenFile }, environment);
  const created = await asking(client.submit(newSubmission(line, defaults, environment)));
  const { submissionId, warnings } = created;
  for (const warning of warnings) writeError(`spark-mesos: ${warning}\n`);
  if (!json) write(`${submissionId}\n`);
  const submission = wait ? await waitFor(client, submissionId, { writeError, ...waiting }) : undefined;
  if (json) write(`${JSON.stringify({ ...created, submission }, null, 2)}\n`);
  return submission === undefined ? 0 : statusOf(submission);
}

/** What a command line asks for, as the dispatcher takes it. */
export function newSubmission(
  line: SparkCommandLine,
  defaults: ReadonlyMap<string, string>,
  environment: NodeJS.ProcessEnv,
): NewSubmission {
  const { primaryResource, sparkArguments, optionsEnd, own } = line;
  if (primaryResource === undefined) {
    throw new SubmitError('SUBMIT_USAGE', 'the application is missing: a jar, or a Python or R file');
  }
  const mainClass = line.options.get('--class') ?? '';
  const properties = new Map(submitProperties(line, defaults));
  if (line.switches.has('--supervise')) properties.set('spark.driver.supervise', 'true');
  for (const name of FILE_PROPERTIES) {
    const value = properties.get(name);
    if (value !== undefined) properties.set(name, value.split(',').map(uriOf).join(','));
  }
  if (!properties.has('spark.app.name')) {
    properties.set('spark.app.name', mainClass || path.basename(primaryResource));
  }
  return {
    appResource: uriOf(primaryResource),
    mainClass,
    arguments: sparkArguments.slice(optionsEnd + 1),
    properties: Object.fromEntries([...properties].filter(([name]) => !OWN_PROPERTIES.has(name))),
    ...(own.sparkVersion === undefined ? {} : { sparkVersion: own.sparkVersion }),
    environment: Object.fromEntries(
      Object.entries(environment).filter(
        (entry): entry is [string, string] =>
          entry[1] !== undefined && /^(SPARK|MESOS)_/.test(entry[0]) && !isLocal(entry[0]),
      ),
    ),
  };
}

/** Variables that mean something on this machine alone, and what we ourselves are told by. */
function isLocal(name: string): boolean {
  return LOCAL_VARIABLES.has(name) || name.startsWith('SPARK_MESOS_DISPATCHER');
}

/** As Spark has it: what has no scheme is a file of this machine, which agents have to see as well. */
function uriOf(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' || /^[a-z][a-z0-9+.-]*:/i.test(trimmed) ? trimmed : `file:${path.resolve(trimmed)}`;
}

async function waitFor(
  client: DispatcherClient,
  submissionId: string,
  {
    writeError,
    pollMs = POLL_MS,
    explainMs = EXPLAIN_MS,
    show = () => {},
  }: Omit<ClusterSurroundings, 'environment' | 'write'>,
): Promise<SubmissionView> {
  const ask = <Answer>(call: () => Promise<Answer>) => askPatiently(call, { writeError, pollMs });
  const tell = (text: string) => writeError(`spark-mesos: ${submissionId} ${text}\n`);
  let [before, why, sinceMs] = ['', '', Date.now()];
  for (; ; await delay(pollMs)) {
    const submission = await ask(() => client.status(submissionId));
    const state = stateOf(submission);
    if (state !== before) {
      tell(`is ${state}${submission.message === undefined ? '' : `: ${submission.message}`}`);
      [before, why, sinceMs] = [state, '', Date.now()];
    }
    show(waitingLine(submission, Date.now()));
    if (submission.state === 'finished') return submission;
    if (submission.state !== 'queued' || Date.now() - sinceMs < explainMs) continue;
    const { sentence } = await ask(() => client.explain(submissionId));
    if (sentence !== why) tell(sentence);
    [why, sinceMs] = [sentence, Date.now()];
  }
}

/** How a driver is, for somebody who looks on. */
export function waitingLine(submission: SubmissionView, nowMs: number): string {
  const attempt = submission.attempts.at(-1);
  const place =
    attempt?.hostname === undefined || attempt.finishedAt !== undefined ? '' : ` on ${attempt.hostname}`;
  const tries = submission.attemptCount > 1 ? `, attempt ${submission.attemptCount}` : '';
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(submission.submittedAt)) / 1000));
  const ago = formatDuration(seconds * 1000);
  return `spark-mesos: ${submission.id} is ${stateOf(submission)}${place}${tries}; submitted ${ago} ago`;
}

/** The driver's own status where it has one. */
function statusOf({ finalState, attempts }: SubmissionView): number {
  if (finalState === 'FINISHED') return 0;
  return attempts.at(-1)?.exitStatus || EXIT_CODES.frameworkLost;
}

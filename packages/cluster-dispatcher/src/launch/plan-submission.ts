import {
  argvCommand,
  ConfigError,
  type DispatcherSettings,
  driverSecretVariables,
  formatConstraint,
  type ProgramLaunch,
} from '@spark-mesos/scheduler-utils';
import type { DriverPlan } from '../core/driver-plan.ts';
import type { AgentId, SubmissionId, TaskId } from '../model/ids.ts';
import type { SubmissionProblem } from '../model/outcomes.ts';
import type { SubmissionRequest } from '../model/submission-request.ts';
import { redactUri } from '../security/redaction.ts';
import type { DispatcherRules } from '../settings.ts';
import { driverResources, effectiveProperties, readSettings } from './driver-request.ts';
import { otherSpark, sparkFor } from './driver-spark.ts';
import { driverProgram, namesSpark, sparkPlace } from './driver-task.ts';
import { hasPlainWords } from './plain-words.ts';
import { applicationName } from './submit-arguments.ts';

/** A submission that can be launched, or all that is wrong with it. */
export type PlannedSubmission =
  | { readonly ok: true; readonly plan: DriverPlan; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly problems: readonly SubmissionProblem[] };

/** The longest argument or variable that Linux hands to a program (MAX_ARG_STRLEN), less one for its end. */
const MAX_WORD_BYTES = 128 * 1024 - 1;
/** Less than what Linux leaves for all of them together, and than the store takes. */
const MAX_REQUEST_BYTES = 768 * 1024;

/**
 * Finds everything that can be wrong with a submission before it is taken (rules D25, D33, D59, D63, D64), so that
 * nothing in the queue can fail to be launched for what it says.
 */
export function planSubmission(request: SubmissionRequest, rules: DispatcherRules): PlannedSubmission {
  const properties = effectiveProperties(request, rules);
  const parsed = readSettings(request, properties);
  const problems = [...shapeProblems(request)];
  if (!parsed.ok) {
    problems.push(...parsed.problems.map(({ setting, message }) => ({ setting, message })));
    return { ok: false, problems };
  }
  const { settings, warnings } = parsed;
  problems.push(...settingProblems(settings, rules));
  if (problems.length > 0) return { ok: false, problems };
  const plan = planOf(request, properties, settings, rules);
  const words = hasPlainWords(request, properties, rules)
    ? []
    : wordProblems({ request, properties, settings, plan, rules });
  if (words.length > 0) return { ok: false, problems: words };
  return { ok: true, plan, warnings: [...warnings, ...sparkWarnings(request, settings, rules)] };
}

function planOf(
  request: SubmissionRequest,
  properties: Readonly<Record<string, string>>,
  settings: DispatcherSettings,
  rules: DispatcherRules,
): DriverPlan {
  return {
    name: applicationName(request, properties),
    mainClass: request.mainClass,
    queue: settings.queue,
    resources: driverResources(settings, rules),
    constraints: settings.driverConstraints.map(formatConstraint).join(';'),
    supervision: {
      supervise: settings.driverSupervise,
      ...(settings.superviseMaxRetries === undefined ? {} : { maxRetries: settings.superviseMaxRetries }),
      resetAfterMs: settings.superviseResetAfterMs,
      finalExitStatuses: settings.superviseFinalExitStatuses,
      unreachableTimeoutMs: settings.superviseUnreachableTimeoutMs,
    },
    ...(settings.driverKillGraceMs === undefined ? {} : { killGraceMs: settings.driverKillGraceMs }),
  };
}

function shapeProblems({ appResource }: SubmissionRequest): SubmissionProblem[] {
  const name = (appResource.split(/[?#]/, 1)[0] ?? '').replace(/^.*\//, '');
  if (appResource === '') {
    return [{ setting: 'appResource', message: "Application jar 'appResource' is missing." }];
  }
  return name === '' || name === '.' || name === '..'
    ? [{ setting: 'appResource', message: `appResource: '${redactUri(appResource)}' names no file` }]
    : [];
}

function settingProblems(settings: DispatcherSettings, rules: DispatcherRules): SubmissionProblem[] {
  const problems: SubmissionProblem[] = [];
  const add = (setting: string, why: string) => problems.push({ setting, message: `${setting}: ${why}` });
  if (!rules.queues.has(settings.queue)) {
    const known = [...rules.queues.keys()].sort().join(', ');
    add('spark.mesos.dispatcher.queue', `there is no queue '${settings.queue}'; there are ${known}`);
  }
  if (settings.driverCores < 0.001) {
    add('spark.driver.cores', `'${settings.driverCores}' is too small: a driver needs some cpu`);
  }
  if (settings.driverMemoryMiB < 1) {
    add('spark.driver.memory', 'a driver needs a heap of 1 MiB at least');
  }
  if (sparkPlace(settings, rules).kind === 'home' && sparkPlace(settings, rules).text === '') {
    const why =
      'nothing says where Spark is on the agents: set it, or spark.executor.uri, or an image; or have the ' +
      'dispatcher started with spark.home';
    add('spark.mesos.executor.home', why);
  }
  const roles = settings.role === undefined ? settings.roles : [settings.role];
  if (rules.roleEnforced && rules.role !== undefined && roles.some((role) => role !== rules.role)) {
    const why = `this dispatcher takes submissions of the role '${rules.role}' only, not '${roles.join(',')}'`;
    add(settings.role === undefined ? 'spark.mesos.roles' : 'spark.mesos.role', why);
  }
  return problems;
}

function sparkWarnings(
  request: SubmissionRequest,
  settings: DispatcherSettings,
  rules: DispatcherRules,
): readonly string[] {
  const { sparks, sparkHome } = rules;
  if (request.clientSparkVersion === undefined || namesSpark(settings)) return [];
  const chosen = sparkFor(sparks, request) ?? sparks.find(({ home }) => home === sparkHome);
  const warning = otherSpark(chosen, request.clientSparkVersion);
  return warning === undefined ? [] : [warning];
}

interface WordsToCheck {
  readonly request: SubmissionRequest;
  readonly properties: Readonly<Record<string, string>>;
  readonly settings: DispatcherSettings;
  readonly plan: DriverPlan;
  readonly rules: DispatcherRules;
}

/**
 * Makes the program of the task once, for an attempt that never will be: whatever it stumbles over would be stumbled over
 * later. The rest of a task is made of settings alone, which were read already, and cannot fail.
 */
function wordProblems(parts: WordsToCheck): SubmissionProblem[] {
  try {
    const program = driverProgram({ ...parts, attempt: NEVER, masterUrl: 'spark://host:7077' });
    argvCommand(program);
    return sizeProblems(program, driverSecretVariables(parts.settings));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [{ setting: 'arguments', message: error.message }];
  }
}

const NEVER = {
  submissionId: 'driver' as SubmissionId,
  number: 1,
  taskId: 'driver' as TaskId,
  driverFrameworkId: 'framework',
  agentId: 'agent' as AgentId,
  hostname: 'host',
};

/** A word by the property that it holds; what else is in it may be secret. */
function whatIs(word: string, before: string | undefined): string {
  return before === '--conf' ? word.slice(0, word.indexOf('=')) : 'arguments';
}

function sizeProblems(
  { arguments: words, environment = new Map() }: ProgramLaunch,
  secrets: readonly { readonly name: string }[],
): SubmissionProblem[] {
  let total = 0;
  const problems: SubmissionProblem[] = [];
  // What the text is may be secret: only its length is told.
  const count = (setting: string, text: string) => {
    const bytes = Buffer.byteLength(text);
    total += bytes + 1;
    if (bytes <= MAX_WORD_BYTES) return;
    const message = `${setting}: one has ${bytes} bytes; a program can be given ${MAX_WORD_BYTES} in one word`;
    problems.push({ setting, message });
  };
  words.forEach((word, index) => {
    count(whatIs(word, words[index - 1]), word);
  });
  for (const [name, value] of environment) count(`environment variable ${name}`, `${name}=${value}`);
  // The agent fills in their values.
  for (const { name } of secrets) count(`environment variable ${name}`, `${name}=`);
  if (total > MAX_REQUEST_BYTES) {
    const message = `arguments and variables have ${total} bytes together; ${MAX_REQUEST_BYTES} are the most`;
    problems.push({ setting: 'arguments', message });
  }
  return problems;
}

import { readFile } from 'node:fs/promises';
import { DispatcherClient, DispatcherClientError } from '@spark-mesos/cluster-dispatcher/client';
import { SubmitError } from './errors.ts';
import type { OwnFlag } from './own-arguments.ts';

/** The flags of every command that asks a dispatcher. */
export const DISPATCHER_FLAGS: readonly OwnFlag[] = [
  {
    name: 'dispatcher',
    value: 'URL',
    meaning:
      'http://host:8081, or what Spark has as its master: spark://host:7077 (else SPARK_MESOS_DISPATCHER)',
  },
  {
    name: 'token-file',
    value: 'FILE',
    names: 'file',
    meaning: 'holds the token to show to it (else SPARK_MESOS_DISPATCHER_TOKEN)',
  },
];

/** Where a dispatcher is, and what it is shown. */
export interface DispatcherPlace {
  readonly url: string | undefined;
  readonly tokenFile: string | undefined;
}

/** A client of the dispatcher that was named, on the command line or in the environment. */
export async function connectDispatcher(
  { url, tokenFile }: DispatcherPlace,
  environment: NodeJS.ProcessEnv,
): Promise<DispatcherClient> {
  const named = url ?? environment.SPARK_MESOS_DISPATCHER;
  if (named === undefined || named === '') {
    throw new SubmitError(
      'SUBMIT_USAGE',
      'no dispatcher was named: say --dispatcher http://host:8081, or set SPARK_MESOS_DISPATCHER',
    );
  }
  const token = tokenFile === undefined ? environment.SPARK_MESOS_DISPATCHER_TOKEN : await tokenIn(tokenFile);
  return new DispatcherClient({ url: dispatcherUrl(named), ...(token ? { token } : {}) });
}

/** The address of its API; that is answered on the port of submissions too. */
export function dispatcherUrl(text: string): string {
  const address = text.trim().replace(/^(spark|mesos):\/\//, 'http://');
  const url = /^https?:\/\//.test(address) ? address : `http://${address}`;
  if (URL.canParse(url) && new URL(url).hostname !== '') return new URL(url).origin;
  throw new SubmitError('SUBMIT_USAGE', `"${text}" is no address of a dispatcher; write http://host:8081`);
}

/** What a client's error is to the user of this command. */
export async function asking<Answer>(call: Promise<Answer>): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof DispatcherClientError)) throw error;
    throw new SubmitError(codeOf(error), error.message, { cause: error });
  }
}

function codeOf({ problem }: DispatcherClientError) {
  if (problem === undefined) return 'SUBMIT_NO_MASTER';
  const { status, code } = problem;
  if (status === 401 || status === 403) return 'SUBMIT_MASTER_REFUSES';
  // To be tried again later: it is not ready, or has had enough for now.
  if (status === 429 || status >= 500) return 'SUBMIT_NO_MASTER';
  const isGone = status === 404 || code === 'DISPATCHER_ALREADY_FINISHED';
  return isGone ? 'SUBMIT_NO_APPLICATION' : 'SUBMIT_SETTINGS';
}

async function tokenIn(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    const message = `the token file ${file} cannot be read: ${(cause as Error).message}`;
    throw new SubmitError('SUBMIT_FILE_NOT_FOUND', message, { cause });
  }
}

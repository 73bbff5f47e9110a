import { AgentOperatorClient } from '@spark-mesos/mesos-client';
import { OWN_WORDS } from './executor-script.ts';

/** How much of an executor's standard error is read: the script's words are among its first. */
const READ_BYTES = 16 * 1024;
const TIMEOUT_MS = 3_000;

/** Which file of which agent to read. */
export interface SandboxFile {
  /** The agent's own web server. */
  readonly agentUrl: string;
  readonly path: string;
}

/** Reads the beginning of a file in a sandbox. */
export type SandboxReader = (file: SandboxFile) => Promise<string>;

/**
 * Asks the agent itself, as an operator would, but without a name: the framework's secret is for the master alone.
 * Rejects where the agent does not answer in time, or does not allow it.
 */
export async function readSandbox({ agentUrl, path }: SandboxFile): Promise<string> {
  const client = new AgentOperatorClient({
    agent: agentUrl,
    connectTimeoutMs: TIMEOUT_MS,
    callTimeoutMs: TIMEOUT_MS,
    maxTries: 1,
  });
  try {
    const { data } = await client.readFile(path, 0, READ_BYTES);
    return Buffer.from(data ?? new Uint8Array()).toString('utf8');
  } finally {
    await client.close();
  }
}

/** The last line that the executors' script wrote, without its beginning; undefined where there is none. */
export function ownWordsIn(standardError: string): string | undefined {
  const lines = standardError.split('\n').filter((line) => line.startsWith(OWN_WORDS));
  return lines.at(-1)?.slice(OWN_WORDS.length);
}

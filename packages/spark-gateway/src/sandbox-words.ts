import { z } from 'zod';
import { OWN_WORDS } from './executor-script.ts';
import { httpText } from './http-text.ts';

/** How much of an executor's standard error is read: the script's words are among its first. */
const READ_BYTES = 16 * 1024;
/** In JSON a byte may take six. */
const LONGEST_ANSWER_BYTES = 6 * READ_BYTES + 1024;

/** Which file of which agent to read. */
export interface SandboxFile {
  /** The agent's own web server. */
  readonly agentUrl: string;
  readonly path: string;
}

/** Reads the beginning of a file in a sandbox. */
export type SandboxReader = (file: SandboxFile) => Promise<string>;

const answerShape = z.object({ data: z.string() });

/**
 * Asks the agent itself, as its web page would (`/files/read`), but without a name: the framework's secret is for the
 * master alone. Rejects where the agent does not answer in time, or does not allow it.
 */
export async function readSandbox({ agentUrl, path }: SandboxFile): Promise<string> {
  const url = new URL('/files/read', agentUrl);
  url.search = String(new URLSearchParams({ path, offset: '0', length: String(READ_BYTES) }));
  return answerShape.parse(JSON.parse(await httpText(url, LONGEST_ANSWER_BYTES))).data;
}

/** The last line that the executors' script wrote, without its beginning; undefined where there is none. */
export function ownWordsIn(standardError: string): string | undefined {
  const lines = standardError.split('\n').filter((line) => line.startsWith(OWN_WORDS));
  return lines.at(-1)?.slice(OWN_WORDS.length);
}

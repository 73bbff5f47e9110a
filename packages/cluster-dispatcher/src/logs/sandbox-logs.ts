import { messageOf } from '@spark-mesos/scheduler-utils';
import { z } from 'zod';
import type { Attempt } from '../model/submission.ts';
import { askForJson } from './http-json.ts';
import type { LogPart, LogRange, LogReader } from './log-reader.ts';

/** What {@link SandboxLogs} needs to know of the cluster. */
export interface SandboxLogsOptions {
  /** `host:port` of the leading master, and the id of the framework that the drivers are tasks of. */
  readonly cluster: () => { readonly master?: string | undefined; readonly frameworkId?: string | undefined };
  /** For Mesos that asks who one is; plain HTTP where none is given. */
  readonly credentials?: { readonly principal: string; readonly secret: string } | undefined;
  readonly scheme?: 'http' | 'https' | undefined;
}

/** Of a large cluster; a state that is longer is no state that anybody could look at. */
const LONGEST_STATE_BYTES = 64 * 1024 * 1024;
/** So many sandboxes are remembered; they never move. */
const MOST_PLACES = 1_000;

const slavesShape = z.object({ slaves: z.array(z.object({ id: z.string(), pid: z.string() })) });
const executorShape = z.object({ id: z.string(), directory: z.string().optional() });
const frameworkShape = z.object({
  id: z.string(),
  executors: z.array(executorShape).default([]),
  completed_executors: z.array(executorShape).default([]),
});
const stateShape = z.object({
  frameworks: z.array(frameworkShape).default([]),
  completed_frameworks: z.array(frameworkShape).default([]),
});
const readShape = z.object({ data: z.string(), offset: z.int() });

interface Place {
  readonly agentUrl: string;
  readonly directory: string;
}

/** Why there is no log, in words for the one who asked. */
class NoLog extends Error {}

/**
 * Reads logs through the web servers of the agents (`/files/read`), as Mesos's own page does: the master says where an agent is, the
 * agent where a sandbox lies.
 */
export class SandboxLogs implements LogReader {
  readonly #options: SandboxLogsOptions;
  readonly #places = new Map<string, Place>();

  constructor(options: SandboxLogsOptions) {
    this.#options = options;
  }

  async read(attempt: Attempt, range: LogRange): Promise<LogPart> {
    try {
      return await this.#read(await this.#placeOf(attempt), range);
    } catch (error) {
      // Where it is may have changed: an agent that comes back may listen elsewhere.
      this.#places.delete(attempt.taskId);
      const why = messageOf(error);
      return { ok: false, reason: `the log on ${attempt.hostname} cannot be read: ${why}` };
    }
  }

  async #read({ agentUrl, directory }: Place, { file, offset, length }: LogRange): Promise<LogPart> {
    const url = new URL('/files/read', agentUrl);
    const path = `${directory}/${file}`;
    // Of -1 the agent answers with the size of the file alone.
    const size = offset === undefined ? await this.#part(url, { path, offset: '-1' }) : undefined;
    const start = offset ?? Math.max(0, (size?.offset ?? 0) - length);
    const part = await this.#part(url, { path, offset: String(start), length: String(length) });
    return { ok: true, bytes: bytesOf(part.data), offset: start };
  }

  async #part(url: URL, query: Record<string, string>) {
    const asked = new URL(url);
    asked.search = String(new URLSearchParams(query));
    // In JSON a byte may take six.
    const longestBytes = 6 * Number(query.length ?? 0) + 4096;
    // Mesos writes a file's bytes into the JSON as they are, and a piece may end within a character.
    return readShape.parse(await this.#ask(asked, longestBytes, 'latin1'));
  }

  async #placeOf({ taskId, agentId }: Attempt): Promise<Place> {
    const known = this.#places.get(taskId);
    if (known !== undefined) return known;
    const { master, frameworkId } = this.#options.cluster();
    if (master === undefined || frameworkId === undefined) throw new NoLog('there is no master at present');
    const agentUrl = await this.#agentUrl(master, agentId);
    const directory = await this.#directory(agentUrl, frameworkId, taskId);
    const place = { agentUrl, directory };
    this.#places.set(taskId, place);
    if (this.#places.size > MOST_PLACES) {
      for (const oldest of this.#places.keys()) {
        this.#places.delete(oldest);
        break;
      }
    }
    return place;
  }

  async #agentUrl(master: string, agentId: string): Promise<string> {
    const scheme = this.#options.scheme ?? 'http';
    const answer = await this.#ask(new URL('/slaves', `${scheme}://${master}`), LONGEST_STATE_BYTES);
    const agent = slavesShape.parse(answer).slaves.find(({ id }) => id === agentId);
    // `slave(1)@10.0.0.5:5051`
    const address = agent?.pid.slice(agent.pid.indexOf('@') + 1);
    if (address === undefined || address === '') throw new NoLog('its agent is gone');
    return `${scheme}://${address}`;
  }

  /** The executor of a command has the id of its task. */
  async #directory(agentUrl: string, frameworkId: string, taskId: string): Promise<string> {
    const state = stateShape.parse(await this.#ask(new URL('/state', agentUrl), LONGEST_STATE_BYTES));
    const executors = [...state.frameworks, ...state.completed_frameworks]
      .filter(({ id }) => id === frameworkId)
      .flatMap(({ executors: live, completed_executors: over }) => [...live, ...over]);
    const directory = executors.find(({ id }) => id === taskId)?.directory;
    if (directory === undefined || directory === '') throw new NoLog('its sandbox is gone, or not there yet');
    return directory;
  }

  #ask(url: URL, longestBytes: number, encoding: 'utf8' | 'latin1' = 'utf8'): Promise<unknown> {
    const { credentials } = this.#options;
    return askForJson(url, { longestBytes, credentials, encoding });
  }
}

/** A character for each byte; what an agent wrote as an escape, such as `\\u20ac`, is more than a byte, and was a character. */
function bytesOf(text: string): Uint8Array {
  if (!/[\u0100-\uffff]/.test(text)) return Buffer.from(text, 'latin1');
  return Buffer.concat(
    Array.from(text, (character) =>
      Buffer.from(character, (character.codePointAt(0) ?? 0) > 0xff ? 'utf8' : 'latin1'),
    ),
  );
}

import { asObject, numberOf, textOf } from '../shared/json.ts';
import type { LogSource } from '../shared/log/log-source.ts';

/** What is asked for logs: the part of the API that is needed here. */
export interface LogApi {
  readonly identity: string;
  read(path: string, query: Readonly<Record<string, string>>, signal?: AbortSignal): Promise<unknown>;
}

/** Which log of which attempt. */
export interface DriverLogPlace {
  readonly id: string;
  readonly attempt: number;
  readonly file: string;
}

/** A log of a driver, to be followed; the dispatcher reads it where it is. */
export function driverLog(api: LogApi, { id, attempt, file }: DriverLogPlace): LogSource {
  const ask = async (query: Readonly<Record<string, string>>, signal: AbortSignal | undefined) => {
    const path = `submissions/${encodeURIComponent(id)}/log`;
    return asObject(await api.read(path, { file, attempt: String(attempt), ...query }, signal));
  };
  return {
    key: `${api.identity} ${id} ${attempt} ${file}`,
    name: file,
    // Without an offset it is the end of the file that comes: its last byte, whatever that is as text.
    sizeBytes: async (signal) => {
      const last = await ask({ length: '1' }, signal);
      return numberOf(last, 'offset') + (textOf(last, 'data') === '' ? 0 : 1);
    },
    read: async ({ offset, length }, signal) => {
      const answer = await ask({ offset: String(offset), length: String(length) }, signal);
      return { offset, bytes: new TextEncoder().encode(wholeText(textOf(answer, 'data'), length)) };
    },
  };
}

/** A character of UTF-8 has at most so many bytes; fewer than that may be the beginning of one. */
const LONGEST_CHARACTER_BYTES = 4;

/**
 * The API gives text: where a piece ends within a character, marks stand in its place. Left out, the next piece begins with that
 * character; unless there is nothing else, and too much of it for one character: then it is what the file holds.
 */
function wholeText(text: string, length: number): string {
  const without = text.replace(/\ufffd+$/, '');
  return without === '' && length >= LONGEST_CHARACTER_BYTES ? text : without;
}

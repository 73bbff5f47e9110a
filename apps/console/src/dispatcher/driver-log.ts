import { asObject, numberOf, textOf } from '../shared/json.ts';
import type { LogSource } from '../shared/log/log-source.ts';
import type { DispatcherApi } from './api/dispatcher-api.ts';

/** Which log of which attempt. */
export interface DriverLogPlace {
  readonly id: string;
  readonly attempt: number;
  readonly file: string;
}

/** A log of a driver, to be followed; the dispatcher reads it where it is. */
export function driverLog(api: DispatcherApi, { id, attempt, file }: DriverLogPlace): LogSource {
  const ask = async (query: Readonly<Record<string, string>>, signal: AbortSignal | undefined) => {
    const path = `submissions/${encodeURIComponent(id)}/log`;
    return asObject(await api.read(path, { file, attempt: String(attempt), ...query }, signal));
  };
  return {
    key: `${api.identity} ${id} ${attempt} ${file}`,
    name: file,
    // Without an offset it is the end of the file that comes.
    sizeBytes: async (signal) => numberOf(await ask({ length: '1' }, signal), 'nextOffset'),
    read: async ({ offset, length }, signal) => {
      const answer = await ask({ offset: String(offset), length: String(length) }, signal);
      return { offset, bytes: new TextEncoder().encode(wholeText(textOf(answer, 'data'))) };
    },
  };
}

/**
 * The API gives text: where a piece ends within a character, a mark stands in its place. Left out, the next piece begins with
 * that character; unless there is nothing else, for then it is what the file holds.
 */
function wholeText(text: string): string {
  const without = text.replace(/\ufffd+$/, '');
  return without === '' ? text : without;
}

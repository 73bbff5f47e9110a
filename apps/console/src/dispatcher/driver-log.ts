import { asObject, numberOf, textOf } from '../shared/json.ts';
import type { FileChunk, LogSource } from '../shared/log/log-source.ts';

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

/** The API gives no more at once. */
const DOWNLOAD_BYTES = 1_048_576;

/** A log of a driver, to be followed; the dispatcher reads it where it is. */
export function driverLog(api: LogApi, { id, attempt, file }: DriverLogPlace): LogSource {
  const ask = async (query: Readonly<Record<string, string>>, signal: AbortSignal | undefined) => {
    const path = `submissions/${encodeURIComponent(id)}/log`;
    // As text it would lack what is no whole character.
    const all = { file, attempt: String(attempt), encoding: 'base64', ...query };
    return chunkOf(asObject(await api.read(path, all, signal)));
  };
  const read = ({ offset, length }: { offset: number; length: number }, signal: AbortSignal | undefined) =>
    ask({ offset: String(offset), length: String(length) }, signal);
  return {
    key: `${api.identity} ${id} ${attempt} ${file}`,
    name: file,
    // Without an offset it is the end of the file that comes: its last byte.
    sizeBytes: async (signal) => {
      const last = await ask({ length: '1' }, signal);
      return last.offset + last.bytes.length;
    },
    read,
    download: {
      name: `${id}${attempt === 1 ? '' : `-attempt-${attempt}`}-${file}.log`,
      // The browser by itself could show no token.
      fetch: async (signal) => {
        const parts: Uint8Array<ArrayBuffer>[] = [];
        for (let offset = 0; ; ) {
          const { bytes } = await read({ offset, length: DOWNLOAD_BYTES }, signal);
          if (bytes.length === 0) return new Blob(parts, { type: 'text/plain' });
          parts.push(bytes);
          offset += bytes.length;
        }
      },
    },
  };
}

function chunkOf(
  answer: ReturnType<typeof asObject>,
): FileChunk & { readonly bytes: Uint8Array<ArrayBuffer> } {
  const binary = atob(textOf(answer, 'data'));
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  return { offset: numberOf(answer, 'offset'), bytes };
}

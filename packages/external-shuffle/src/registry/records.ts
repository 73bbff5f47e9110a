import type { StoreEntry } from '@spark-mesos/durable-store';
import { getJson } from '@spark-mesos/durable-store';
import type { RegisteredExecutor } from '../model.ts';
import { keyPart } from './registration-checks.ts';

/**
 * What the registry keeps on the disk, one key each:
 *
 * ```text
 * executors/<appId>/<chunk>   up to 16 executors with their directories, and when the last of them registered
 * driver/<appId>              its heartbeat timeout; not its heartbeats, which would be a write each
 * secret/<appId>              the application's own secret
 * removing/<directory>        a directory that is to be deleted, and whose it was
 * ```
 */
export type StoredRecord =
  | {
      readonly kind: 'executors';
      readonly appId: string;
      readonly chunk: number;
      readonly executors: readonly RegisteredExecutor[];
      readonly registeredAtMs: number;
    }
  | { readonly kind: 'driver'; readonly appId: string; readonly timeoutMs: number }
  | { readonly kind: 'secret'; readonly appId: string; readonly secret: string }
  | { readonly kind: 'removing'; readonly appId: string; readonly directory: string };

/** The key of a record. Throws `SHUFFLE_ID_INVALID`. */
export function keyOf(
  record:
    | { readonly kind: 'executors'; readonly appId: string; readonly chunk: number }
    | { readonly kind: 'driver' | 'secret'; readonly appId: string }
    | { readonly kind: 'removing'; readonly directory: string },
): string {
  switch (record.kind) {
    case 'executors':
      return `executors/${keyPart(record.appId)}/${record.chunk}`;
    case 'removing':
      return `removing/${record.directory}`;
    default:
      return `${record.kind}/${keyPart(record.appId)}`;
  }
}

/** Short names: there are a hundred thousand of them. What stands in the key is not said twice. */
export function encodeRecord(record: StoredRecord): Uint8Array {
  switch (record.kind) {
    case 'executors':
      return json({
        t: record.registeredAtMs,
        e: record.executors.map((executor) => [
          executor.executorId,
          executor.subDirsPerLocalDir,
          ...executor.localDirs,
        ]),
      });
    case 'driver':
      return json({ timeoutMs: record.timeoutMs });
    case 'secret':
      return json({ secret: record.secret });
    case 'removing':
      return json({ appId: record.appId });
  }
}

/** Undefined for what is none of ours: a later version's, or damaged in a way that checksums do not see. */
export function decodeRecord(entry: StoreEntry): StoredRecord | undefined {
  try {
    const value = getJson(entry);
    if (typeof value !== 'object' || value === null) return undefined;
    return decode(entry.key, value as Readonly<Record<string, unknown>>);
  } catch {
    return undefined;
  }
}

function decode(key: string, value: Readonly<Record<string, unknown>>): StoredRecord | undefined {
  const slash = key.indexOf('/');
  const rest = key.slice(slash + 1);
  switch (key.slice(0, slash)) {
    case 'executors':
      return decodeExecutors(rest, value);
    case 'driver': {
      const { timeoutMs } = value;
      if (typeof timeoutMs !== 'number') return undefined;
      return { kind: 'driver', appId: decodeURIComponent(rest), timeoutMs };
    }
    case 'secret': {
      const { secret } = value;
      if (typeof secret !== 'string') return undefined;
      return { kind: 'secret', appId: decodeURIComponent(rest), secret };
    }
    case 'removing': {
      const { appId } = value;
      return typeof appId === 'string' ? { kind: 'removing', appId, directory: rest } : undefined;
    }
    default:
      return undefined;
  }
}

function decodeExecutors(
  rest: string,
  { t, e }: Readonly<Record<string, unknown>>,
): StoredRecord | undefined {
  const [part, chunk] = rest.split('/');
  if (part === undefined || chunk === undefined || !/^\d{1,15}$/.test(chunk)) return undefined;
  if (!Array.isArray(e) || typeof t !== 'number') return undefined;
  const appId = decodeURIComponent(part);
  const executors: RegisteredExecutor[] = [];
  for (const stored of e) {
    if (!Array.isArray(stored)) return undefined;
    const [executorId, subDirsPerLocalDir, ...localDirs] = stored as readonly unknown[];
    if (typeof executorId !== 'string' || typeof subDirsPerLocalDir !== 'number') return undefined;
    if (!isStringArray(localDirs)) return undefined;
    executors.push({ appId, executorId, localDirs, subDirsPerLocalDir });
  }
  return { kind: 'executors', appId, chunk: Number(chunk), executors, registeredAtMs: t };
}

function isStringArray(values: readonly unknown[]): values is readonly string[] {
  return values.length > 0 && values.every((value) => typeof value === 'string');
}

function json(value: object): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

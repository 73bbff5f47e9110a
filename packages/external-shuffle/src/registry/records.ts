import type { StoreEntry } from '@spark-mesos/durable-store';
import { getJson } from '@spark-mesos/durable-store';
import { keyPart } from './registration-checks.ts';

/**
 * What the registry keeps on the disk, one key each:
 *
 * ```text
 * executor/<appId>/<executorId>   its directories, subdirectories, and when it registered
 * driver/<appId>                  its heartbeat timeout; not its heartbeats, which would be a write each
 * secret/<appId>                  the application's own secret
 * removing/<directory>            a directory that is to be deleted, and whose it was
 * ```
 */
export type StoredRecord =
  | {
      readonly kind: 'executor';
      readonly appId: string;
      readonly executorId: string;
      readonly localDirs: readonly string[];
      readonly subDirsPerLocalDir: number;
      readonly registeredAtMs: number;
    }
  | { readonly kind: 'driver'; readonly appId: string; readonly timeoutMs: number }
  | { readonly kind: 'secret'; readonly appId: string; readonly secret: string }
  | { readonly kind: 'removing'; readonly appId: string; readonly directory: string };

/** The key of a record. Throws `SHUFFLE_ID_INVALID`. */
export function keyOf(
  record:
    | { readonly kind: 'executor'; readonly appId: string; readonly executorId: string }
    | { readonly kind: 'driver' | 'secret'; readonly appId: string }
    | { readonly kind: 'removing'; readonly directory: string },
): string {
  switch (record.kind) {
    case 'executor':
      return `executor/${keyPart('application', record.appId)}/${keyPart('executor', record.executorId)}`;
    case 'removing':
      return `removing/${record.directory}`;
    default:
      return `${record.kind}/${keyPart('application', record.appId)}`;
  }
}

/** Short names: there are a hundred thousand of them. What stands in the key is not said twice. */
export function encodeRecord(record: StoredRecord): Uint8Array {
  switch (record.kind) {
    case 'executor':
      return json({ d: record.localDirs, s: record.subDirsPerLocalDir, t: record.registeredAtMs });
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
    case 'executor':
      return decodeExecutor(rest, value);
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

function decodeExecutor(
  rest: string,
  { d, s, t }: Readonly<Record<string, unknown>>,
): StoredRecord | undefined {
  const [appId, executorId] = rest.split('/');
  if (appId === undefined || executorId === undefined || !isStringArray(d)) return undefined;
  if (typeof s !== 'number' || typeof t !== 'number') return undefined;
  return {
    kind: 'executor',
    appId: decodeURIComponent(appId),
    executorId: decodeURIComponent(executorId),
    localDirs: d,
    subDirsPerLocalDir: s,
    registeredAtMs: t,
  };
}

function isStringArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');
}

function json(value: object): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

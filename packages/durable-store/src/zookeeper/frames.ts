import { randomBytes } from 'node:crypto';
import type { StoreEntry } from '../store.ts';
import { encodeRecord, PART_BYTES, recordNode, type ValueParts } from './layout.ts';
import { partPaths } from './read-records.ts';
import type { ZooKeeperChange } from './session.ts';

/** What a store holds, as far as its nodes are concerned. */
export interface KnownNodes {
  readonly path: string;
  readonly has: (key: string) => boolean;
  readonly parts: ReadonlyMap<string, ValueParts>;
}

/** Commits that have to be made one after another; with the last one all changes are made at once. */
export interface Frames {
  readonly commits: readonly (readonly ZooKeeperChange[])[];
  /** Where long values will be. */
  readonly parts: ReadonlyMap<string, ValueParts | undefined>;
}

/** How long a change is in the commit that makes it; parts of a long value have commits of their own. */
export function bytesInFrame(key: string, value: Uint8Array | undefined): number {
  // A name is three times as long as its key, at worst, and there may be parts to remove.
  return (
    512 + 3 * Buffer.byteLength(key) + (value === undefined || value.length > PART_BYTES ? 0 : value.length)
  );
}

/** The commits that make changes of entries. */
export function framesOf(
  changes: Iterable<readonly [string, StoreEntry | undefined]>,
  { path, has, parts: known }: KnownNodes,
): Frames {
  const before: ZooKeeperChange[][] = [];
  const last: ZooKeeperChange[] = [];
  const parts = new Map<string, ValueParts | undefined>();
  for (const [key, entry] of changes) {
    const node = `${path}/records/${recordNode(key)}`;
    const inParts = entry && entry.value.length > PART_BYTES ? newParts(entry.value) : undefined;
    if (entry !== undefined && inParts !== undefined) before.push(...partChanges(path, entry.value, inParts));
    if (entry !== undefined) {
      last.push({ kind: has(key) ? 'write' : 'create', path: node, data: encodeRecord(entry, inParts) });
    } else if (has(key)) last.push({ kind: 'remove', path: node });
    const old = known.get(key);
    if (old !== undefined) last.push(...removals(partPaths(path, old)));
    parts.set(key, inParts);
  }
  return { commits: [...before, last], parts };
}

/** Changes that remove nodes. */
export function removals(paths: readonly string[]): ZooKeeperChange[] {
  return paths.map((path) => ({ kind: 'remove', path }));
}

function newParts(value: Uint8Array): ValueParts {
  const id = randomBytes(12).toString('hex');
  return { id, parts: Math.ceil(value.length / PART_BYTES), bytes: value.length };
}

function partChanges(path: string, value: Uint8Array, parts: ValueParts): ZooKeeperChange[][] {
  return partPaths(path, parts).map((part, index) => [
    { kind: 'create', path: part, data: value.subarray(index * PART_BYTES, (index + 1) * PART_BYTES) },
  ]);
}

import { StoreError } from '../errors.ts';
import type { StoreEntry } from '../store.ts';
import { unreadable } from './committer.ts';
import { BUCKET_NAMES, decodeRecord, keyOfNode, type ValueParts } from './layout.ts';
import type { ZooKeeperResult, ZooKeeperSession } from './session.ts';

/** Everything that is in a store, as it was read. */
export interface ReadRecords {
  readonly entries: Map<string, StoreEntry>;
  /** Where the long values of keys are. */
  readonly parts: Map<string, ValueParts>;
  /** Parts of no value. */
  readonly leftOver: readonly string[];
}

/** So many questions are under way at once. */
const WINDOW = 256;

/** The connection got lost while something was read: it has to be read anew. */
class ReadingLost extends Error {
  override readonly name = 'ReadingLost';
}

/** Reads a whole store; undefined: the connection got lost meanwhile. */
export async function readRecords(session: ZooKeeperSession, path: string): Promise<ReadRecords | undefined> {
  const entries = new Map<string, StoreEntry>();
  const parts = new Map<string, ValueParts>();
  try {
    const names = await inWindows(BUCKET_NAMES, async (bucket) => {
      const found = answerOf(
        `${path}/records/${bucket}`,
        await session.children(`${path}/records/${bucket}`),
      );
      return found.map((name) => ({ name, node: `${path}/records/${bucket}/${name}` }));
    });
    await inWindows(names.flat(), async ({ name, node }) => {
      const key = keyOfNode(name);
      if (key === undefined) throw new StoreError('STORE_DAMAGED', `${node} is not the node of a key`);
      const record = decodeRecord(node, answerOf(node, await session.read(node)).data);
      if ('value' in record) {
        entries.set(key, { key, value: record.value, version: record.version });
        return;
      }
      const value = await readParts(session, path, node, record.inParts);
      entries.set(key, { key, value, version: record.version });
      parts.set(key, record.inParts);
    });
    const used = new Set([...parts.values()].flatMap((value) => partPaths(path, value)));
    const there = answerOf(`${path}/parts`, await session.children(`${path}/parts`));
    const leftOver = there.map((name) => `${path}/parts/${name}`).filter((node) => !used.has(node));
    return { entries, parts, leftOver };
  } catch (error) {
    if (error instanceof ReadingLost) return undefined;
    throw error;
  }
}

/** The nodes of a long value. */
export function partPaths(path: string, { id, parts }: ValueParts): readonly string[] {
  return Array.from({ length: parts }, (_, index) => `${path}/parts/${id}-${index}`);
}

async function readParts(
  session: ZooKeeperSession,
  path: string,
  node: string,
  parts: ValueParts,
): Promise<Uint8Array> {
  const read: Uint8Array[] = [];
  for (const part of partPaths(path, parts)) read.push(answerOf(part, await session.read(part)).data);
  const value = Buffer.concat(read);
  if (value.length !== parts.bytes) {
    throw new StoreError(
      'STORE_DAMAGED',
      `the value of ${node} has ${value.length} bytes, and should have ${parts.bytes}`,
    );
  }
  return new Uint8Array(value);
}

function answerOf<T>(path: string, result: ZooKeeperResult<T>): T {
  if (result.kind === 'done') return result.value;
  if (result.kind === 'lost') throw new ReadingLost(result.reason);
  if (result.refusal === 'noNode') {
    throw new StoreError('STORE_DAMAGED', `${path} is missing in ZooKeeper`);
  }
  throw unreadable(path, result);
}

async function inWindows<In, Out>(items: readonly In[], work: (item: In) => Promise<Out>): Promise<Out[]> {
  const all: Out[] = [];
  for (let start = 0; start < items.length; start += WINDOW) {
    all.push(...(await Promise.all(items.slice(start, start + WINDOW).map(work))));
  }
  return all;
}

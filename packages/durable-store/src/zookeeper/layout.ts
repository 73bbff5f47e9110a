import { StoreError } from '../errors.ts';
import type { StoreEntry } from '../store.ts';

/*
 *   <path>/head                    who writes, and how many commits there were: each commit writes it
 *   <path>/records/<00..3f>/<key>  Record => format:uint8 version:uint32be body
 *                                     format 0: the body is the value
 *                                     format 1: the body is {"id","parts","bytes"} in JSON, and the value in the parts
 *   <path>/parts/<id>-<n>          a part of a long value; of one that no record names nothing remembers
 */

/** The layout that this code reads and writes. */
export const LAYOUT_FORMAT = 1;
/** A value longer than this is kept in parts of this length. ZooKeeper takes no packet of 1 MiB or more. */
export const PART_BYTES = 256 * 1024;
const BUCKETS = 64;
const RECORD_HEADER_BYTES = 5;
const IN_PLACE = 0;
const IN_PARTS = 1;

/** What stands in the head. */
export interface StoreHead {
  readonly format: number;
  /** Of whoever writes; random. */
  readonly claim: string;
  /** How many commits that one has made. */
  readonly commit: number;
  /** Who that is, for people. */
  readonly owner: string;
}

/** Where a long value is. */
export interface ValueParts {
  readonly id: string;
  readonly parts: number;
  readonly bytes: number;
}

/** A record as it is in its node. */
export type StoredRecord =
  | { readonly version: number; readonly value: Uint8Array }
  | { readonly version: number; readonly inParts: ValueParts };

/** Names of the nodes below which records are: one for all would be too long an answer. */
export const BUCKET_NAMES: readonly string[] = Array.from({ length: BUCKETS }, (_, index) =>
  index.toString(16).padStart(2, '0'),
);

/** The node of a key, below `records`. */
export function recordNode(key: string): string {
  const bytes = Buffer.from(key);
  return `${BUCKET_NAMES[hashOf(bytes) % BUCKETS]}/${encodeURIComponent(bytes.toString()).replaceAll('.', '%2E')}`;
}

/** The key that has a node of that name; undefined where no key has. */
export function keyOfNode(name: string): string | undefined {
  try {
    return decodeURIComponent(name);
  } catch {
    return undefined;
  }
}

/** What is written into the node of a record. */
export function encodeRecord(entry: StoreEntry, parts?: ValueParts): Buffer {
  const body = parts === undefined ? entry.value : Buffer.from(JSON.stringify(parts));
  const header = Buffer.alloc(RECORD_HEADER_BYTES);
  header.writeUInt8(parts === undefined ? IN_PLACE : IN_PARTS, 0);
  header.writeUInt32BE(entry.version, 1);
  return Buffer.concat([header, body]);
}

/** Reads what {@link encodeRecord} made; throws STORE_DAMAGED or STORE_FORMAT. */
export function decodeRecord(path: string, data: Uint8Array): StoredRecord {
  if (data.length < RECORD_HEADER_BYTES)
    throw new StoreError('STORE_DAMAGED', `${path} holds no record of a store`);
  const buffer = Buffer.from(data.buffer, data.byteOffset, data.length);
  const version = buffer.readUInt32BE(1);
  const body = buffer.subarray(RECORD_HEADER_BYTES);
  switch (buffer.readUInt8(0)) {
    case IN_PLACE:
      return { version, value: new Uint8Array(body) };
    case IN_PARTS:
      return { version, inParts: partsOf(path, body) };
    default:
      throw new StoreError('STORE_FORMAT', `${path} was written by a later version`);
  }
}

/** What is written into the head. */
export function encodeHead(head: StoreHead): Buffer {
  return Buffer.from(JSON.stringify(head));
}

/** Reads the head; undefined where nothing was written yet. Throws STORE_FORMAT for what another version wrote. */
export function decodeHead(path: string, data: Uint8Array): StoreHead | undefined {
  if (data.length === 0) return undefined;
  const head = jsonOf(data);
  const { format, claim, commit, owner } = (head ?? {}) as Partial<Record<keyof StoreHead, unknown>>;
  if (
    format === LAYOUT_FORMAT &&
    typeof claim === 'string' &&
    typeof commit === 'number' &&
    typeof owner === 'string'
  ) {
    return { format, claim, commit, owner };
  }
  throw new StoreError('STORE_FORMAT', `${path} is not the head of a store of format ${LAYOUT_FORMAT}`);
}

function partsOf(path: string, body: Uint8Array): ValueParts {
  const { id, parts, bytes } = (jsonOf(body) ?? {}) as Partial<Record<keyof ValueParts, unknown>>;
  if (typeof id === 'string' && isCount(parts) && isCount(bytes)) return { id, parts, bytes };
  throw new StoreError('STORE_DAMAGED', `${path} does not say where its value is`);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function jsonOf(data: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.length).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** FNV-1a. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

import { crc32 } from 'node:zlib';
import { StoreError } from './errors.ts';
import { MAX_KEY_BYTES, MAX_VALUE_BYTES, type StoreEntry } from './store.ts';

// log    ::= header frame*
// header ::= "spark-mesos store 1\n" salt:uint32
// frame  ::= "FR" length:uint32 checksum:uint32 body      length counts the bytes of body
// body   ::= sequence:uint48 change+
// change ::= keyLength:uint16 key version:uint48 valueLength:uint32 value
//            version 0: the key is deleted, and valueLength is 0
//
// Big endian. The checksum is the CRC32 of body, begun with the salt: a frame of another log, in a value or left on
// the disk, is none of this one. One frame holds what became durable at once; sequence counts the frames from 1.

/** What a log begins with. */
export const LOG_MAGIC = Buffer.from('spark-mesos store 1\n', 'latin1');
/** Magic and salt. */
export const HEADER_BYTES = LOG_MAGIC.length + 4;
/** No frame is longer: what says so is damaged. Room for the longest change, and for many short ones. */
export const MAX_FRAME_BODY_BYTES = 4 * (MAX_KEY_BYTES + MAX_VALUE_BYTES);

const FRAME_MARK = 0x4652;
const FRAME_HEAD_BYTES = 10;
const SEQUENCE_BYTES = 6;
const CHANGE_FIXED_BYTES = 12;

/** What a key became; without an entry it was deleted. */
export type LoggedChange = readonly [key: string, entry: StoreEntry | undefined];

/** The first bytes of a log. */
export function encodeHeader(salt: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  LOG_MAGIC.copy(header);
  header.writeUInt32BE(salt, LOG_MAGIC.length);
  return header;
}

/** The salt of a log; throws for what is none. */
export function decodeHeader(log: Buffer): number {
  if (log.length < HEADER_BYTES || !log.subarray(0, LOG_MAGIC.length).equals(LOG_MAGIC)) {
    throw new StoreError('STORE_FORMAT', 'the file is no store of this version');
  }
  return log.readUInt32BE(LOG_MAGIC.length);
}

/** How many bytes of a frame's body a change takes. */
export function sizeOfChange([key, entry]: LoggedChange): number {
  return CHANGE_FIXED_BYTES + Buffer.byteLength(key) + (entry?.value.length ?? 0);
}

/** One frame with these changes. */
export function encodeFrame(salt: number, sequence: number, changes: readonly LoggedChange[]): Buffer {
  const bodyBytes = changes.reduce((sum, change) => sum + sizeOfChange(change), SEQUENCE_BYTES);
  const frame = Buffer.allocUnsafe(FRAME_HEAD_BYTES + bodyBytes);
  let at = frame.writeUIntBE(sequence, FRAME_HEAD_BYTES, SEQUENCE_BYTES);
  for (const [key, entry] of changes) {
    const keyBytes = frame.write(key, at + 2);
    at = frame.writeUInt16BE(keyBytes, at) + keyBytes;
    at = frame.writeUIntBE(entry?.version ?? 0, at, 6);
    at = frame.writeUInt32BE(entry?.value.length ?? 0, at);
    if (entry !== undefined) frame.set(entry.value, at);
    at += entry?.value.length ?? 0;
  }
  frame.writeUInt16BE(FRAME_MARK, 0);
  frame.writeUInt32BE(bodyBytes, 2);
  frame.writeUInt32BE(crc32(frame.subarray(FRAME_HEAD_BYTES), salt), 6);
  return frame;
}

/** A frame that was read. */
export interface Frame {
  readonly sequence: number;
  readonly changes: readonly LoggedChange[];
  /** Where the next one begins. */
  readonly end: number;
}

/** The frame at this place; `undefined` if there is no whole and sound one. */
export function decodeFrame(log: Buffer, start: number, salt: number): Frame | undefined {
  if (start + FRAME_HEAD_BYTES + SEQUENCE_BYTES > log.length) return undefined;
  if (log.readUInt16BE(start) !== FRAME_MARK) return undefined;
  const bodyBytes = log.readUInt32BE(start + 2);
  const body = start + FRAME_HEAD_BYTES;
  const end = body + bodyBytes;
  if (bodyBytes < SEQUENCE_BYTES || bodyBytes > MAX_FRAME_BODY_BYTES || end > log.length) return undefined;
  if (crc32(log.subarray(body, end), salt) !== log.readUInt32BE(start + 6)) return undefined;
  const sequence = log.readUIntBE(body, SEQUENCE_BYTES);
  const changes = decodeChanges(log.subarray(body + SEQUENCE_BYTES, end));
  return changes === undefined ? undefined : { sequence, changes, end };
}

function decodeChanges(body: Buffer): readonly LoggedChange[] | undefined {
  const changes: LoggedChange[] = [];
  for (let at = 0; at < body.length; ) {
    if (at + CHANGE_FIXED_BYTES > body.length) return undefined;
    const keyBytes = body.readUInt16BE(at);
    const afterKey = at + 2 + keyBytes;
    if (afterKey + 10 > body.length) return undefined;
    const key = body.toString('utf8', at + 2, afterKey);
    const version = body.readUIntBE(afterKey, 6);
    const valueStart = afterKey + 10;
    const valueEnd = valueStart + body.readUInt32BE(afterKey + 6);
    if (valueEnd > body.length) return undefined;
    // Copied, so that a small value does not keep the whole log in memory.
    const value = new Uint8Array(body.subarray(valueStart, valueEnd));
    changes.push([key, version === 0 ? undefined : { key, value, version }]);
    at = valueEnd;
  }
  return changes;
}

/**
 * Where a later frame of the same log begins, if any. A frame is written only after the one before it is durable; so
 * a sound one behind a broken one shows that the disk has lost something, while a torn end has nothing behind it.
 */
export function findLaterFrame(
  log: Buffer,
  from: number,
  salt: number,
  sequence: number,
): number | undefined {
  const mark = Buffer.from([FRAME_MARK >> 8, FRAME_MARK & 0xff]);
  for (let at = log.indexOf(mark, from); at >= 0; at = log.indexOf(mark, at + 1)) {
    const frame = decodeFrame(log, at, salt);
    if (frame !== undefined && frame.sequence > sequence) return at;
  }
  return undefined;
}

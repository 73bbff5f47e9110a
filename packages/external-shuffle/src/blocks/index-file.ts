import { closeSync, readSync } from 'node:fs';
import { openPlainFile } from '../directories/opened-path.ts';
import { ShuffleError } from '../errors.ts';

/** 32 million reducers; Spark's own limit is half of that. Nothing is allocated for a file that is longer. */
const MAX_INDEX_BYTES = 256 * 1024 * 1024;

/** An index file as it was when it was read. */
export interface IndexFile {
  /** Block r lies from `offsets[r]` to `offsets[r + 1]`. */
  readonly offsets: Float64Array;
  readonly bytes: number;
  readonly inode: number;
  readonly modifiedMs: number;
}

/**
 * Reads the index of a map task's output: the offsets of its blocks as longs, one more than there are reducers
 * (`IndexShuffleBlockResolver`). Throws `SHUFFLE_INDEX_DAMAGED` where they are no such thing.
 */
export function readIndexFile(path: string): IndexFile {
  const { descriptor, bytes, inode, modifiedMs } = openPlainFile(path);
  try {
    if (bytes % 8 !== 0 || bytes < 16 || bytes > MAX_INDEX_BYTES) {
      throw damaged(path, `it has ${bytes} bytes`);
    }
    const content = Buffer.allocUnsafe(bytes);
    if (readFully(descriptor, content) < bytes) throw damaged(path, 'it was cut off while it was read');
    return { offsets: decodeOffsets(content, path), bytes, inode, modifiedMs };
  } finally {
    closeSync(descriptor);
  }
}

function readFully(descriptor: number, into: Buffer): number {
  let read = 0;
  while (read < into.length) {
    const more = readSync(descriptor, into, read, into.length - read, read);
    if (more === 0) break;
    read += more;
  }
  return read;
}

/** Longs into numbers: no file is as long as 2^53 bytes. */
function decodeOffsets(content: Buffer, path: string): Float64Array {
  const offsets = new Float64Array(content.length / 8);
  let before = 0;
  for (let block = 0; block < offsets.length; block++) {
    const high = content.readInt32BE(block * 8);
    const offset = high * 0x1_0000_0000 + content.readUInt32BE(block * 8 + 4);
    if (high < 0) throw damaged(path, `offset ${block} is negative`);
    if (offset < before) throw damaged(path, `offset ${block} is less than the one before it`);
    if (offset > Number.MAX_SAFE_INTEGER) throw damaged(path, `offset ${block} is ${offset}`);
    if (block === 0 && offset !== 0) throw damaged(path, 'it does not begin with 0');
    offsets[block] = offset;
    before = offset;
  }
  return offsets;
}

function damaged(path: string, reason: string): ShuffleError {
  return new ShuffleError('SHUFFLE_INDEX_DAMAGED', `The index file ${path} is damaged: ${reason}`);
}

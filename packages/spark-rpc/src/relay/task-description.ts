import { STREAM_TAG } from './class-scan.ts';
import { HeadCursor, MoreBytesWanted, UnknownShape } from './head-cursor.ts';

/**
 * The beginning of what a LaunchTask carries, which is the same in every Spark since 2.2.
 *
 *     SerializableBuffer => byteCount:int32 TaskDescription, in blocks of 1,024 bytes at most
 *     TaskDescription    => taskId:int64 attemptNumber:int32 executorId:utf name:utf index:int32 partitionId:int32 …
 *
 * Sources: Spark's `org.apache.spark.util.SerializableBuffer` and `org.apache.spark.scheduler.TaskDescription.encode`.
 */
export interface TaskDescriptionStart {
  readonly taskId: number;
  readonly attempt: number;
  readonly executorId: string;
  readonly name: string;
  readonly index: number;
  readonly partitionId: number;
}

const BYTE_COUNT_BYTES = 4;
/** Two texts of any length, and what stands around them. */
const MAX_START_BYTES = 2 * 65_537 + 28;

/**
 * Reads it from a frame, from the first block on. Throws `MoreBytesWanted` where more of the frame is needed for it,
 * and `UnknownShape` where there is none.
 */
export function readTaskDescription(head: Buffer, firstBlock: number): TaskDescriptionStart {
  const { start, end } = blockAt(new HeadCursor(head, firstBlock));
  const whole = Math.min(end, head.byteLength);
  try {
    return decodeTaskDescription(head.subarray(start, whole));
  } catch (error) {
    if (!(error instanceof MoreBytesWanted)) throw error;
    // It goes on in the next block, if there is one.
    if (whole < end) throw new MoreBytesWanted(Math.min(start + error.bytes, end));
    return decodeJoined(head, firstBlock);
  }
}

/** Reads it from the bytes of the buffer. */
export function decodeTaskDescription(bytes: Buffer): TaskDescriptionStart {
  const cursor = new HeadCursor(bytes, BYTE_COUNT_BYTES);
  return {
    taskId: cursor.readInt64(),
    attempt: cursor.readInt32(),
    executorId: cursor.readUtf(),
    name: cursor.readUtf(),
    index: cursor.readInt32(),
    partitionId: cursor.readInt32(),
  };
}

function decodeJoined(head: Buffer, firstBlock: number): TaskDescriptionStart {
  const cursor = new HeadCursor(head, firstBlock);
  const parts: Buffer[] = [];
  let wanted = 0;
  for (let bytes = 0; bytes < MAX_START_BYTES; ) {
    const { start, end } = blockAt(cursor);
    cursor.skip(end - start);
    parts.push(head.subarray(start, end));
    bytes += end - start;
    if (bytes < wanted) continue;
    try {
      return decodeTaskDescription(Buffer.concat(parts));
    } catch (error) {
      if (!(error instanceof MoreBytesWanted)) throw error;
      wanted = error.bytes;
    }
  }
  throw new UnknownShape('a task without an end to its name');
}

/** @returns with the cursor behind the block's length */
function blockAt(cursor: HeadCursor): { readonly start: number; readonly end: number } {
  const isShort = cursor.has(STREAM_TAG.BLOCK_DATA);
  if (!isShort) cursor.expect(STREAM_TAG.BLOCK_DATA_LONG);
  const length = isShort ? cursor.readUInt8() : cursor.readInt32();
  if (length < 0) throw new UnknownShape('a block of less than nothing');
  return { start: cursor.offset, end: cursor.offset + length };
}

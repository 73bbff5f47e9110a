import { FRAME_TYPE } from '@spark-mesos/spark-network';
import { SparkRpcError } from '../errors.ts';
import { type ScannedClass, STREAM_HEADER, STREAM_TAG, scanClass } from './class-scan.ts';
import { HeadCursor, UnknownShape } from './head-cursor.ts';

/** Messages that the relay looks into. */
export const LOOKED_INTO = [
  'LaunchTask',
  'KillTask',
  'StatusUpdate',
  'RegisterExecutor',
  'LaunchedExecutor',
] as const;

/** One of {@link LOOKED_INTO}. */
export type MessageKind = (typeof LOOKED_INTO)[number];

/** Where their classes are. */
export const CLUSTER_MESSAGES = 'org.apache.spark.scheduler.cluster.CoarseGrainedClusterMessages$';

const TYPE_OFFSET = 8;
const KINDS = new Map<string, MessageKind>(LOOKED_INTO.map((kind) => [`${CLUSTER_MESSAGES}${kind}`, kind]));
const SERIALIZABLE_BUFFER_CLASS = 'org.apache.spark.util.SerializableBuffer';

/** Where things lie in messages that begin with the same bytes. */
export interface MessageLayout {
  /** From the body on: the envelope, and the stream up to its first value. */
  readonly start: Buffer;
  readonly offsets: ReadonlyMap<string, number>;
  readonly primitiveBytes: number;
  /**
   * Where the first of the other fields is the `SerializableBuffer` that it always was: what stands between the
   * primitive fields and the buffer's bytes.
   */
  readonly buffer: Buffer | undefined;
}

/** A message as far as it was looked at. */
export interface MessageShape {
  readonly kind: MessageKind;
  /** Where the Java stream begins, from the body on. */
  readonly contentOffset: number;
  /** Undefined where only a general reader can tell. */
  readonly layout: MessageLayout | undefined;
}

/** Whether a frame is a question or a message; no others are looked into. */
export function isMessage(head: Buffer): boolean {
  const type = head[TYPE_OFFSET];
  return type === FRAME_TYPE.ONE_WAY_MESSAGE || type === FRAME_TYPE.RPC_REQUEST;
}

/** Where the body of a question or message begins, from the beginning of the frame. */
export function bodyOffsetOf(head: Buffer): number {
  return head[TYPE_OFFSET] === FRAME_TYPE.RPC_REQUEST ? 21 : 13;
}

/** Looks at a frame's body; undefined for a message that is none of ours. Throws `MoreBytesWanted`. */
export function scanMessage(head: Buffer, bodyOffset: number): MessageShape | undefined {
  const cursor = new HeadCursor(head, bodyOffset);
  try {
    skipAddress(cursor);
    skipAddress(cursor);
    cursor.skipUtf();
    const contentOffset = cursor.offset - bodyOffset;
    const kind = kindOf(cursor);
    if (kind === undefined) return undefined;
    return { kind, contentOffset, layout: layoutOf(cursor, bodyOffset) };
  } catch (error) {
    // An authentication, or whatever else it is.
    if (error instanceof UnknownShape) return undefined;
    throw error;
  }
}

/** The id of the task that a message is about; undefined where only a general reader can tell. */
export function taskIdOf({ kind, layout }: MessageShape, head: Buffer): number | undefined {
  const offset = layout?.offsets.get('taskId');
  if (layout === undefined || offset === undefined) return undefined;
  try {
    return new HeadCursor(head, bodyOffsetOf(head) + layout.start.byteLength + offset).readInt64();
  } catch (error) {
    throw malformed(kind, error);
  }
}

/** The error for a message that is not what its class says. */
export function malformed(kind: MessageKind, cause: unknown): SparkRpcError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new SparkRpcError('SPARK_RPC_UNEXPECTED_VALUE', `this is no ${kind}: ${why}`, { cause });
}

/** The error for a message that is too long to be looked at as a whole. */
export function tooLong(kind: MessageKind, bytes: number, limit: number): SparkRpcError {
  return new SparkRpcError(
    'SPARK_RPC_LIMIT_EXCEEDED',
    `a ${kind} of ${bytes} bytes is too long to be read, ${limit} are allowed`,
  );
}

/** @returns with the cursor where the descriptor of the class begins */
function kindOf(cursor: HeadCursor): MessageKind | undefined {
  for (const byte of STREAM_HEADER) cursor.expect(byte);
  cursor.expect(STREAM_TAG.OBJECT);
  const descriptor = cursor.offset;
  cursor.expect(STREAM_TAG.CLASS_DESCRIPTOR);
  const kind = KINDS.get(cursor.readUtf());
  cursor.offset = descriptor;
  return kind;
}

function layoutOf(cursor: HeadCursor, bodyOffset: number): MessageLayout | undefined {
  try {
    const scanned = scanClass(cursor);
    const { offsets, primitiveBytes } = scanned;
    const start = copy(cursor.bytes, bodyOffset, cursor.offset);
    cursor.skip(primitiveBytes);
    return { start, offsets, primitiveBytes, buffer: bufferOf(cursor, scanned) };
  } catch (error) {
    if (error instanceof UnknownShape) return undefined;
    throw error;
  }
}

function bufferOf(cursor: HeadCursor, { objectFields }: ScannedClass): Buffer | undefined {
  if (objectFields[0] !== 'data') return undefined;
  const start = cursor.offset;
  cursor.expect(STREAM_TAG.OBJECT);
  const { name, primitiveBytes, objectFields: own } = scanClass(cursor);
  if (name !== SERIALIZABLE_BUFFER_CLASS || primitiveBytes > 0 || own.length > 0) return undefined;
  return copy(cursor.bytes, start, cursor.offset);
}

function skipAddress(cursor: HeadCursor): void {
  if (cursor.has(0)) return;
  cursor.expect(1);
  cursor.skipUtf();
  cursor.skip(4);
}

/** What is remembered must not keep the piece alive that it came in. */
function copy(bytes: Buffer, start: number, end: number): Buffer {
  return Buffer.from(bytes.subarray(start, end));
}

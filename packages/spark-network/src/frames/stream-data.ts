import { SparkNetworkError } from '../errors.ts';
import type { WireReader } from '../wire-reader.ts';

/**
 * Bytes that came behind a StreamResponse or UploadStream. No frame of Spark's: a piece of a stream, as long as what
 * had arrived in one piece. They are handed out as they come, so that a stream of any length takes no memory.
 */
export interface StreamData {
  readonly type: 'StreamData';
  readonly body: Uint8Array;
  /** How many bytes of the stream are still to come; 0 in its last piece. */
  readonly remaining: number;
}

/** How many bytes follow a frame. */
export function readByteCount(reader: WireReader): number {
  const count = reader.readInt64();
  if (count < 0n || count > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new SparkNetworkError('SPARK_NETWORK_MESSAGE_INVALID', `a stream of ${count} bytes is announced`);
  }
  return Number(count);
}

import { FRAME_TYPE } from '../frame-type.ts';
import type { WireReader } from '../wire-reader.ts';
import { encodeHead, encodeText } from '../wire-writer.ts';
import { readByteCount } from './stream-data.ts';

/**
 * The answer to a StreamRequest. The stream itself comes behind the frame, and is not part of its length.
 *
 *     StreamResponse => type(7) streamId byteCount:int64
 *     streamId       => length:int32 utf8
 *
 * Source: Spark's `org.apache.spark.network.protocol.StreamResponse`.
 */
export interface StreamResponse {
  readonly type: 'StreamResponse';
  readonly streamId: string;
  /** How many bytes follow the frame: they are read as {@link StreamData}. */
  readonly byteCount: number;
}

/** The whole frame; the stream goes out behind it, with nothing in between. */
export function encodeStreamResponse({ streamId, byteCount }: StreamResponse): Uint8Array {
  const id = encodeText(streamId);
  return encodeHead(FRAME_TYPE.STREAM_RESPONSE, id.byteLength + 8, 0, (view, offset, bytes) => {
    bytes.set(id, offset);
    view.setBigInt64(offset + id.byteLength, BigInt(byteCount));
  });
}

/** Reads what follows the type byte. */
export function decodeStreamResponse(reader: WireReader): StreamResponse {
  return { type: 'StreamResponse', streamId: reader.readText(), byteCount: readByteCount(reader) };
}

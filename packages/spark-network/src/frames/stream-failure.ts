import { FRAME_TYPE } from '../frame-type.ts';
import type { WireReader } from '../wire-reader.ts';
import { encodeHead, encodeText } from '../wire-writer.ts';

/**
 * The answer to a StreamRequest that could not be carried out.
 *
 *     StreamFailure => type(8) streamId error
 *     streamId      => length:int32 utf8
 *     error         => length:int32 utf8
 *
 * Source: Spark's `org.apache.spark.network.protocol.StreamFailure`.
 */
export interface StreamFailure {
  readonly type: 'StreamFailure';
  readonly streamId: string;
  readonly error: string;
}

/** The whole frame; it has no body. */
export function encodeStreamFailure({ streamId, error }: StreamFailure): Uint8Array {
  const id = encodeText(streamId);
  const text = encodeText(error);
  const headerBytes = id.byteLength + text.byteLength;
  return encodeHead(FRAME_TYPE.STREAM_FAILURE, headerBytes, 0, (_view, offset, bytes) => {
    bytes.set(id, offset);
    bytes.set(text, offset + id.byteLength);
  });
}

/** Reads what follows the type byte. */
export function decodeStreamFailure(reader: WireReader): StreamFailure {
  return { type: 'StreamFailure', streamId: reader.readText(), error: reader.readText() };
}

import { FRAME_TYPE } from '../frame-type.ts';
import type { WireReader } from '../wire-reader.ts';
import { encodeHead, encodeText } from '../wire-writer.ts';

/**
 * Asks for a whole stream, such as a file or a jar of the driver's, by its name.
 *
 *     StreamRequest => type(6) streamId
 *     streamId      => length:int32 utf8
 *
 * Source: Spark's `org.apache.spark.network.protocol.StreamRequest`.
 */
export interface StreamRequest {
  readonly type: 'StreamRequest';
  readonly streamId: string;
}

/** The whole frame; it has no body. */
export function encodeStreamRequest({ streamId }: StreamRequest): Uint8Array {
  const text = encodeText(streamId);
  return encodeHead(FRAME_TYPE.STREAM_REQUEST, text.byteLength, 0, (_view, offset, bytes) => {
    bytes.set(text, offset);
  });
}

/** Reads what follows the type byte. */
export function decodeStreamRequest(reader: WireReader): StreamRequest {
  return { type: 'StreamRequest', streamId: reader.readText() };
}

import { FRAME_TYPE } from '../frame-type.ts';
import type { WireReader } from '../wire-reader.ts';
import { encodeHead } from '../wire-writer.ts';

/**
 * A message that is never answered.
 *
 *     OneWayMessage => type(9) bodySize:int32 body
 *
 * Source: Spark's `org.apache.spark.network.protocol.OneWayMessage`.
 */
export interface OneWayMessage {
  readonly type: 'OneWayMessage';
  readonly body: Uint8Array;
}

/** The frame without its body. */
export function encodeOneWayMessageHead({ body }: OneWayMessage): Uint8Array {
  return encodeHead(FRAME_TYPE.ONE_WAY_MESSAGE, 4, body.byteLength, (view, offset) => {
    view.setInt32(offset, body.byteLength);
  });
}

/** Reads what follows the type byte. The body is the rest of the frame, whatever bodySize says, as in Spark. */
export function decodeOneWayMessage(reader: WireReader): OneWayMessage {
  reader.readInt32();
  return { type: 'OneWayMessage', body: reader.readRest() };
}

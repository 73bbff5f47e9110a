import type { WireReader } from '../../wire-reader.ts';
import { BLOCK_TRANSFER_TYPE } from '../message-type.ts';
import { MessageWriter } from '../message-writer.ts';

/**
 * A driver on Mesos is alive. Spark's own drivers send it in a OneWayMessage.
 *
 *     ShuffleServiceHeartbeat => type(5) appId:text
 *
 * Source: Spark's `org.apache.spark.network.shuffle.protocol.mesos.ShuffleServiceHeartbeat`.
 */
export interface ShuffleServiceHeartbeat {
  readonly kind: 'ShuffleServiceHeartbeat';
  readonly appId: string;
}

/** The whole message. */
export function encodeShuffleServiceHeartbeat(message: ShuffleServiceHeartbeat): Uint8Array {
  return new MessageWriter().uint8(BLOCK_TRANSFER_TYPE.HEARTBEAT).text(message.appId).finish();
}

/** Reads what follows the type byte. */
export function decodeShuffleServiceHeartbeat(reader: WireReader): ShuffleServiceHeartbeat {
  return {
    kind: 'ShuffleServiceHeartbeat',
    appId: reader.readText(),
  };
}

import type { WireReader } from '../../wire-reader.ts';
import { BLOCK_TRANSFER_TYPE } from '../message-type.ts';
import { MessageWriter } from '../message-writer.ts';

/**
 * A driver on Mesos makes itself known; answered by an empty body. Its executors' files live as long as it beats.
 *
 *     RegisterDriver => type(4) appId:text heartbeatTimeoutMs:int64
 *
 * Source: Spark's `org.apache.spark.network.shuffle.protocol.mesos.RegisterDriver`.
 */
export interface RegisterDriver {
  readonly kind: 'RegisterDriver';
  readonly appId: string;
  /** A driver that has not beaten for longer is taken for gone. */
  readonly heartbeatTimeoutMs: bigint;
}

/** The whole message. */
export function encodeRegisterDriver(message: RegisterDriver): Uint8Array {
  return new MessageWriter()
    .uint8(BLOCK_TRANSFER_TYPE.REGISTER_DRIVER)
    .text(message.appId)
    .int64(message.heartbeatTimeoutMs)
    .finish();
}

/** Reads what follows the type byte. */
export function decodeRegisterDriver(reader: WireReader): RegisterDriver {
  return {
    kind: 'RegisterDriver',
    appId: reader.readText(),
    heartbeatTimeoutMs: reader.readInt64(),
  };
}

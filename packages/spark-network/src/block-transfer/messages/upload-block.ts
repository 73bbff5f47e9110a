import type { WireReader } from '../../wire-reader.ts';
import { BLOCK_TRANSFER_TYPE } from '../message-type.ts';
import { MessageWriter } from '../message-writer.ts';

/**
 * Stores a block with an executor. A shuffle service takes none.
 *
 *     UploadBlock => type(1) appId:text executorId:text blockId:text metadata:bytes blockData:bytes
 *
 * Source: Spark's `org.apache.spark.network.shuffle.protocol.UploadBlock`.
 */
export interface UploadBlock {
  readonly kind: 'UploadBlock';
  readonly appId: string;
  readonly executorId: string;
  readonly blockId: string;
  readonly metadata: Uint8Array;
  readonly blockData: Uint8Array;
}

/** The whole message. */
export function encodeUploadBlock(message: UploadBlock): Uint8Array {
  return new MessageWriter()
    .uint8(BLOCK_TRANSFER_TYPE.UPLOAD_BLOCK)
    .text(message.appId)
    .text(message.executorId)
    .text(message.blockId)
    .bytes(message.metadata)
    .bytes(message.blockData)
    .finish();
}

/** Reads what follows the type byte. */
export function decodeUploadBlock(reader: WireReader): UploadBlock {
  return {
    kind: 'UploadBlock',
    appId: reader.readText(),
    executorId: reader.readText(),
    blockId: reader.readText(),
    metadata: reader.readBytes(),
    blockData: reader.readBytes(),
  };
}

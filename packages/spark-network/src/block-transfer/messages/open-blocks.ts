import type { WireReader } from '../../wire-reader.ts';
import { readTexts } from '../array-fields.ts';
import { BLOCK_TRANSFER_TYPE } from '../message-type.ts';
import { MessageWriter } from '../message-writer.ts';

/**
 * Opens a stream of blocks by their ids; answered by a StreamHandle. How Spark 2 fetches, and later ones persisted
 * partitions.
 *
 *     OpenBlocks => type(0) appId:text executorId:text blockIds:text[]
 *
 * Source: Spark's `org.apache.spark.network.shuffle.protocol.OpenBlocks`.
 */
export interface OpenBlocks {
  readonly kind: 'OpenBlocks';
  readonly appId: string;
  readonly executorId: string;
  readonly blockIds: readonly string[];
}

/** The whole message. */
export function encodeOpenBlocks(message: OpenBlocks): Uint8Array {
  return new MessageWriter()
    .uint8(BLOCK_TRANSFER_TYPE.OPEN_BLOCKS)
    .text(message.appId)
    .text(message.executorId)
    .texts(message.blockIds)
    .finish();
}

/** Reads what follows the type byte. */
export function decodeOpenBlocks(reader: WireReader): OpenBlocks {
  return {
    kind: 'OpenBlocks',
    appId: reader.readText(),
    executorId: reader.readText(),
    blockIds: readTexts(reader),
  };
}

import type { WireReader } from '../../wire-reader.ts';
import { readTexts } from '../array-fields.ts';
import { BLOCK_TRANSFER_TYPE } from '../message-type.ts';
import { MessageWriter } from '../message-writer.ts';

/**
 * Deletes blocks; answered by BlocksRemoved. Since Spark 3.0.
 *
 *     RemoveBlocks => type(7) appId:text executorId:text blockIds:text[]
 *
 * Source: Spark's `org.apache.spark.network.shuffle.protocol.RemoveBlocks`.
 */
export interface RemoveBlocks {
  readonly kind: 'RemoveBlocks';
  readonly appId: string;
  readonly executorId: string;
  /** The names of files, such as `rdd_1_0` and `shuffle_0_1_0.data`. */
  readonly blockIds: readonly string[];
}

/** The whole message. */
export function encodeRemoveBlocks(message: RemoveBlocks): Uint8Array {
  return new MessageWriter()
    .uint8(BLOCK_TRANSFER_TYPE.REMOVE_BLOCKS)
    .text(message.appId)
    .text(message.executorId)
    .texts(message.blockIds)
    .finish();
}

/** Reads what follows the type byte. */
export function decodeRemoveBlocks(reader: WireReader): RemoveBlocks {
  return {
    kind: 'RemoveBlocks',
    appId: reader.readText(),
    executorId: reader.readText(),
    blockIds: readTexts(reader),
  };
}

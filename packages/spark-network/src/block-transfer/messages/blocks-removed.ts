import type { WireReader } from '../../wire-reader.ts';
import { BLOCK_TRANSFER_TYPE } from '../message-type.ts';
import { MessageWriter } from '../message-writer.ts';

/**
 * How many blocks a RemoveBlocks has deleted.
 *
 *     BlocksRemoved => type(8) numRemovedBlocks:int32
 *
 * Source: Spark's `org.apache.spark.network.shuffle.protocol.BlocksRemoved`.
 */
export interface BlocksRemoved {
  readonly kind: 'BlocksRemoved';
  readonly numRemovedBlocks: number;
}

/** The whole message. */
export function encodeBlocksRemoved(message: BlocksRemoved): Uint8Array {
  return new MessageWriter()
    .uint8(BLOCK_TRANSFER_TYPE.BLOCKS_REMOVED)
    .int32(message.numRemovedBlocks)
    .finish();
}

/** Reads what follows the type byte. */
export function decodeBlocksRemoved(reader: WireReader): BlocksRemoved {
  return {
    kind: 'BlocksRemoved',
    numRemovedBlocks: reader.readInt32(),
  };
}

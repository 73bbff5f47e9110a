import type { WireReader } from '../../wire-reader.ts';
import { BLOCK_TRANSFER_TYPE } from '../message-type.ts';
import { MessageWriter } from '../message-writer.ts';

/**
 * The answer to a PushBlockStream.
 *
 *     BlockPushReturnCode => type(18) returnCode:int8 failureBlockId:text
 *
 * Source: Spark's `org.apache.spark.network.shuffle.protocol.BlockPushReturnCode`.
 */
export interface BlockPushReturnCode {
  readonly kind: 'BlockPushReturnCode';
  /** 0: merged; others say why not. */
  readonly returnCode: number;
  readonly failureBlockId: string;
}

/** The whole message. */
export function encodeBlockPushReturnCode(message: BlockPushReturnCode): Uint8Array {
  return new MessageWriter()
    .uint8(BLOCK_TRANSFER_TYPE.BLOCK_PUSH_RETURN_CODE)
    .uint8(message.returnCode)
    .text(message.failureBlockId)
    .finish();
}

/** Reads what follows the type byte. */
export function decodeBlockPushReturnCode(reader: WireReader): BlockPushReturnCode {
  return {
    kind: 'BlockPushReturnCode',
    returnCode: reader.readUint8(),
    failureBlockId: reader.readText(),
  };
}

import type { WireReader } from '../../wire-reader.ts';
import { BLOCK_TRANSFER_TYPE } from '../message-type.ts';
import { MessageWriter } from '../message-writer.ts';

/**
 * Stores a block that comes as a stream with an executor. A shuffle service takes none.
 *
 *     UploadBlockStream => type(6) blockId:text metadata:bytes
 *
 * Source: Spark's `org.apache.spark.network.shuffle.protocol.UploadBlockStream`.
 */
export interface UploadBlockStream {
  readonly kind: 'UploadBlockStream';
  readonly blockId: string;
  readonly metadata: Uint8Array;
}

/** The whole message. */
export function encodeUploadBlockStream(message: UploadBlockStream): Uint8Array {
  return new MessageWriter()
    .uint8(BLOCK_TRANSFER_TYPE.UPLOAD_BLOCK_STREAM)
    .text(message.blockId)
    .bytes(message.metadata)
    .finish();
}

/** Reads what follows the type byte. */
export function decodeUploadBlockStream(reader: WireReader): UploadBlockStream {
  return {
    kind: 'UploadBlockStream',
    blockId: reader.readText(),
    metadata: reader.readBytes(),
  };
}

import { SparkNetworkError } from '../../errors.ts';
import type { WireReader } from '../../wire-reader.ts';
import { readArray, readInt32s } from '../array-fields.ts';
import { BLOCK_TRANSFER_TYPE } from '../message-type.ts';
import { MessageWriter } from '../message-writer.ts';

/**
 * Opens a stream of chunks of merged blocks; answered by a StreamHandle. Push-based shuffle is for YARN only.
 *
 *     FetchShuffleBlockChunks => type(15) appId:text executorId:text shuffleId:int32 shuffleMergeId:int32
 *         reduceIds:int32[] chunkIds:int32[][]
 *
 * Source: Spark's `org.apache.spark.network.shuffle.protocol.FetchShuffleBlockChunks`.
 */
export interface FetchShuffleBlockChunks {
  readonly kind: 'FetchShuffleBlockChunks';
  readonly appId: string;
  readonly executorId: string;
  readonly shuffleId: number;
  readonly shuffleMergeId: number;
  readonly reduceIds: readonly number[];
  /** As many as there are reduce ids. */
  readonly chunkIds: readonly (readonly number[])[];
}

/** The whole message. */
export function encodeFetchShuffleBlockChunks(message: FetchShuffleBlockChunks): Uint8Array {
  return new MessageWriter()
    .uint8(BLOCK_TRANSFER_TYPE.FETCH_SHUFFLE_BLOCK_CHUNKS)
    .text(message.appId)
    .text(message.executorId)
    .int32(message.shuffleId)
    .int32(message.shuffleMergeId)
    .int32s(message.reduceIds)
    .array(message.chunkIds, (writer, ids) => writer.int32s(ids))
    .finish();
}

/** Reads what follows the type byte. */
export function decodeFetchShuffleBlockChunks(reader: WireReader): FetchShuffleBlockChunks {
  const message: FetchShuffleBlockChunks = {
    kind: 'FetchShuffleBlockChunks',
    appId: reader.readText(),
    executorId: reader.readText(),
    shuffleId: reader.readInt32(),
    shuffleMergeId: reader.readInt32(),
    reduceIds: readInt32s(reader),
    chunkIds: readArray(reader, 4, readInt32s),
  };
  const { reduceIds, chunkIds } = message;
  if (reduceIds.length === chunkIds.length) return message;
  throw new SparkNetworkError(
    'SPARK_NETWORK_MESSAGE_INVALID',
    `FetchShuffleBlockChunks has ${reduceIds.length} reduce ids and chunk ids for ${chunkIds.length}`,
  );
}

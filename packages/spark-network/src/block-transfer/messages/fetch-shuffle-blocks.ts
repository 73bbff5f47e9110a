import { SparkNetworkError } from '../../errors.ts';
import type { WireReader } from '../../wire-reader.ts';
import { readArray, readInt32s, readInt64s } from '../array-fields.ts';
import { BLOCK_TRANSFER_TYPE } from '../message-type.ts';
import { MessageWriter } from '../message-writer.ts';

/**
 * Opens a stream of shuffle blocks; answered by a StreamHandle. Since Spark 3.0.
 *
 *     FetchShuffleBlocks => type(9) appId:text executorId:text shuffleId:int32 mapIds:int64[] reduceIds:int32[][]
 *         batchFetchEnabled:int8
 *
 * Source: Spark's `org.apache.spark.network.shuffle.protocol.FetchShuffleBlocks`.
 */
export interface FetchShuffleBlocks {
  readonly kind: 'FetchShuffleBlocks';
  readonly appId: string;
  readonly executorId: string;
  readonly shuffleId: number;
  readonly mapIds: readonly bigint[];
  /** As many as there are map ids. With batch fetch each is a pair: the first reducer, and the one behind the last. */
  readonly reduceIds: readonly (readonly number[])[];
  readonly batchFetchEnabled: boolean;
}

/** The whole message. */
export function encodeFetchShuffleBlocks(message: FetchShuffleBlocks): Uint8Array {
  return new MessageWriter()
    .uint8(BLOCK_TRANSFER_TYPE.FETCH_SHUFFLE_BLOCKS)
    .text(message.appId)
    .text(message.executorId)
    .int32(message.shuffleId)
    .int64s(message.mapIds)
    .array(message.reduceIds, (writer, ids) => writer.int32s(ids))
    .uint8(message.batchFetchEnabled ? 1 : 0)
    .finish();
}

/** Reads what follows the type byte. */
export function decodeFetchShuffleBlocks(reader: WireReader): FetchShuffleBlocks {
  const message: FetchShuffleBlocks = {
    kind: 'FetchShuffleBlocks',
    appId: reader.readText(),
    executorId: reader.readText(),
    shuffleId: reader.readInt32(),
    mapIds: readInt64s(reader),
    reduceIds: readArray(reader, 4, readInt32s),
    batchFetchEnabled: reader.readUint8() !== 0,
  };
  const { mapIds, reduceIds, batchFetchEnabled } = message;
  if (mapIds.length !== reduceIds.length) {
    throw new SparkNetworkError(
      'SPARK_NETWORK_MESSAGE_INVALID',
      `FetchShuffleBlocks has ${mapIds.length} map ids and reduce ids for ${reduceIds.length}`,
    );
  }
  if (batchFetchEnabled && reduceIds.some((ids) => ids.length !== 2)) {
    throw new SparkNetworkError(
      'SPARK_NETWORK_MESSAGE_INVALID',
      'FetchShuffleBlocks in batches has reduce ids that are no pair of a start and an end',
    );
  }
  return message;
}

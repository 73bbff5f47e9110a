import type { WireReader } from '../../wire-reader.ts';
import { readTexts } from '../array-fields.ts';
import { BLOCK_TRANSFER_TYPE } from '../message-type.ts';
import { MessageWriter } from '../message-writer.ts';

/**
 * Asks for the directories of executors on this host, to read their blocks without the service. Since Spark 3.0.
 *
 *     GetLocalDirsForExecutors => type(10) appId:text executorIds:text[]
 *
 * Source: Spark's `org.apache.spark.network.shuffle.protocol.GetLocalDirsForExecutors`.
 */
export interface GetLocalDirsForExecutors {
  readonly kind: 'GetLocalDirsForExecutors';
  readonly appId: string;
  readonly executorIds: readonly string[];
}

/** The whole message. */
export function encodeGetLocalDirsForExecutors(message: GetLocalDirsForExecutors): Uint8Array {
  return new MessageWriter()
    .uint8(BLOCK_TRANSFER_TYPE.GET_LOCAL_DIRS_FOR_EXECUTORS)
    .text(message.appId)
    .texts(message.executorIds)
    .finish();
}

/** Reads what follows the type byte. */
export function decodeGetLocalDirsForExecutors(reader: WireReader): GetLocalDirsForExecutors {
  return {
    kind: 'GetLocalDirsForExecutors',
    appId: reader.readText(),
    executorIds: readTexts(reader),
  };
}

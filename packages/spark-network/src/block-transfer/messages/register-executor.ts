import type { WireReader } from '../../wire-reader.ts';
import { readTexts } from '../array-fields.ts';
import { BLOCK_TRANSFER_TYPE } from '../message-type.ts';
import { MessageWriter } from '../message-writer.ts';

/**
 * An executor tells where its blocks lie; answered by an empty body.
 *
 *     RegisterExecutor    => type(2) appId:text executorId:text ExecutorShuffleInfo
 *     ExecutorShuffleInfo => localDirs:text[] subDirsPerLocalDir:int32 shuffleManager:text
 *
 * Source: Spark's `org.apache.spark.network.shuffle.protocol.RegisterExecutor` and `ExecutorShuffleInfo`.
 */
export interface RegisterExecutor {
  readonly kind: 'RegisterExecutor';
  readonly appId: string;
  readonly executorId: string;
  readonly executorInfo: {
    readonly localDirs: readonly string[];
    readonly subDirsPerLocalDir: number;
    /** The name of a class. */
    readonly shuffleManager: string;
  };
}

/** The whole message. */
export function encodeRegisterExecutor({ appId, executorId, executorInfo }: RegisterExecutor): Uint8Array {
  return new MessageWriter()
    .uint8(BLOCK_TRANSFER_TYPE.REGISTER_EXECUTOR)
    .text(appId)
    .text(executorId)
    .texts(executorInfo.localDirs)
    .int32(executorInfo.subDirsPerLocalDir)
    .text(executorInfo.shuffleManager)
    .finish();
}

/** Reads what follows the type byte. */
export function decodeRegisterExecutor(reader: WireReader): RegisterExecutor {
  return {
    kind: 'RegisterExecutor',
    appId: reader.readText(),
    executorId: reader.readText(),
    executorInfo: {
      localDirs: readTexts(reader),
      subDirsPerLocalDir: reader.readInt32(),
      shuffleManager: reader.readText(),
    },
  };
}

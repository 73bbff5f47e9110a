import { SparkNetworkError } from '../../errors.ts';
import type { WireReader } from '../../wire-reader.ts';
import { readInt32s, readTexts } from '../array-fields.ts';
import { BLOCK_TRANSFER_TYPE } from '../message-type.ts';
import { MessageWriter } from '../message-writer.ts';

/**
 * The answer to GetLocalDirsForExecutors. All directories come in one array; how many are whose comes before.
 *
 *     LocalDirsForExecutors => type(11) executorIds:text[] numLocalDirsByExec:int32[] allLocalDirs:text[]
 *
 * Source: Spark's `org.apache.spark.network.shuffle.protocol.LocalDirsForExecutors`.
 */
export interface LocalDirsForExecutors {
  readonly kind: 'LocalDirsForExecutors';
  readonly executors: readonly { readonly executorId: string; readonly localDirs: readonly string[] }[];
}

/** The whole message. */
export function encodeLocalDirsForExecutors({ executors }: LocalDirsForExecutors): Uint8Array {
  return new MessageWriter()
    .uint8(BLOCK_TRANSFER_TYPE.LOCAL_DIRS_FOR_EXECUTORS)
    .texts(executors.map(({ executorId }) => executorId))
    .int32s(executors.map(({ localDirs }) => localDirs.length))
    .texts(executors.flatMap(({ localDirs }) => localDirs))
    .finish();
}

/** Reads what follows the type byte. */
export function decodeLocalDirsForExecutors(reader: WireReader): LocalDirsForExecutors {
  const ids = readTexts(reader);
  const counts = readInt32s(reader);
  const directories = readTexts(reader);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (ids.length !== counts.length || total !== directories.length || counts.some((count) => count < 0)) {
    throw new SparkNetworkError(
      'SPARK_NETWORK_MESSAGE_INVALID',
      `LocalDirsForExecutors has ${ids.length} executors, ${counts.length} counts and ${directories.length} directories`,
    );
  }
  let used = 0;
  const executors = ids.map((executorId, index) => {
    const start = used;
    used += counts[index] ?? 0;
    return { executorId, localDirs: directories.slice(start, used) };
  });
  return { kind: 'LocalDirsForExecutors', executors };
}

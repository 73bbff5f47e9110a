import type { WireReader } from '../../wire-reader.ts';
import { BLOCK_TRANSFER_TYPE } from '../message-type.ts';
import { MessageWriter } from '../message-writer.ts';

/**
 * Asks why a block was not what its reader expected; answered by a CorruptionCause. Since Spark 3.2.
 *
 *     DiagnoseCorruption => type(16) appId:text executorId:text shuffleId:int32 mapId:int64 reduceId:int32
 *         checksum:int64 algorithm:text
 *
 * Source: Spark's `org.apache.spark.network.shuffle.protocol.DiagnoseCorruption`.
 */
export interface DiagnoseCorruption {
  readonly kind: 'DiagnoseCorruption';
  readonly appId: string;
  readonly executorId: string;
  readonly shuffleId: number;
  readonly mapId: bigint;
  readonly reduceId: number;
  /** What the reader has calculated. */
  readonly checksum: bigint;
  /** Such as `ADLER32`. */
  readonly algorithm: string;
}

/** The whole message. */
export function encodeDiagnoseCorruption(message: DiagnoseCorruption): Uint8Array {
  return new MessageWriter()
    .uint8(BLOCK_TRANSFER_TYPE.DIAGNOSE_CORRUPTION)
    .text(message.appId)
    .text(message.executorId)
    .int32(message.shuffleId)
    .int64(message.mapId)
    .int32(message.reduceId)
    .int64(message.checksum)
    .text(message.algorithm)
    .finish();
}

/** Reads what follows the type byte. */
export function decodeDiagnoseCorruption(reader: WireReader): DiagnoseCorruption {
  return {
    kind: 'DiagnoseCorruption',
    appId: reader.readText(),
    executorId: reader.readText(),
    shuffleId: reader.readInt32(),
    mapId: reader.readInt64(),
    reduceId: reader.readInt32(),
    checksum: reader.readInt64(),
    algorithm: reader.readText(),
  };
}

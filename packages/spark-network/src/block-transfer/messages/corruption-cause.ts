import { SparkNetworkError } from '../../errors.ts';
import type { WireReader } from '../../wire-reader.ts';
import { BLOCK_TRANSFER_TYPE } from '../message-type.ts';
import { MessageWriter } from '../message-writer.ts';

/** In the order of their numbers on the wire, after Spark's `org.apache.spark.network.shuffle.checksum.Cause`. */
const CAUSES = [
  'DISK_ISSUE',
  'NETWORK_ISSUE',
  'UNKNOWN_ISSUE',
  'CHECKSUM_VERIFY_PASS',
  'UNSUPPORTED_CHECKSUM_ALGORITHM',
] as const;

/**
 * The answer to a DiagnoseCorruption.
 *
 *     CorruptionCause => type(17) cause:int8
 *
 * Source: Spark's `org.apache.spark.network.shuffle.protocol.CorruptionCause`.
 */
export interface CorruptionCause {
  readonly kind: 'CorruptionCause';
  readonly cause: (typeof CAUSES)[number];
}

/** The whole message. */
export function encodeCorruptionCause({ cause }: CorruptionCause): Uint8Array {
  return new MessageWriter()
    .uint8(BLOCK_TRANSFER_TYPE.CORRUPTION_CAUSE)
    .uint8(CAUSES.indexOf(cause))
    .finish();
}

/** Reads what follows the type byte. */
export function decodeCorruptionCause(reader: WireReader): CorruptionCause {
  const number = reader.readUint8();
  const cause = CAUSES[number];
  if (cause !== undefined) return { kind: 'CorruptionCause', cause };
  throw new SparkNetworkError(
    'SPARK_NETWORK_MESSAGE_INVALID',
    `no cause of corruption has the number ${number}`,
  );
}

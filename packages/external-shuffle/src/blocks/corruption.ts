import { closeSync, read, readSync } from 'node:fs';
import { promisify } from 'node:util';
import { openPlainFile } from '../directories/opened-path.ts';
import type { Logger } from '../logger.ts';
import type { BlockResolver, BlockSegment, CorruptionCause, RegisteredExecutor } from '../model.ts';
import { blockFilePath, mapOutputName } from './block-file-names.ts';
import { type ChecksumAlgorithm, checksumAlgorithm, createChecksum } from './checksums.ts';

/** A block that its reader found broken. */
export interface CorruptBlock {
  readonly executor: RegisteredExecutor;
  readonly shuffleId: number;
  readonly mapId: number | bigint;
  readonly reduceId: number;
}

const readAsync = promisify(read);
const CHUNK_BYTES = 256 * 1024;

/**
 * Where a block was broken (`ShuffleChecksumHelper`): the writer's checksum is in a file of its own; if the block on the
 * disk has another one it is the disk, else if the reader has another one it is the network.
 */
export async function diagnoseCorruption(
  resolver: Pick<BlockResolver, 'shuffleBlock' | 'open'>,
  block: CorruptBlock,
  readerChecksum: bigint,
  algorithmName: string,
  logger?: Logger,
): Promise<CorruptionCause> {
  const algorithm = checksumAlgorithm(algorithmName);
  if (algorithm === undefined) return 'UNSUPPORTED_CHECKSUM_ALGORITHM';
  const { executor, shuffleId, mapId, reduceId } = block;
  try {
    const writer = writerChecksum(block, algorithm);
    const segment = resolver.shuffleBlock(executor, shuffleId, mapId, reduceId);
    const disk = BigInt(await checksumOf(resolver, segment, algorithm));
    if (writer !== disk) return 'DISK_ISSUE';
    return writer === readerChecksum ? 'CHECKSUM_VERIFY_PASS' : 'NETWORK_ISSUE';
  } catch (error) {
    const { appId, executorId } = executor;
    logger?.warn({ appId, executorId, shuffleId, error }, 'why a block is broken cannot be told');
    return 'UNKNOWN_ISSUE';
  }
}

function writerChecksum(block: CorruptBlock, algorithm: ChecksumAlgorithm): bigint {
  const name = mapOutputName(block.shuffleId, block.mapId, `checksum.${algorithm}`);
  const path = blockFilePath(block.executor, name);
  const { descriptor } = openPlainFile(path);
  try {
    const checksum = Buffer.alloc(8);
    if (readSync(descriptor, checksum, 0, 8, block.reduceId * 8) < 8) {
      throw new RangeError(`${path} has no checksum of block ${block.reduceId}`);
    }
    return checksum.readBigInt64BE();
  } finally {
    closeSync(descriptor);
  }
}

async function checksumOf(
  resolver: Pick<BlockResolver, 'open'>,
  { file, offset, length }: BlockSegment,
  algorithm: ChecksumAlgorithm,
): Promise<number> {
  const checksum = createChecksum(algorithm);
  if (length === 0) return checksum.value();
  const descriptor = resolver.open(file);
  try {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, length));
    for (let done = 0; done < length; ) {
      const wanted = Math.min(chunk.length, length - done);
      const { bytesRead } = await readAsync(descriptor, chunk, 0, wanted, offset + done);
      if (bytesRead === 0) throw new RangeError(`${file.path} was cut off while it was read`);
      checksum.update(chunk.subarray(0, bytesRead));
      done += bytesRead;
    }
    return checksum.value();
  } finally {
    closeSync(descriptor);
  }
}

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { RegisteredExecutor } from '@spark-mesos/external-shuffle';
import { blockFilePath, mapOutputName } from '../../src/blocks/block-file-names.ts';

/** Bytes that tell where they are from. */
export function patternBytes(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at++) bytes[at] = (at * 31 + seed * 17 + (at >> 8)) & 0xff;
  return bytes;
}

/** Writes the output of a map task, and returns its blocks. */
export function writeMapOutput(
  executor: RegisteredExecutor,
  shuffleId: number,
  mapId: number,
  sizes: readonly number[],
): Buffer[] {
  const blocks = sizes.map((size, index) => patternBytes(size, mapId * 100 + index));
  const offsets = Buffer.alloc((sizes.length + 1) * 8);
  let end = 0n;
  for (const [index, size] of sizes.entries()) {
    end += BigInt(size);
    offsets.writeBigInt64BE(end, (index + 1) * 8);
  }
  const write = (kind: 'data' | 'index', content: Buffer) => {
    const file = blockFilePath(executor, mapOutputName(shuffleId, mapId, kind));
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  };
  write('data', Buffer.concat(blocks));
  write('index', offsets);
  return blocks;
}

import { closeSync, mkdirSync, readSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  type BlockFile,
  type BlockSegment,
  FileBlockResolver,
  type FileBlockResolverOptions,
} from '@spark-mesos/external-shuffle';
import { expect } from 'vitest';
import { blockFilePath } from '../../src/blocks/block-file-names.ts';
import { copySyntheticFiles, temporaryFolder } from './folders.ts';

/** The executor whose files Spark's own service served when the golden bytes were recorded. */
export async function syntheticExecutor(options: FileBlockResolverOptions = {}) {
  const localDirs = await copySyntheticFiles(await temporaryFolder());
  const dropped: BlockFile[] = [];
  const clock = { nowMs: 0 };
  const resolver = new FileBlockResolver({
    now: () => clock.nowMs,
    dropped: (file) => dropped.push(file),
    ...options,
  });
  const executor = { appId: 'app-1', executorId: 'exec-0', localDirs, subDirsPerLocalDir: 64 };
  const pathOf = (name: string) => blockFilePath(executor, name);
  const write = (name: string, content: Uint8Array | string) => {
    mkdirSync(path.dirname(pathOf(name)), { recursive: true });
    writeFileSync(pathOf(name), content);
  };
  const contentOf = ({ file, offset, length }: BlockSegment) => {
    const descriptor = resolver.open(file);
    const content = Buffer.alloc(length);
    expect(readSync(descriptor, content, 0, length, offset)).toBe(length);
    closeSync(descriptor);
    return content;
  };
  return { resolver, executor, dropped, clock, pathOf, write, contentOf };
}

/** An index file, or one of checksums. */
export function longs(...offsets: readonly (number | bigint)[]): Buffer {
  const bytes = Buffer.alloc(offsets.length * 8);
  for (const [index, offset] of offsets.entries()) bytes.writeBigInt64BE(BigInt(offset), index * 8);
  return bytes;
}

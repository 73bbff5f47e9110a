import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FetchCache } from '../../src/agent/fetch-cache.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mesos-local-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a cache of fetched files', () => {
  it('brings a file once, also when several ask at the same time', async () => {
    const cache = new FetchCache(join(folder, 'cache'));
    let brought = 0;
    const use = (name: string) =>
      cache.use(
        'http://a/file',
        async (path) => {
          brought++;
          await writeFile(path, 'content');
        },
        (path) => copyFile(path, join(folder, name)),
      );
    expect((await Promise.all([use('one'), use('two')])).sort()).toEqual(['brought', 'cached']);
    expect(brought).toBe(1);
    expect(await readFile(join(folder, 'two'), 'utf8')).toBe('content');
  });

  it('forgets what was not used for longest when it is full', async () => {
    const cache = new FetchCache(join(folder, 'cache'), 10);
    const use = (uri: string) =>
      cache.use(
        uri,
        (path) => writeFile(path, 'sixsix'),
        async () => {},
      );
    await use('a');
    await use('b');
    expect(await readdir(join(folder, 'cache'))).toHaveLength(1);
    expect(await use('b')).toBe('cached');
    expect(await use('a')).toBe('brought');
  });

  it('tries again what could not be had', async () => {
    const cache = new FetchCache(join(folder, 'cache'));
    await expect(
      cache.use(
        'a',
        () => Promise.reject(new Error('no')),
        async () => {},
      ),
    ).rejects.toThrow('no');
    expect(
      await cache.use(
        'a',
        (path) => writeFile(path, 'x'),
        async () => {},
      ),
    ).toBe('brought');
  });
});

import { open } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { FileStore } from '../src/index.ts';
import { bytes, temporaryFolder } from './support/folders.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** What every open file of Node has its methods from. */
async function fileMethods(directory: string) {
  const handle = await open(path.join(directory, 'any'), 'w');
  const methods = Object.getPrototypeOf(handle) as typeof handle;
  await handle.close();
  return methods;
}

const full = () => Promise.reject(Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' }));

test('a change for which the disk has no room is refused, and nothing of it is seen then or later', async () => {
  const directory = await temporaryFolder();
  const store = await FileStore.open({ directory });
  await store.put('a', bytes('one'));
  const write = vi.spyOn(await fileMethods(directory), 'write').mockImplementation(full);
  await expect(store.put('a', bytes('two'))).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
  expect((await store.get('a'))?.value).toEqual(bytes('one'));
  write.mockRestore();
  expect(await store.put('b', bytes('room again'))).toBe(1);
  await store.close();
  const again = await FileStore.open({ directory });
  expect((await again.entries()).map(({ key, version }) => [key, version])).toEqual([
    ['a', 1],
    ['b', 1],
  ]);
  await again.close();
});

test('when nobody knows what is on the disk, nothing more is taken until the store is opened again', async () => {
  const directory = await temporaryFolder();
  const store = await FileStore.open({ directory });
  await store.put('a', bytes('one'));
  const methods = await fileMethods(directory);
  vi.spyOn(methods, 'write').mockImplementation(full);
  vi.spyOn(methods, 'truncate').mockImplementation(full);
  await expect(store.put('a', bytes('two'))).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
  vi.restoreAllMocks();
  await expect(store.put('a', bytes('three'))).rejects.toMatchObject({ code: 'STORE_WRITE_FAILED' });
  expect((await store.get('a'))?.value).toEqual(bytes('one'));
  await store.close();
});

test('a log that cannot be written anew stays as it is, and takes what comes', async () => {
  const directory = await temporaryFolder();
  const store = await FileStore.open({ directory, compactAboveBytes: 300 });
  vi.spyOn(await fileMethods(directory), 'sync').mockImplementation(full);
  for (let round = 0; round < 20; round += 1) await store.put('a', bytes(`value ${round} ${'x'.repeat(40)}`));
  vi.restoreAllMocks();
  await store.put('b', bytes('last'));
  await store.close();
  const again = await FileStore.open({ directory });
  expect((await again.get('a'))?.version).toBe(20);
  expect((await again.get('b'))?.value).toEqual(bytes('last'));
  await again.close();
});

test('a disk that has room for a change, and none ahead of it, takes the change', async () => {
  const directory = await temporaryFolder();
  const store = await FileStore.open({ directory });
  const methods = await fileMethods(directory);
  const { write } = methods;
  const longest = 200;
  vi.spyOn(methods, 'write').mockImplementation(function (this: typeof methods, ...words: unknown[]) {
    const [data] = words;
    const isLong = data instanceof Uint8Array && data.length > longest;
    return isLong ? full() : Reflect.apply(write, this, words);
  });
  for (let round = 0; round < 5; round += 1) await store.put('a', bytes(`value ${round}`));
  vi.restoreAllMocks();
  await store.close();
  const again = await FileStore.open({ directory });
  expect(await again.get('a')).toMatchObject({ version: 5, value: bytes('value 4') });
  await again.close();
});

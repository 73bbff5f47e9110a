import { describe, expect, test } from 'vitest';
import { type DurableStore, FileStore, getJson, MemoryStore, putJson } from '../src/index.ts';
import { bytes, temporaryFolder } from './support/folders.ts';

const STORES: readonly (readonly [string, () => Promise<DurableStore>])[] = [
  ['in memory', async () => new MemoryStore()],
  ['in a file', async () => FileStore.open({ directory: await temporaryFolder() })],
];

describe.each(STORES)('a store %s', (_, open) => {
  test('gives back what was put, with its version', async () => {
    const store = await open();
    expect(await store.put('a', bytes('one'))).toBe(1);
    expect(await store.put('a', bytes('two'))).toBe(2);
    expect(await store.get('a')).toEqual({ key: 'a', value: bytes('two'), version: 2 });
    expect(await store.get('b')).toBeUndefined();
    await store.close();
  });

  test('lists the keys with a prefix in their order', async () => {
    const store = await open();
    await Promise.all(['b/2', 'a', 'b/1', 'c'].map((key) => store.put(key, bytes(key))));
    expect((await store.entries('b/')).map(({ key }) => key)).toEqual(['b/1', 'b/2']);
    expect((await store.entries()).map(({ key }) => key)).toEqual(['a', 'b/1', 'b/2', 'c']);
    await store.close();
  });

  test('forgets what is deleted and says whether it was there', async () => {
    const store = await open();
    await store.put('a', bytes('one'));
    expect(await store.delete('a')).toBe(true);
    expect(await store.delete('a')).toBe(false);
    expect(await store.entries()).toEqual([]);
    expect(await store.put('a', bytes('again'))).toBe(1);
    await store.close();
  });

  test('makes a change that expects a version only if it is there', async () => {
    const store = await open();
    await store.put('a', bytes('one'), { expectedVersion: 0 });
    await expect(store.put('a', bytes('two'), { expectedVersion: 0 })).rejects.toMatchObject({
      code: 'STORE_CONFLICT',
    });
    await expect(store.delete('a', { expectedVersion: 7 })).rejects.toMatchObject({ code: 'STORE_CONFLICT' });
    expect(await store.put('a', bytes('two'), { expectedVersion: 1 })).toBe(2);
    await store.close();
  });

  test('makes one of several changes at once that expect the same version', async () => {
    const store = await open();
    const results = await Promise.allSettled(
      ['x', 'y', 'z'].map((text) => store.put('a', bytes(text), { expectedVersion: 0 })),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect((await store.get('a'))?.value).toEqual(bytes('x'));
    await store.close();
  });

  test('keeps a value as it was, whatever its giver writes into it later', async () => {
    const store = await open();
    const value = Buffer.from('mine');
    const done = store.put('a', value);
    value.fill(0);
    await done;
    expect((await store.get('a'))?.value).toEqual(bytes('mine'));
    await store.close();
  });

  test('refuses keys and values that are too long, and empty keys', async () => {
    const store = await open();
    const refusal = { code: 'STORE_LIMIT_EXCEEDED' };
    await expect(store.put('', bytes('x'))).rejects.toMatchObject(refusal);
    await expect(store.put('k'.repeat(1025), bytes('x'))).rejects.toMatchObject(refusal);
    await expect(store.put('k', new Uint8Array(1024 * 1024 + 1))).rejects.toMatchObject(refusal);
    await store.close();
  });

  test('keeps JSON', async () => {
    const store = await open();
    await putJson(store, 'a', { name: 'Größe', sizes: [1, 2] });
    const entry = await store.get('a');
    expect(entry && getJson(entry)).toEqual({ name: 'Größe', sizes: [1, 2] });
    await store.close();
  });

  test('takes nothing any more once it is closed', async () => {
    const store = await open();
    await store.close();
    await expect(store.put('a', bytes('x'))).rejects.toMatchObject({ code: 'STORE_CLOSED' });
    await expect(store.get('a')).rejects.toMatchObject({ code: 'STORE_CLOSED' });
  });
});

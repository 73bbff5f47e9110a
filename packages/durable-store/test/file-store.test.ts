import { constants } from 'node:fs';
import { appendFile, mkdir, open, readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FileStore } from '../src/index.ts';
import { bytes, temporaryFolder } from './support/folders.ts';

const NAME = 'store.log';

/** What a store holds, as text. */
async function contents(directory: string): Promise<Record<string, string>> {
  const store = await FileStore.open({ directory });
  const entries = await store.entries();
  await store.close();
  return Object.fromEntries(entries.map(({ key, value }) => [key, Buffer.from(value).toString()]));
}

/** Puts one value after another; answers with the log's length and what the store holds after each. */
async function history(directory: string, changes: readonly (readonly [string, string | undefined])[]) {
  const states: { readonly length: number; readonly holds: Record<string, string> }[] = [];
  const holds: Record<string, string> = {};
  const note = async () => {
    states.push({ length: (await stat(path.join(directory, NAME))).size, holds: { ...holds } });
  };
  await (await FileStore.open({ directory })).close();
  await note();
  for (const [key, value] of changes) {
    const store = await FileStore.open({ directory });
    if (value === undefined) {
      await store.delete(key);
      delete holds[key];
    } else {
      await store.put(key, bytes(value));
      holds[key] = value;
    }
    await store.close();
    await note();
  }
  return { states, log: await readFile(path.join(directory, NAME)) };
}

describe('a store in a file', () => {
  test('has after it is opened again what it had before', async () => {
    const directory = await temporaryFolder();
    const { states } = await history(directory, [
      ['a', 'one'],
      ['b', 'two'],
      ['a', 'three'],
      ['b', undefined],
    ]);
    expect(await contents(directory)).toEqual(states.at(-1)?.holds);
    const store = await FileStore.open({ directory });
    expect((await store.get('a'))?.version).toBe(2);
    await store.close();
  });

  test('opens when it was cut at any byte, with every change whose end is in the file', async () => {
    const origin = await temporaryFolder();
    const { states, log } = await history(origin, [
      ['first', 'one'],
      ['second', 'x'.repeat(40)],
      ['first', undefined],
      ['third', ''],
    ]);
    const [empty] = states;
    for (let cut = empty?.length ?? 0; cut <= log.length; cut += 1) {
      const directory = await temporaryFolder();
      await writeFile(path.join(directory, NAME), log.subarray(0, cut));
      const expected = states.filter(({ length }) => length <= cut).at(-1)?.holds;
      expect(await contents(directory), `cut at byte ${cut} of ${log.length}`).toEqual(expected);
    }
  });

  test('opens with every change when it was killed, wherever its last write had got to in the room ahead', async () => {
    const origin = await temporaryFolder();
    const store = await FileStore.open({ directory: origin });
    await store.put('a', bytes('one'));
    await store.put('b', bytes('x'.repeat(40)));
    const killed = await readFile(path.join(origin, NAME));
    await store.close();
    const end = (await stat(path.join(origin, NAME))).size;
    expect(killed.length).toBeGreaterThan(end);
    expect(killed.subarray(end).every((byte) => byte === 0)).toBe(true);
    // Blocks of a write reach the disk in any order: the end of it may be there, and not the beginning.
    const frame = killed.subarray(end - 60, end);
    for (const [from, to] of [
      [0, 60],
      [0, 20],
      [20, 60],
      [59, 60],
    ] as const) {
      const directory = await temporaryFolder();
      const log = Buffer.from(killed);
      log.set(frame.subarray(from, to), end + from);
      await writeFile(path.join(directory, NAME), log);
      expect(await contents(directory)).toEqual({ a: 'one', b: 'x'.repeat(40) });
      expect((await stat(path.join(directory, NAME))).size).toBe(end);
    }
  });

  test('opens whatever a crash leaves behind its last whole change, and goes on writing there', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (junk) => {
        const directory = await temporaryFolder();
        const { states } = await history(directory, [['a', 'kept']]);
        await appendFile(path.join(directory, NAME), junk);
        const store = await FileStore.open({ directory });
        await store.put('b', bytes('after'));
        await store.close();
        expect(await contents(directory)).toEqual({ ...states.at(-1)?.holds, b: 'after' });
      }),
      { numRuns: 30 },
    );
  });

  test('holds what any sequence of changes leaves, also when it is written anew in between', async () => {
    const change = fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.option(fc.string({ maxLength: 30 })));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 40 }), async (changes) => {
        const directory = await temporaryFolder();
        const store = await FileStore.open({ directory, compactAboveBytes: 200 });
        const holds: Record<string, string> = {};
        for (const [key, value] of changes) {
          await (value === null ? store.delete(key) : store.put(key, bytes(value)));
          if (value === null) delete holds[key];
          else holds[key] = value;
        }
        await store.close();
        expect(await contents(directory)).toEqual(holds);
      }),
      { numRuns: 25 },
    );
  });

  test('does not grow with changes of the same key', async () => {
    const directory = await temporaryFolder();
    const store = await FileStore.open({ directory, compactAboveBytes: 4096 });
    for (let round = 0; round < 100; round += 1) await store.put('a', new Uint8Array(500).fill(round));
    await store.close();
    expect((await stat(path.join(directory, NAME))).size).toBeLessThan(6000);
    expect(Object.keys(await contents(directory))).toEqual(['a']);
  });

  test('opens when it was killed while it was written anew', async () => {
    const directory = await temporaryFolder();
    const { log } = await history(directory, [['a', 'one']]);
    for (const length of [0, 5, log.length - 1, log.length]) {
      await writeFile(path.join(directory, `${NAME}.new`), log.subarray(0, length));
      expect(await contents(directory)).toEqual({ a: 'one' });
    }
  });

  test('writes many changes at once in one frame', async () => {
    const directory = await temporaryFolder();
    const store = await FileStore.open({ directory });
    await Promise.all(Array.from({ length: 500 }, (_, index) => store.put(`key-${index}`, bytes('x'))));
    await store.close();
    const log = await readFile(path.join(directory, NAME));
    expect(log.toString('latin1').match(/FR/g)).toHaveLength(1);
    expect(Object.keys(await contents(directory))).toHaveLength(500);
  });

  test('refuses a file whose middle is damaged, and says from where to where', async () => {
    const directory = await temporaryFolder();
    const { states, log } = await history(directory, [
      ['a', 'one'],
      ['b', 'two'],
    ]);
    const damaged = Buffer.from(log);
    const at = (states[0]?.length ?? 0) + 20;
    damaged[at] = (damaged[at] ?? 0) ^ 1;
    await writeFile(path.join(directory, NAME), damaged);
    await expect(FileStore.open({ directory })).rejects.toMatchObject({
      code: 'STORE_DAMAGED',
      message: expect.stringContaining(`from byte ${states[0]?.length} to byte ${states[1]?.length}`),
    });
    expect(await readFile(path.join(directory, NAME))).toEqual(damaged);
  });

  test('refuses what is no store', async () => {
    const directory = await temporaryFolder();
    await writeFile(path.join(directory, NAME), 'spark-mesos store 2\nfrom the future');
    await expect(FileStore.open({ directory })).rejects.toMatchObject({ code: 'STORE_FORMAT' });
  });

  test('says what is in the way when it cannot be opened', async () => {
    const directory = path.join(await temporaryFolder(), 'file');
    await writeFile(directory, '');
    await expect(FileStore.open({ directory })).rejects.toMatchObject({ code: 'STORE_UNREADABLE' });
  });

  test('can be read by its owner alone', async () => {
    const directory = path.join(await temporaryFolder(), 'new');
    await history(directory, [['secret', 'hush']]);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    const file = path.join(directory, NAME);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const handle = await open(file, 'r+');
    await handle.chmod(0o644);
    await handle.close();
    await contents(directory);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test('belongs to one at a time', async () => {
    const directory = await temporaryFolder();
    const store = await FileStore.open({ directory });
    await expect(FileStore.open({ directory })).rejects.toMatchObject({
      code: 'STORE_LOCKED',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    await store.close();
    await (await FileStore.open({ directory })).close();
  });

  test('is taken over from a process that is gone, and from one whose id another has', async () => {
    const directory = await temporaryFolder();
    await mkdir(directory, { recursive: true });
    for (const owner of ['4194303 12', `${process.pid} 1`, '', 'junk']) {
      await writeFile(path.join(directory, `${NAME}.lock`), owner);
      await (await FileStore.open({ directory })).close();
    }
  });
});

test('a value that is a part of something larger does not keep the rest of it in memory', async () => {
  const store = await FileStore.open({ directory: await temporaryFolder() });
  await store.put('a', new Uint8Array(1000).subarray(10, 20));
  expect((await store.get('a'))?.value.buffer.byteLength).toBe(10);
  await store.close();
});

test.runIf(process.platform === 'linux')(
  'a write to the log ends when it is on the disk, also after the log was written anew',
  async () => {
    const directory = await temporaryFolder();
    const store = await FileStore.open({ directory, compactAboveBytes: 300 });
    expect(await isSyncedOnWrite(path.join(directory, 'store.log'))).toBe(true);
    for (let round = 0; round < 20; round += 1)
      await store.put('a', bytes(`value ${round} ${'x'.repeat(40)}`));
    expect(await isSyncedOnWrite(path.join(directory, 'store.log'))).toBe(true);
    await store.close();
  },
);

/** Whether this process has the file open in such a way. */
async function isSyncedOnWrite(file: string): Promise<boolean> {
  for (const descriptor of await readdir('/proc/self/fd')) {
    const opened = await readlink(`/proc/self/fd/${descriptor}`).catch(() => '');
    if (opened !== file) continue;
    const flags = /^flags:\s*(\d+)$/m.exec(await readFile(`/proc/self/fdinfo/${descriptor}`, 'utf8'))?.[1];
    return (Number.parseInt(flags ?? '', 8) & constants.O_DSYNC) !== 0;
  }
  throw new Error(`${file} is not open`);
}

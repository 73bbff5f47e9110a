import { existsSync } from 'node:fs';
import { FileStore, MemoryStore, putJson } from '@spark-mesos/durable-store';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockManagerName, makeLocalDirectory, temporaryFolder } from '../support/folders.ts';
import { executorInfo, openState } from '../support/state.ts';

describe('a restart', () => {
  test('S6: executors, drivers and secrets are known again, without registering', async () => {
    const root = await temporaryFolder();
    const directory = await temporaryFolder();
    const info = executorInfo(makeLocalDirectory(root, 1));
    const store = await FileStore.open({ directory });
    const before = await openState({ roots: [root], store });
    await before.registry.registerExecutor('app/with slash', '1/2', info);
    await before.registry.registerDriver('app/with slash', 1000);
    await before.registry.setSecret('app/with slash', 's3cret');
    await before.close();
    await store.close();
    const reopened = await FileStore.open({ directory });
    const { registry } = await openState({ roots: [root], store: reopened });
    expect(registry.executor('app/with slash', '1/2')).toEqual({
      appId: 'app/with slash',
      executorId: '1/2',
      localDirs: info.localDirs,
      subDirsPerLocalDir: 64,
    });
    expect(registry.heartbeat('app/with slash')).toBe('known');
    expect(registry.secret('app/with slash')).toBe('s3cret');
    await reopened.close();
  });

  test('S6: a driver has its full timeout again', async () => {
    const store = new MemoryStore();
    const before = await openState({ roots: ['/nowhere'], store });
    await before.registry.registerDriver('app', 1000);
    const after = await openState({ roots: ['/nowhere'], store, clock: { nowMs: 7, wallMs: 7 } });
    after.advance(1000);
    expect(after.registry.expired({ graceMs: 0, orphanAgeMs: undefined })).toEqual([]);
    after.advance(1);
    expect(after.registry.expired({ graceMs: 0, orphanAgeMs: undefined })).toHaveLength(1);
  });

  test('S25: directories that were still to be deleted are deleted, and are served to nobody', async () => {
    const root = await temporaryFolder();
    const store = new MemoryStore();
    const directory = makeLocalDirectory(root, 1);
    const before = await openState({ roots: [root], store });
    await before.registry.registerExecutor('app', '1', executorInfo(directory));
    const [executor] = await store.entries('executors/');
    // Killed between the first write of a removal and the second.
    await putJson(store, `removing/${directory}`, { appId: 'app' });
    const { registry } = await openState({ roots: [root], store });
    expect(() => registry.executor('app', '1')).toThrow('not registered');
    await expect(registry.registerExecutor('other', '1', executorInfo(directory))).rejects.toMatchObject({
      code: 'SHUFFLE_EXECUTOR_TAKEN',
    });
    await registry.catchUp();
    expect(existsSync(directory)).toBe(false);
    expect([executor?.key, ...(await store.entries()).map(({ key }) => key)]).toEqual(['executors/app/0']);
  });

  test('S6: many executors share a record, over restarts, and all go with their application', async () => {
    const root = await temporaryFolder();
    const store = new MemoryStore();
    const keys = async () => (await store.entries()).map(({ key }) => key);
    const register = async (from: number, to: number) => {
      const { registry } = await openState({ roots: [root], store });
      for (let id = from; id < to; id++) {
        const info = executorInfo(`${root}/${blockManagerName(id)}`);
        await registry.registerExecutor('app', String(id), info);
        // Asked for again, as after an answer that came too late.
        if (id === 5) await registry.registerExecutor('app', '5', info);
      }
      return registry;
    };
    await register(0, 20);
    expect(await keys()).toEqual(['executors/app/0', 'executors/app/1']);
    await register(20, 22);
    const registry = await register(22, 22);
    expect(await keys()).toEqual(['executors/app/0', 'executors/app/1', 'executors/app/2']);
    for (let id = 0; id < 22; id++) {
      expect(registry.executor('app', String(id)).localDirs).toEqual([`${root}/${blockManagerName(id)}`]);
    }
    await registry.removeApplication('app');
    await registry.catchUp();
    expect(await keys()).toEqual([]);
  });

  test('S6: an executor with as many and as long directories as are taken', async () => {
    const root = await temporaryFolder();
    const store = new MemoryStore();
    const { registry } = await openState({ roots: [root], store });
    const long = `${root}${`/${'\u0001'.repeat(200)}`.repeat(3)}`;
    const localDirs = Array.from({ length: 128 }, (_, id) => `${long}/${blockManagerName(id)}`);
    await registry.registerExecutor('app', '1', executorInfo(...localDirs));
    expect(registry.counters().unsavedChanges).toBe(0);
    const next = await openState({ roots: [root], store });
    expect(next.registry.executor('app', '1').localDirs).toEqual(localDirs);
  });

  test('an executor whose directories are under no root any more is not served', async () => {
    const [root, other] = [await temporaryFolder(), await temporaryFolder()];
    const store = new MemoryStore();
    const directory = makeLocalDirectory(root, 1);
    const before = await openState({ roots: [root], store });
    await before.registry.registerExecutor('app', '1', executorInfo(directory));
    const { registry, logger } = await openState({ roots: [other], store });
    expect(registry.counters().registeredExecutors).toBe(0);
    expect(logger.lines).toContainEqual(expect.objectContaining({ level: 'warn' }));
    expect(existsSync(directory)).toBe(true);
  });

  test('a store that somebody has written into opens, deletes nothing, and serves nothing of that', async () => {
    const root = await temporaryFolder();
    const outside = makeLocalDirectory(await temporaryFolder(), 1);
    const records = fc.record({
      key: fc.oneof(
        fc.constantFrom(
          'executors/a/1',
          'executors/a',
          'driver/a',
          'secret/a',
          'removing/',
          'executors/%/1',
          'x',
        ),
        fc.constant(`removing/${outside}`),
        fc.string({ minLength: 1, maxLength: 20 }),
      ),
      value: fc.oneof(
        fc.json(),
        fc.string(),
        fc.constant(JSON.stringify({ t: 0, e: [['1', 64, outside]] })),
        fc.constant(JSON.stringify({ appId: 'a' })),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(records, { maxLength: 20 }), async (entries) => {
        const store = new MemoryStore();
        for (const { key, value } of entries) await store.put(key, Buffer.from(value));
        const { registry, cleaner } = await openState({ roots: [root], store });
        await cleaner.tick();
        expect(registry.counters().registeredExecutors).toBe(0);
        expect(existsSync(outside)).toBe(true);
      }),
    );
  });
});

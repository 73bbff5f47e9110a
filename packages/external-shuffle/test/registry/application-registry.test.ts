import { existsSync } from 'node:fs';
import { MemoryStore } from '@spark-mesos/durable-store';
import { describe, expect, test } from 'vitest';
import { makeLocalDirectory, temporaryFolder } from '../support/folders.ts';
import { executorInfo, openState } from '../support/state.ts';

describe('executors', () => {
  test('registers an executor and finds it again', async () => {
    const root = await temporaryFolder();
    const { registry } = await openState({ roots: [root] });
    const directory = makeLocalDirectory(root, 1);
    await registry.registerExecutor('app', '7', executorInfo(directory));
    expect(registry.executor('app', '7')).toMatchObject({
      appId: 'app',
      executorId: '7',
      localDirs: [directory],
      subDirsPerLocalDir: 64,
    });
    expect(registry.counters()).toMatchObject({ registeredExecutors: 1, registeredApplications: 1 });
  });

  test('says of an unknown executor what Spark’s service says', async () => {
    const { registry } = await openState({ roots: ['/nowhere'] });
    expect(() => registry.executor('app-1', 'zzz')).toThrowError(
      expect.objectContaining({
        code: 'SHUFFLE_EXECUTOR_UNKNOWN',
        failureText: 'java.lang.RuntimeException: Executor is not registered (appId=app-1, execId=zzz)',
      }),
    );
  });

  test('takes the same registration again, and keeps the executor’s object', async () => {
    const root = await temporaryFolder();
    const { registry } = await openState({ roots: [root] });
    const directory = makeLocalDirectory(root, 1);
    await registry.registerExecutor('app', '7', executorInfo(directory));
    const executor = registry.executor('app', '7');
    await registry.registerExecutor('app', '7', executorInfo(directory));
    expect(registry.executor('app', '7')).toBe(executor);
    expect(registry.counters()).toMatchObject({ registeredExecutors: 1, registrationsTotal: 2 });
  });

  test('takes a directory before it is there, and says so', async () => {
    const root = await temporaryFolder();
    const { registry, logger } = await openState({ roots: [root] });
    const directory = makeLocalDirectory(root, 1).replace(/1$/, '2');
    await registry.registerExecutor('app', '7', executorInfo(directory));
    expect(logger.lines).toContainEqual(expect.objectContaining({ level: 'warn' }));
  });

  test.each([
    ['another executor’s id with other directories', 'app', '7'],
    ['another application’s directory', 'thief', '7'],
  ])('refuses %s, and the first keeps what it has', async (_what, appId, executorId) => {
    const root = await temporaryFolder();
    const { registry } = await openState({ roots: [root] });
    const [first, second] = [makeLocalDirectory(root, 1), makeLocalDirectory(root, 2)];
    await registry.registerExecutor('app', '7', executorInfo(first));
    const claimed = appId === 'app' ? second : first;
    await expect(registry.registerExecutor(appId, executorId, executorInfo(claimed))).rejects.toMatchObject({
      code: 'SHUFFLE_EXECUTOR_TAKEN',
    });
    expect(registry.executor('app', '7').localDirs).toEqual([first]);
    expect(registry.counters()).toMatchObject({ registeredExecutors: 1, registrationsRefusedTotal: 1 });
  });

  test('a claim on directories of which one is another’s takes none of them', async () => {
    const root = await temporaryFolder();
    const { registry } = await openState({ roots: [root] });
    const [first, second] = [makeLocalDirectory(root, 1), makeLocalDirectory(root, 2)];
    await registry.registerExecutor('app', '7', executorInfo(first));
    await expect(registry.registerExecutor('thief', '1', executorInfo(second, first))).rejects.toThrow();
    await registry.registerExecutor('other', '1', executorInfo(second));
    expect(registry.executor('other', '1').localDirs).toEqual([second]);
  });

  test.each([
    ['', '1'],
    ['app', ''],
    ['a\nb', '1'],
    ['app', '\ud800'],
    ['app', 'x'.repeat(500)],
  ])('refuses the ids %j and %j', async (appId, executorId) => {
    const root = await temporaryFolder();
    const { registry } = await openState({ roots: [root] });
    const info = executorInfo(makeLocalDirectory(root, 1));
    await expect(registry.registerExecutor(appId, executorId, info)).rejects.toMatchObject({
      code: 'SHUFFLE_ID_INVALID',
    });
  });

  test.each([0, -1, 0.5, Number.NaN, 100_000])('refuses %d subdirectories', async (subDirsPerLocalDir) => {
    const root = await temporaryFolder();
    const { registry } = await openState({ roots: [root] });
    const info = { ...executorInfo(makeLocalDirectory(root, 1)), subDirsPerLocalDir };
    await expect(registry.registerExecutor('app', '1', info)).rejects.toMatchObject({
      code: 'SHUFFLE_ID_INVALID',
    });
  });

  test('refuses an executor without local directories', async () => {
    const { registry } = await openState({ roots: ['/nowhere'] });
    await expect(registry.registerExecutor('app', '1', executorInfo())).rejects.toMatchObject({
      code: 'SHUFFLE_ID_INVALID',
    });
  });
});

describe('drivers', () => {
  test('S20: a driver that registers again is told of in the log and has its new timeout', async () => {
    const { registry, logger } = await openState({ roots: ['/nowhere'] });
    await registry.registerDriver('app', 1000, '10.0.0.1:4000');
    await registry.registerDriver('app', 2000n, '10.0.0.1:4001');
    expect(
      logger.lines.filter(({ phrase }) => phrase.startsWith('driver')).map(({ level }) => level),
    ).toEqual(['info', 'warn']);
    expect(registry.counters()).toMatchObject({ registeredDrivers: 1 });
  });

  test.each([0, -1, -(2n ** 63n), Number.NaN])('S20: refuses a timeout of %s ms', async (timeoutMs) => {
    const { registry } = await openState({ roots: ['/nowhere'] });
    await expect(registry.registerDriver('app', timeoutMs)).rejects.toMatchObject({
      code: 'SHUFFLE_ID_INVALID',
    });
  });

  test('S20: takes Java’s largest long as a timeout', async () => {
    const { registry } = await openState({ roots: ['/nowhere'] });
    await registry.registerDriver('app', 2n ** 63n - 1n);
    expect(registry.heartbeat('app')).toBe('known');
  });

  test('S21: the heartbeat of an unknown application changes nothing, and its driver is told', async () => {
    const { registry, logger } = await openState({ roots: ['/nowhere'] });
    expect(registry.heartbeat('app', '10.0.0.1:4000')).toBe('unknown');
    expect(logger.lines.slice(1)).toEqual([
      {
        level: 'warn',
        fields: { appId: 'app', address: '10.0.0.1:4000', ended: undefined },
        phrase: 'heartbeat of an unknown application',
      },
    ]);
    expect(registry.counters()).toMatchObject({ registeredApplications: 0, heartbeatsUnknownTotal: 1 });
  });

  test('S21: executors alone make no driver: its heartbeat is unknown until it has registered', async () => {
    const root = await temporaryFolder();
    const { registry } = await openState({ roots: [root] });
    await registry.registerExecutor('app', '1', executorInfo(makeLocalDirectory(root, 1)));
    expect(registry.heartbeat('app')).toBe('unknown');
    await registry.registerDriver('app', 1000);
    expect(registry.heartbeat('app')).toBe('known');
  });

  test('S25: an application that stops in good order is gone at once, with its files', async () => {
    const root = await temporaryFolder();
    const { registry } = await openState({ roots: [root] });
    const [first, second] = [makeLocalDirectory(root, 1), makeLocalDirectory(root, 2)];
    await registry.registerExecutor('app', '1', executorInfo(first));
    await registry.registerExecutor('living', '1', executorInfo(second));
    await registry.registerDriver('app', 1000);
    expect(await registry.removeApplication('app')).toBe(true);
    expect(await registry.removeApplication('app')).toBe(false);
    expect(() => registry.executor('app', '1')).toThrow('not registered');
    await registry.catchUp();
    expect([existsSync(first), existsSync(second)]).toEqual([false, true]);
    expect(registry.counters()).toMatchObject({
      registeredExecutors: 1,
      registeredDrivers: 0,
      applicationsRemovedTotal: 1,
      directoriesRemovedTotal: 1,
    });
  });

  test('S27: an application that has stopped takes no executors any more, until its driver registers again', async () => {
    const root = await temporaryFolder();
    const { registry } = await openState({ roots: [root] });
    const info = executorInfo(makeLocalDirectory(root, 1));
    await registry.registerDriver('app', 1000);
    await registry.removeApplication('app');
    expect(registry.heartbeat('app')).toBe('unknown');
    await expect(registry.registerExecutor('app', '1', info)).rejects.toMatchObject({
      code: 'SHUFFLE_EXECUTOR_TAKEN',
    });
    await registry.registerDriver('app', 1000);
    await registry.registerExecutor('app', '1', info);
    expect(registry.executor('app', '1').executorId).toBe('1');
  });
});

describe('secrets', () => {
  test('an application has its own secret until it is over', async () => {
    const { registry } = await openState({ roots: ['/nowhere'] });
    expect(registry.secret('app')).toBeUndefined();
    await registry.setSecret('app', 's3cret');
    expect([registry.secret('app'), registry.secret('other')]).toEqual(['s3cret', undefined]);
    await registry.removeApplication('app');
    expect(registry.secret('app')).toBeUndefined();
  });

  test('no line of the log holds a secret', async () => {
    const { registry, logger } = await openState({ roots: ['/nowhere'] });
    await registry.setSecret('app', 's3cret');
    await registry.registerDriver('app', 1000);
    await registry.removeApplication('app');
    expect(JSON.stringify(logger.lines)).not.toContain('s3cret');
  });
});

describe('a store that fails', () => {
  test('executors register and are served, and what was not written is written later', async () => {
    const root = await temporaryFolder();
    const store = new MemoryStore();
    const put = store.put.bind(store);
    store.put = () => Promise.reject(new Error('no space left on device'));
    const { registry, logger } = await openState({ roots: [root], store });
    await registry.registerExecutor('app', '1', executorInfo(makeLocalDirectory(root, 1)));
    await registry.registerDriver('app', 1000);
    expect(registry.executor('app', '1').executorId).toBe('1');
    expect(registry.counters().unsavedChanges).toBe(2);
    expect(logger.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    store.put = put;
    await registry.catchUp();
    expect(registry.counters().unsavedChanges).toBe(0);
    const { registry: next } = await openState({ roots: [root], store });
    expect(next.executor('app', '1').executorId).toBe('1');
  });
});

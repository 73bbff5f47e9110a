import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { FileStore } from '@spark-mesos/durable-store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Dispatcher, Submission } from '../../src/index.ts';
import { SmallCluster, take, until } from './small-cluster.ts';

const hasEnded = ({ state }: Submission) => state === 'finished';
const runs = ({ state }: Submission) => state === 'running';

describe('a dispatcher on an embedded Mesos', () => {
  let cluster: SmallCluster;

  beforeEach(async () => {
    cluster = await SmallCluster.start();
  });

  afterEach(async () => {
    await cluster.close();
  });

  /** A file in the sandbox of the submission's last attempt. */
  async function sandboxFile(dispatcher: Dispatcher, id: string, name: string): Promise<string[]> {
    const taskId = dispatcher.status(id)?.attempts.at(-1)?.taskId;
    const files = await readdir(path.join(cluster.folder, 'mesos'), { recursive: true });
    const found = files.find((file) => file.includes(`executors/${taskId}/`) && file.endsWith(`/${name}`));
    return (await readFile(path.join(cluster.folder, 'mesos', found ?? name), 'utf8')).split('\n');
  }

  test('D60, D70, D71, D72, D73, D74, D75: a driver runs spark-submit in its sandbox, with its arguments to the letter', async () => {
    const dispatcher = await cluster.dispatcher({ 'spark.mesos.role': 'drivers' });
    const words = ['two words', '$HOME `id` "q" \'s\' ; | &', '', '--conf', 'ü\nline', 'succeed'];
    const id = await take(
      dispatcher,
      cluster.request(
        'words',
        { 'spark.odd': 'a "b" $c', 'spark.mesos.driverEnv.GREETING': 'good day' },
        { arguments: words },
      ),
    );
    const ended = await until(dispatcher, id, hasEnded);
    expect(ended).toMatchObject({
      finalState: 'FINISHED',
      attempts: [{ taskState: 'TASK_FINISHED', exitStatus: 0 }],
    });
    const told = await sandboxFile(dispatcher, id, 'arguments');
    const behind = told.indexOf('./app.jar');
    expect(told.slice(behind + 1).join('\n')).toBe(`${words.join('\n')}\n`);
    expect(told.slice(0, 6)).toEqual([
      '--name',
      'words',
      '--master',
      'spark://gateway:7077',
      '--deploy-mode',
      'client',
    ]);
    expect(told).toContain('spark.odd=a "b" $c');
    const [home, directory, options, greeting] = await sandboxFile(dispatcher, id, 'surroundings');
    expect(home).toBe(path.join(cluster.folder, 'spark'));
    expect(directory).toContain(id);
    expect(options).toBe(`-Dspark.mesos.driver.frameworkId=${dispatcher.frameworkId}-${id}`);
    expect(greeting).toBe('good day');
    expect(cluster.tasks()).toEqual([
      expect.objectContaining({ name: 'Driver for words', state: 'TASK_FINISHED', role: 'drivers' }),
    ]);
    expect(cluster.tasks()[0]?.resources).toMatchObject({ cpus: 1, mem: 448 });
  });

  test('D37: the exit status of a driver that fails is told', async () => {
    const dispatcher = await cluster.dispatcher();
    const id = await take(dispatcher, cluster.request('fail'));
    expect(await until(dispatcher, id, hasEnded)).toMatchObject({
      finalState: 'FAILED',
      attempts: [{ exitStatus: 7 }],
    });
  });

  test('D36: a driver that is killed ends, and counts as killed', async () => {
    const dispatcher = await cluster.dispatcher();
    const id = await take(dispatcher, cluster.request('sleep', { 'spark.driver.supervise': 'true' }));
    await until(dispatcher, id, runs);
    expect(await dispatcher.kill(id)).toEqual({ ok: true, was: 'running' });
    expect(await until(dispatcher, id, hasEnded)).toMatchObject({ finalState: 'KILLED', attemptCount: 1 });
  });

  test('D50, D53: a supervised driver that fails twice is started again in time, and then succeeds', async () => {
    const dispatcher = await cluster.dispatcher();
    const id = await take(dispatcher, cluster.request('flaky', { 'spark.driver.supervise': 'true' }));
    const { attempts, finalState } = await until(dispatcher, id, hasEnded);
    expect(finalState).toBe('FINISHED');
    expect(attempts.map(({ taskId }) => taskId)).toEqual([id, `${id}-retry-1`, `${id}-retry-2`]);
    expect(new Set(attempts.map(({ driverFrameworkId }) => driverFrameworkId)).size).toBe(3);
    for (const [index, waitMs] of [1000, 2000].entries()) {
      const [one, next] = attempts.slice(index);
      const waited = (next?.launchedAtMs ?? 0) - (one?.finishedAtMs ?? 0);
      expect(waited).toBeGreaterThanOrEqual(waitMs);
      expect(waited).toBeLessThan(waitMs + 1500);
    }
  });

  test('D44, D46: a later dispatcher with the same store finds the driver that runs, and those that wait', async () => {
    const directory = path.join(cluster.folder, 'state');
    let store = await FileStore.open({ directory });
    let dispatcher = await cluster.dispatcher({ 'spark.mesos.maxDrivers': '1' }, store);
    const running = await take(dispatcher, cluster.request('sleep'));
    const waiting = await take(dispatcher, cluster.request('succeed'));
    await until(dispatcher, running, runs);
    const { frameworkId } = dispatcher;
    await dispatcher.close();
    await store.close();
    store = await FileStore.open({ directory });
    dispatcher = await cluster.dispatcher({ 'spark.mesos.maxDrivers': '1' }, store);
    expect(dispatcher.status(running)?.state).toBe('running');
    expect(dispatcher.status(waiting)?.state).toBe('queued');
    expect(dispatcher.frameworkId).toBe(frameworkId);
    await dispatcher.kill(running);
    expect(await until(dispatcher, waiting, hasEnded)).toMatchObject({
      finalState: 'FINISHED',
      attemptCount: 1,
    });
    expect(cluster.tasks()).toHaveLength(2);
    await dispatcher.close();
    await store.close();
  });

  test('D9, D10: after the framework was torn down, the next dispatcher registers anew and keeps what waits', async () => {
    const store = await FileStore.open({ directory: path.join(cluster.folder, 'state') });
    const first = await cluster.dispatcher({ 'spark.mesos.maxDrivers': '1' }, store);
    const running = await take(first, cluster.request('sleep'));
    const waiting = await take(first, cluster.request('succeed'));
    await until(first, running, runs);
    const { frameworkId } = first;
    await first.close();
    const { host, port } = cluster.cluster.master;
    const response = await fetch(`http://${host}:${port}/teardown`, {
      method: 'POST',
      body: `frameworkId=${frameworkId}`,
    });
    expect(response.status).toBe(200);
    const second = await cluster.dispatcher({ 'spark.mesos.maxDrivers': '1' }, store);
    expect(await until(second, running, hasEnded)).toMatchObject({ finalState: 'LOST' });
    expect(await until(second, waiting, hasEnded)).toMatchObject({ finalState: 'FINISHED' });
    expect(second.frameworkId).not.toBe(frameworkId);
  });

  test('D9: teardown ends every driver and the framework', async () => {
    const dispatcher = await cluster.dispatcher();
    const id = await take(dispatcher, cluster.request('sleep'));
    await until(dispatcher, id, runs);
    await dispatcher.teardown();
    expect(dispatcher.status(id)).toMatchObject({ state: 'finished', finalState: 'KILLED' });
    expect(cluster.cluster.state().frameworks.filter(({ active }) => active)).toEqual([]);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { processesWith } from '../../scripts/support/processes.mjs';
import { faultsIn, finishedTasks } from '../harness/driver-log.ts';
import { eventually } from '../harness/eventually.ts';
import { SECRETS, secretsIn, secretsInFiles, secretsShown } from '../harness/secrets.ts';

test('a process is found by a marker in its environment, and no longer when it has ended', async () => {
  const marker = `marker-${process.pid}-${Date.now()}`;
  const child = spawn('sleep', ['60'], { env: { PATH: process.env.PATH, MARKER: marker }, stdio: 'ignore' });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await once(child, 'spawn');
  await eventually('the process is found', () => processesWith(marker).length === 1, 5_000);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(processesWith(marker)).toEqual([]);
});

test("an error that a driver swallowed is a fault, and so is a warning of ours; Spark's own warnings are not", () => {
  const driverLog = [
    '25/01/01 00:00:00 WARN NativeCodeLoader: Unable to load native-hadoop library',
    '25/01/01 00:00:01 ERROR Inbox: Ignoring error',
    'java.util.NoSuchElementException: None.get',
  ].join('\n');
  const own = 'spark-mesos: framework is registered\nspark-mesos: warning: update dropped\n';
  expect(faultsIn(driverLog, own, true)).toEqual([
    'driver: 25/01/01 00:00:01 ERROR Inbox: Ignoring error | java.util.NoSuchElementException: None.get',
    'spark-mesos: warning: update dropped',
  ]);
  expect(faultsIn('', own)).toHaveLength(2);
});

test('what Spark logs with its own master too is no fault of ours', () => {
  const cause =
    'java.util.concurrent.RejectedExecutionException: Task java.util.concurrent.ScheduledThreadPoolExecutor' +
    '$ScheduledFutureTask@3e[Not completed, task = [Wrapped task = org.apache.spark.scheduler.cluster.' +
    'StandaloneSchedulerBackend$StandaloneDriverEndpoint$$anon$2@44]] rejected from [Shutting down]';
  expect(faultsIn(`25/01/01 00:00:01 ERROR Inbox: Ignoring error\n${cause}`, '')).toEqual([]);
  expect(
    faultsIn('25/01/01 00:00:01 ERROR Inbox: Ignoring error\nRejectedExecutionException: x', ''),
  ).toHaveLength(1);
});

test('counts the tasks that a driver saw finish', () => {
  const line =
    'INFO TaskSetManager: Finished task 1.0 in stage 0.0 (TID 1) in 5 ms on host (executor 0) (2/2)';
  expect(finishedTasks(`${line}\n${line.replace('task 1.0', 'task 0.0')}\nINFO other\n`)).toBe(2);
});

test('after each test no log, page or answer holds a secret that it had', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'secrets-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { authenticate, application, cluster } = SECRETS;
  await mkdir(join(folder, 'sandbox'));
  await writeFile(join(folder, 'sandbox', 'stderr'), `began with ${authenticate}`, { mode: 0o644 });
  await writeFile(join(folder, 'sandbox', 'stdout'), 'nothing of interest', { mode: 0o644 });
  await writeFile(join(folder, 'own.conf'), `secret ${application}`, { mode: 0o600 });
  expect(secretsInFiles(folder)).toEqual([`${folder}/sandbox/stderr holds the secret "authenticate"`]);
  expect(secretsIn(`a=1&b=${encodeURIComponent(cluster)}`)).toEqual(['cluster']);
  expect(secretsIn(Buffer.from(cluster).toString('base64'))).toEqual(['cluster']);

  const server = createServer((request, answer) => answer.end(request.url === '/state' ? cluster : ''));
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await secretsShown(url, [])).toEqual([`${url}/state shows the secret "cluster"`]);
});

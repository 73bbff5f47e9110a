import { expect, test } from 'vitest';
import { LateDispatcher } from '../src/late-dispatcher.ts';
import type { DispatcherEvent } from '../src/model/views.ts';
import { FakeService, NOON, REQUEST } from '../src/testing/fake-service.ts';
import { serve } from './support/server.ts';

test('D6, D20b: while the state is read, requests are answered that it is not ready, with the id where there is one', async () => {
  const { ask } = await serve({ service: new LateDispatcher() });
  const create = await ask('/v1/submissions/create', {
    method: 'POST',
    body: JSON.stringify({
      action: 'CreateSubmissionRequest',
      appArgs: [],
      appResource: 'a.py',
      mainClass: '',
      clientSparkVersion: '3.5.6',
      environmentVariables: {},
      sparkProperties: { 'spark.app.name': 'x' },
    }),
  });
  const message = 'Scheduler is not ready to take requests';
  expect([create.status, create.json()]).toMatchObject([200, { success: false, message }]);
  const kill = await ask('/v1/submissions/kill/driver-1', { method: 'POST' });
  expect([kill.status, kill.json()]).toMatchObject([
    200,
    { success: false, submissionId: 'driver-1', message },
  ]);
  const answer = await ask('/v1/submissions/status/driver-1');
  expect([answer.status, answer.json()]).toMatchObject([
    200,
    { success: false, submissionId: 'driver-1', message },
  ]);
  expect(answer.json().driverState).toBeUndefined();
  expect((await ask('/readyz')).status).toBe(503);
  for (const path of ['readiness', 'statistics', 'principal']) {
    expect((await ask(`/api/v2/${path}`)).status).toBe(200);
  }
});

test('while the state is read, nobody is told that a driver is unknown, or that all are killed', async () => {
  const { ask } = await serve({ service: new LateDispatcher() });
  const v1 = [
    ['POST', 'killall'],
    ['POST', 'clear'],
  ] as const;
  for (const [method, path] of v1) {
    const { status, json } = await ask(`/v1/submissions/${path}`, { method });
    expect([status, json()]).toMatchObject([
      503,
      { action: 'ErrorResponse', message: 'Scheduler is not ready to take requests' },
    ]);
  }
  const v2 = [
    ['GET', 'submissions'],
    ['GET', 'queues'],
    ['GET', 'retries'],
    ['GET', 'submissions/driver-1'],
    ['GET', 'submissions/driver-1/explain'],
    ['GET', 'submissions/driver-1/log'],
    ['POST', 'submissions/driver-1/kill'],
    ['POST', 'submissions/driver-1/resubmit'],
    ['POST', 'submissions/kill-all'],
    ['DELETE', 'submissions/driver-1'],
    ['DELETE', 'submissions'],
  ] as const;
  const headers = { 'content-type': 'application/json' };
  for (const [method, path] of v2) {
    const {
      status,
      json,
      headers: answered,
    } = await ask(`/api/v2/${path}`, {
      method,
      headers,
      ...(method === 'POST' && { body: '{}' }),
    });
    const told = [path, status, json().code, answered['retry-after']];
    expect(told).toEqual([path, 503, 'DISPATCHER_NOT_READY', '1']);
  }
});

test('from then on the one that came does the work, and who listened before hears of it', async () => {
  const late = new LateDispatcher();
  const heard: DispatcherEvent[] = [];
  const stop = late.subscribe((event) => heard.push(event));
  const service = new FakeService();
  late.arrive(service);
  expect((await late.submit(REQUEST)).ok).toBe(true);
  expect(late.readiness().ready).toBe(true);
  service.tell({ sequence: 1, atMs: NOON, kind: 'readiness', readiness: service.state });
  stop();
  service.tell({ sequence: 2, atMs: NOON, kind: 'readiness', readiness: service.state });
  expect(heard.map(({ sequence }) => sequence)).toEqual([1]);
});

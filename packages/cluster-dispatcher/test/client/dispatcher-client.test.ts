import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { DispatcherClient } from '../../src/client/dispatcher-client.ts';
import { sha256Of } from '../../src/security/access-file.ts';
import { attempt } from '../../src/testing/fake-service.ts';
import { serve } from '../support/server.ts';

async function connect(token?: string) {
  const logs = {
    read: () => Promise.resolve({ ok: true, bytes: Buffer.from('line\n'), offset: 3 } as const),
  };
  const access =
    token === undefined
      ? {}
      : {
          access: {
            tokens: [{ name: 'ada', role: 'admin', sha256: sha256Of(token) } as const],
            certificates: [],
          },
        };
  const { service, port } = await serve({ logs, ...access });
  return {
    service,
    url: `http://127.0.0.1:${port}`,
    client: new DispatcherClient({ url: `http://127.0.0.1:${port}`, token }),
  };
}

test('a client submits, lists, asks, reads and ends', async () => {
  const { client, service } = await connect();
  const run = {
    appResource: 'https://files/app.jar',
    arguments: ['$x'],
    properties: { 'spark.app.name': 'Pi' },
  };
  const { submissionId } = await client.submit(run, 'key-1');
  expect(await client.submit(run, 'key-1')).toMatchObject({ submissionId, repeated: true });
  expect((await client.list({ state: 'queued' })).submissions.map(({ id }) => id)).toEqual([submissionId]);
  service.add(submissionId, { state: 'running', attempts: [attempt(submissionId)] });
  expect(await client.status(submissionId)).toMatchObject({ state: 'running' });
  expect((await client.explain(submissionId)).sentence).toContain('no offer');
  expect(await client.log(submissionId, { file: 'stdout', offset: 3 })).toMatchObject({
    data: 'line\n',
    nextOffset: 8,
  });
  expect(await client.kill(submissionId, 5000)).toEqual({ submissionId, was: 'running' });
  expect(service.kills).toEqual([{ id: submissionId, graceMs: 5000 }]);
});

test('a client is told why something is not done', async () => {
  const { client, service } = await connect();
  service.problemsOf = () => [
    { setting: 'spark.a', message: 'is wrong' },
    { setting: 'spark.b', message: 'is missing' },
  ];
  await expect(client.submit({ appResource: 'a.jar' })).rejects.toMatchObject({
    code: 'DISPATCHER_CLIENT_REFUSED',
    message: 'spark.a: is wrong\nspark.b: is missing',
    problem: { status: 400, code: 'DISPATCHER_INVALID_SUBMISSION' },
  });
  await expect(client.status('driver-1')).rejects.toMatchObject({ problem: { status: 404 } });
});

test('a client shows its token', async () => {
  const { client, url } = await connect('correct-horse-battery');
  expect((await client.list()).total).toBe(0);
  await expect(new DispatcherClient({ url }).list()).rejects.toMatchObject({ problem: { status: 401 } });
});

test('who is not there, or is somebody else, is told apart', async () => {
  await expect(new DispatcherClient({ url: 'http://127.0.0.1:1' }).list()).rejects.toMatchObject({
    code: 'DISPATCHER_CLIENT_UNREACHABLE',
  });
  const other = createServer((_request, response) => response.end('<html>hello</html>'));
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => {
    other.close();
  });
  const { port } = other.address() as AddressInfo;
  await expect(new DispatcherClient({ url: `http://127.0.0.1:${port}` }).list()).rejects.toMatchObject({
    code: 'DISPATCHER_CLIENT_PROTOCOL',
  });
});

test('a client goes where one that does not lead sends it, with all that it has to say', async () => {
  const { url, service } = await connect('hunter2-hunter2-hunter2-hunter2');
  const leader = () => ({ submissionUrl: url, webUrl: url, masterUrl: 'spark://b:7077' });
  const { port } = await serve({ leader });
  const standby = new DispatcherClient({
    url: `http://127.0.0.1:${port}`,
    token: 'hunter2-hunter2-hunter2-hunter2',
  });
  const { submissionId } = await standby.submit({ appResource: 'https://files/app.jar' });
  expect(service.status(submissionId)).toMatchObject({ owner: 'ada' });
});

test('a client does not go on for ever, nor to where it must not', async () => {
  const own = { url: '' };
  const { port } = await serve({
    leader: () => ({ submissionUrl: own.url, webUrl: own.url, masterUrl: 'spark://b:7077' }),
  });
  for (const url of [`http://127.0.0.1:${port}`, 'spark://b:1']) {
    own.url = url;
    const asked = new DispatcherClient({ url: `http://127.0.0.1:${port}` }).list();
    await expect(asked).rejects.toMatchObject({
      code: 'DISPATCHER_CLIENT_REFUSED',
      problem: { code: 'REQUEST_ELSEWHERE' },
    });
  }
});

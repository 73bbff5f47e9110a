import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { SandboxLogs } from '../../src/logs/sandbox-logs.ts';
import { attempt } from '../../src/testing/fake-service.ts';

const LOG = 'line one\nline two\nPi is roughly 3.14\n';

/** A master and an agent in one, as far as logs go. */
async function cluster() {
  const asked: string[] = [];
  /** What is said of a file instead of the log. */
  const answers: Buffer[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const url = new URL(request.url ?? '', 'http://x');
    const { port } = server.address() as AddressInfo;
    const offset = Number(url.searchParams.get('offset'));
    const length = Number(url.searchParams.get('length') ?? LOG.length);
    const pages: Record<string, () => unknown> = {
      '/slaves': () => ({ slaves: [{ id: 'agent-1', pid: `slave(1)@127.0.0.1:${port}` }] }),
      '/state': () => ({
        frameworks: [
          { id: 'other', executors: [{ id: 'driver-1', directory: '/wrong' }] },
          {
            id: 'f-1',
            executors: [{ id: 'driver-2', directory: '/agent/driver-2' }],
            completed_executors: [{ id: 'driver-1', directory: '/agent/driver-1' }],
          },
        ],
      }),
      '/files/read': () =>
        offset === -1
          ? { data: '', offset: LOG.length }
          : { data: LOG.slice(offset, offset + length), offset },
    };
    const page = pages[url.pathname];
    if (page === undefined) response.writeHead(404);
    const raw = url.pathname === '/files/read' ? answers.shift() : undefined;
    response.end(raw ?? JSON.stringify(page?.() ?? {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const logs = new SandboxLogs({ cluster: () => ({ master: `127.0.0.1:${port}`, frameworkId: 'f-1' }) });
  return { logs, asked, answers };
}

test('a log is read where the agent says that the sandbox lies', async () => {
  const { logs, asked } = await cluster();
  const part = await logs.read(attempt('driver-1'), { file: 'stdout', offset: 9, length: 8 });
  expect(part).toEqual({ ok: true, bytes: Buffer.from('line two'), offset: 9 });
  expect(asked.at(-1)).toContain(encodeURIComponent('/agent/driver-1/stdout'));
});

test('its last part is read where no offset is given, and its place is asked for once', async () => {
  const { logs, asked } = await cluster();
  const range = { file: 'stderr', length: 20 } as const;
  expect(await logs.read(attempt('driver-1'), range)).toMatchObject({
    bytes: Buffer.from(LOG.slice(-20)),
    offset: LOG.length - 20,
  });
  await logs.read(attempt('driver-1'), range);
  expect(asked.filter((path) => path === '/state')).toHaveLength(1);
});

test('no byte is lost where a part ends within a character, and escapes are characters', async () => {
  const { logs, answers } = await cluster();
  const range = { file: 'stderr', offset: 0, length: 20 } as const;
  const json = (data: Buffer) =>
    Buffer.concat([Buffer.from('{"offset":0,"data":"'), data, Buffer.from('"}')]);
  for (const [written, bytes] of [
    [Buffer.from([0x61, 0xe2, 0x82]), Buffer.from([0x61, 0xe2, 0x82])],
    [Buffer.from('\\u20ac \\n\u00fc'), Buffer.from('€ \nü')],
  ] as const) {
    answers.push(json(written));
    expect(await logs.read(attempt('driver-1'), range)).toEqual({ ok: true, bytes, offset: 0 });
  }
});

test('what cannot be read is said, with the reason', async () => {
  const { logs } = await cluster();
  const range = { file: 'stderr', length: 20 } as const;
  expect(await logs.read(attempt('driver-9'), range)).toMatchObject({
    ok: false,
    reason: expect.stringContaining('sandbox is gone'),
  });
  const elsewhere = attempt('driver-1', { agentId: 'agent-2' as never });
  expect(await logs.read(elsewhere, range)).toMatchObject({
    ok: false,
    reason: expect.stringContaining('agent is gone'),
  });
  const nowhere = new SandboxLogs({ cluster: () => ({}) });
  expect(await nowhere.read(attempt('driver-1'), range)).toMatchObject({
    ok: false,
    reason: expect.stringContaining('no master'),
  });
  const dead = new SandboxLogs({ cluster: () => ({ master: '127.0.0.1:1', frameworkId: 'f-1' }) });
  expect((await dead.read(attempt('driver-1'), range)).ok).toBe(false);
});

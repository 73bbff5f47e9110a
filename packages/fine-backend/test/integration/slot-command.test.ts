import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { slotCommand } from '../../src/carrier/slot-command.ts';
import { SLOT_WELCOME, slotEndWord } from '../../src/index.ts';

/** Waits until it holds. */
const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 10 });

let server: Server;
let sockets: Socket[];
let children: ChildProcess[];

beforeEach(async () => {
  sockets = [];
  children = [];
  server = createServer((socket) => {
    socket.on('error', () => {});
    sockets.push(socket);
  });
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const socket of sockets) socket.destroy();
  if (server.listening) await new Promise((resolve) => server.close(resolve));
});

const portOf = () => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

/** Starts what Mesos would start. */
function start(port: number, variables: Record<string, string> = {}): ChildProcess {
  const taskId = "it's $(a) task";
  const {
    value,
    arguments: argv,
    environment,
  } = slotCommand(taskId, { host: '127.0.0.1', port, token: 'tok' });
  const env = Object.fromEntries(
    (environment?.variables ?? []).map(({ name, value: text }) => [name, text ?? '']),
  );
  const child = spawn(value ?? '', argv?.slice(1) ?? [], {
    argv0: argv?.[0],
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...env, ...variables },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  children.push(child);
  return child;
}

/** Its connection, once it has said what it is. */
async function greeted(): Promise<Socket> {
  await until(() => expect(sockets).toHaveLength(1));
  const [socket] = sockets as [Socket];
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes;
  });
  await until(() => expect(text).toBe("slot it's $(a) task tok\n"));
  return socket;
}

/** Waits until it does nothing but sleep. */
const asleep = (child: ChildProcess) =>
  until(() => expect(readFileSync(`/proc/${child.pid}/comm`, 'utf8')).toBe('sleep\n'));

describe('the command of a slot', () => {
  test.each([
    ['FINISHED', 0],
    ['FAILED', 1],
  ] as const)('F32, F53: ends when it is told to, and as it is told: %s', async (end, status) => {
    const child = start(portOf());
    const socket = await greeted();
    socket.write(SLOT_WELCOME);
    socket.write(slotEndWord(end));
    expect(await once(child, 'exit')).toEqual([status, null]);
  });

  test('F54: ends when nobody pays attention to it any more, and says why', async () => {
    const child = start(portOf());
    let said = '';
    child.stderr?.on('data', (bytes) => {
      said += bytes;
    });
    const socket = await greeted();
    socket.write(SLOT_WELCOME);
    socket.destroy();
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(said).toBe('spark-mesos: the connection with the gateway is gone\n');
  });

  test('F36: is ended by a kill at once', async () => {
    const child = start(portOf());
    (await greeted()).write(SLOT_WELCOME);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([null, 'SIGTERM']);
  });

  test('F32: sleeps until it is killed where nobody listens', async () => {
    const port = portOf();
    await new Promise((resolve) => server.close(resolve));
    const child = start(port);
    await asleep(child);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([null, 'SIGTERM']);
  });

  test.each(['', 'HTTP/1.1 400 Bad Request\r\n\r\n', '0\n'])(
    'F32: sleeps where it is not welcome, but hears: %j',
    async (answer) => {
      const child = start(portOf());
      (await greeted()).end(answer);
      await asleep(child);
    },
  );

  test('F32: sleeps where there is no bash', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'no-bash-'));
    try {
      const child = start(portOf(), { PATH: directory });
      await asleep(child);
      expect(sockets).toEqual([]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  connectToEnsemble,
  LeaderElection,
  ZooKeeperLink,
  ZooKeeperStore,
  type ZooKeeperStoreOptions,
} from '../../src/index.ts';
import { bytes } from '../support/folders.ts';
import { ProtocolServer } from '../support/protocol-server.ts';

const PATH = '/spark_mesos_dispatcher/drivers';
const MULTI = 14;
const READ = 4;

async function serving(): Promise<ProtocolServer> {
  const server = await ProtocolServer.listen();
  onTestFinished(() => server.close());
  return server;
}

function linkTo(address: string, credentials?: { user: string; password: string }): ZooKeeperLink {
  const connect = connectToEnsemble({ servers: [address], credentials });
  const link = new ZooKeeperLink({ connect, description: `zk://${address}` });
  onTestFinished(() => link.close());
  return link;
}

function open(server: ProtocolServer, more: Partial<ZooKeeperStoreOptions> = {}): Promise<ZooKeeperStore> {
  return ZooKeeperStore.open({ link: linkTo(server.address), path: PATH, owner: 'one', ...more });
}

describe("a store over ZooKeeper's protocol", () => {
  test.each([undefined, 1, 7])(
    'gives the next one all that was safe, in pieces of %s bytes',
    async (sliceBytes) => {
      const server = await serving();
      server.sliceBytes = sliceBytes;
      const store = await open(server);
      const long = Buffer.alloc(sliceBytes === undefined ? 1024 * 1024 : 300_000, 'long');
      await Promise.all([
        store.put('a/1', bytes('one')),
        store.put('a/2.x', bytes('two')),
        ...(sliceBytes === 1 ? [] : [store.put('long', long)]),
      ]);
      expect(await store.put('a/1', bytes('again'))).toBe(2);
      expect(await store.delete('a/2.x')).toBe(true);
      const next = await open(server);
      expect(await next.get('a/1')).toEqual({ key: 'a/1', value: bytes('again'), version: 2 });
      expect(await next.get('a/2.x')).toBeUndefined();
      if (sliceBytes !== 1)
        expect(Buffer.from((await next.get('long'))?.value ?? []).equals(long)).toBe(true);
      await expect(store.put('b', bytes('late'))).rejects.toMatchObject({ code: 'STORE_FENCED' });
    },
  );

  test.each(['before', 'after'] as const)(
    'makes a change once when the connection breaks %s it is made',
    async (when) => {
      const server = await serving();
      const store = await open(server);
      await store.put('a', bytes('one'));
      let left = 2;
      server.fault = (operation) => {
        if ((operation !== MULTI && operation !== READ) || left === 0) return undefined;
        left -= 1;
        return when;
      };
      expect(await store.put('a', bytes('two'))).toBe(2);
      expect(await store.put('a', bytes('three'))).toBe(3);
      expect(await (await open(server)).get('a')).toEqual({ key: 'a', value: bytes('three'), version: 3 });
      // The session was taken up again, and no other one was opened for it.
      expect(server.connectionsOpened).toBeGreaterThanOrEqual(3);
    },
  );

  test('goes on in a new session when the old one is over', async () => {
    const server = await serving();
    const store = await open(server);
    await store.put('a', bytes('one'));
    server.expireSessions();
    expect(await store.put('a', bytes('two'))).toBe(2);
  });

  test('makes its nodes for its user alone, where there is one', async () => {
    const server = await serving();
    const store = await open(server);
    await store.put('a', bytes('x'));
    expect([...server.accessLists]).toEqual(['world:anyone']);
    server.accessLists.clear();
    const link = linkTo(server.address, { user: 'me', password: 'secret' });
    const own = await ZooKeeperStore.open({ link, path: '/mine', owner: 'me' });
    await own.put('a', bytes('x'));
    expect([...server.accessLists]).toEqual(['auth:']);
    expect(server.credentials).toEqual(['me:secret']);
  });

  test('says that no ZooKeeper answers where something else does, and nothing else breaks of that', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.end(
        Buffer.concat([Buffer.from([0, 0, 0, 40]), Buffer.alloc(40, 0xff), Buffer.alloc(70_000, 7)]),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(async () => {
      server.close();
      await once(server, 'close');
    });
    const { port } = server.address() as AddressInfo;
    const link = linkTo(`127.0.0.1:${port}`);
    await expect(
      ZooKeeperStore.open({ link, path: PATH, owner: 'one', patienceMs: 500 }),
    ).rejects.toMatchObject({ code: 'STORE_UNREADABLE' });
    await link.close();
  });
});

describe("a session over ZooKeeper's protocol", () => {
  test('can be closed before its first try to connect, and then makes none', async () => {
    const server = await serving();
    const told: string[] = [];
    const session = connectToEnsemble({ servers: [server.address] })((state) => told.push(state));
    const reading = session.read('/');
    await session.close();
    expect(await reading).toMatchObject({ kind: 'lost' });
    // One that came later would have been heard of before this one.
    expect(await linkTo(server.address).connected(30_000)).toBeDefined();
    expect([server.connectionsOpened, told]).toEqual([1, []]);
  });

  test('passes over a server that takes its connection and says nothing', async () => {
    const server = await serving();
    const silent = createServer((socket) => socket.on('error', () => socket.destroy()).resume());
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(async () => {
      silent.close();
      await once(silent, 'close');
    });
    const { port } = silent.address() as AddressInfo;
    const servers = [`127.0.0.1:${port}`, server.address];
    // The library begins with any of them.
    for (let session = 0; session < 5; session += 1) {
      const link = new ZooKeeperLink({ connect: connectToEnsemble({ servers }, 300), description: 'both' });
      onTestFinished(() => link.close());
      expect(await link.connected(30_000)).toBeDefined();
      await link.close();
    }
  });
});

describe("an election over ZooKeeper's protocol", () => {
  test('is won by the first one, and by the next one when the session of the first is over, or ends', async () => {
    const server = await serving();
    const heard: string[] = [];
    const stand = (name: string) => {
      const link = linkTo(server.address);
      new LeaderElection({
        link,
        path: '/election',
        candidate: Buffer.from(name),
        changed: (leadership) => heard.push(`${name} ${leadership.kind}`),
        problem: (message) => heard.push(message),
      });
      return link;
    };
    const first = stand('a');
    await expect.poll(() => heard).toEqual(['a self']);
    stand('b');
    await expect.poll(() => heard).toEqual(['a self', 'b other']);
    server.breakConnections();
    await expect.poll(() => server.connectionsOpened, { timeout: 10_000 }).toBe(4);
    await first.connected(10_000);
    await first.close();
    await expect.poll(() => heard, { timeout: 10_000 }).toEqual(['a self', 'b other', 'b self']);
  });
});

describe('a session', () => {
  test('tells once that a node has come into being, and once that it is gone', async () => {
    const server = await serving();
    const states: string[] = [];
    const session = connectToEnsemble({ servers: [server.address] })((state) => states.push(state));
    onTestFinished(() => session.close());
    await expect.poll(() => states).toEqual(['connected']);
    const news: string[] = [];
    expect(await session.exists('/a', () => news.push('made'))).toEqual({ kind: 'done', value: false });
    await session.create('/a', bytes('one'), 'lasting');
    await expect.poll(() => news).toEqual(['made']);
    expect(await session.exists('/a', () => news.push('removed'))).toEqual({ kind: 'done', value: true });
    await session.remove('/a');
    await expect.poll(() => news).toEqual(['made', 'removed']);
    await session.create('/a', bytes('two'), 'lasting');
    expect(await session.exists('/a')).toEqual({ kind: 'done', value: true });
    expect(news).toEqual(['made', 'removed']);
  });
});

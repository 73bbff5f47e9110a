import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { ACL, Id, Permission } from 'node-zookeeper-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMasterDetector, SYSTEM_CLOCK } from '../../src/index.ts';
import { ZooKeeperTestServer } from '../../src/testing/index.ts';
import { clientFor, closing, Stage } from '../support/stage.ts';
import { NodeWriter } from '../support/zookeeper-nodes.ts';
import { ZooKeeperProxy } from '../support/zookeeper-proxy.ts';

const forever = new AbortController().signal;
const at = (port: number) => ({ host: '127.0.0.1', port });
let zookeeper: ZooKeeperTestServer;
const closingLast: (() => Promise<void>)[] = [];
let paths = 0;

beforeAll(async () => {
  zookeeper = await ZooKeeperTestServer.start();
  closingLast.push(() => zookeeper.close());
}, 90_000);

afterAll(async () => {
  await Promise.all(closingLast.map((close) => close()));
});

/** A path of a test's own, someone who writes below it, and a detector that looks there. */
async function setUp(options: { path?: string; through?: number; credentials?: string } = {}) {
  paths += 1;
  const path = options.path ?? `/mesos-${paths}`;
  const writer = await NodeWriter.connect(zookeeper.address);
  closing.push(() => writer.close());
  if (options.path === undefined) {
    await writer.create(path);
  }
  const server = `127.0.0.1:${options.through ?? zookeeper.port}`;
  const credentials = options.credentials === undefined ? '' : `${options.credentials}@`;
  const masters = createMasterDetector(`mesos://zk://${credentials}${server}${path}`, {
    detectTimeoutMs: 15_000,
  });
  closing.push(() => masters.close());
  return { path, writer, masters, url: `zk://${server}${path}` };
}

describe('masters in a real ZooKeeper', () => {
  it('are found by the least number, and followed when another one leads', async () => {
    const { path, writer, masters } = await setUp();
    const first = await writer.elect(path, 5051);
    const second = await writer.elect(path, 5052);
    await writer.elect(path, 5053);
    await writer.create(`${path}/log_replicas`);
    expect(await masters.detect(undefined, forever)).toEqual(at(5051));
    const changed = masters.changed?.(at(5051), forever);
    await writer.remove(second);
    await writer.remove(first);
    expect(await changed).toEqual(at(5053));
    expect(await masters.detect(at(5051), forever)).toEqual(at(5053));
  });

  it('are waited for, also when the path is still to come', async () => {
    const { writer, masters } = await setUp({ path: '/later' });
    const leader = masters.detect(undefined, forever);
    await writer.create('/later');
    await writer.elect('/later', 5060);
    expect(await leader).toEqual(at(5060));
  });

  it('are found again over a broken connection', async () => {
    const proxy = await ZooKeeperProxy.listen(zookeeper.port);
    closing.push(() => proxy.close());
    const { path, writer, masters } = await setUp({ through: proxy.port });
    const first = await writer.elect(path, 5051);
    expect(await masters.detect(undefined, forever)).toEqual(at(5051));
    const changed = masters.changed?.(at(5051), forever);
    proxy.breakConnections();
    await writer.remove(first);
    await writer.elect(path, 5052);
    expect(await changed).toEqual(at(5052));
    expect(proxy.connectionsOpened).toBeGreaterThanOrEqual(2);
  });

  it('are found again in a new session when the old one has expired', async () => {
    const proxy = await ZooKeeperProxy.listen(zookeeper.port);
    closing.push(() => proxy.close());
    const { path, writer, masters } = await setUp({ through: proxy.port });
    const first = await writer.elect(path, 5051);
    expect(await masters.detect(undefined, forever)).toEqual(at(5051));
    const changed = masters.changed?.(at(5051), forever);
    await proxy.expireSession();
    await writer.remove(first);
    await writer.elect(path, 5052);
    expect(await changed).toEqual(at(5052));
    // The first, one that learns that its session is over, and that of the new session.
    expect(proxy.connectionsOpened).toBeGreaterThanOrEqual(3);
  });

  it('are shown to those alone who have the password, where a password is set', async () => {
    const credentials = 'mesos:secret';
    const digest = createHash('sha1').update(credentials).digest('base64');
    const owner = await NodeWriter.connect(zookeeper.address, credentials);
    closing.push(() => owner.close());
    await owner.create('/guarded', [new ACL(Permission.ALL, new Id('digest', `mesos:${digest}`))]);
    await owner.elect('/guarded', 5070);
    const { masters } = await setUp({ path: '/guarded', credentials });
    expect(await masters.detect(undefined, forever)).toEqual(at(5070));
    const { masters: strangers } = await setUp({ path: '/guarded' });
    await expect(strangers.detect(undefined, forever)).rejects.toMatchObject({
      code: 'MESOS_UNAUTHENTICATED',
    });
  });

  it('are not found where something else than a ZooKeeper answers, and nothing else breaks of that', async () => {
    const junk = Buffer.concat([Buffer.from([0, 0, 0, 40]), Buffer.alloc(40, 0xff), Buffer.alloc(70_000, 7)]);
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.end(junk);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(async () => {
      server.close();
      await once(server, 'close');
    });
    const { port } = server.address() as AddressInfo;
    const masters = createMasterDetector(`zk://127.0.0.1:${port}/mesos`, { detectTimeoutMs: 1500 });
    await expect(masters.detect(undefined, forever)).rejects.toMatchObject({
      code: 'MESOS_UNREACHABLE',
      message: expect.stringContaining(`no ZooKeeper answers at zk://127.0.0.1:${port}/mesos`),
    });
    await masters.close();
  });
});

describe('SchedulerClient with masters in ZooKeeper', () => {
  it('subscribes to the leader, and moves to the next one at once though the old one only hangs', async () => {
    const [old, young] = [await Stage.open(), await Stage.open()];
    const { path, writer, url } = await setUp();
    const first = await writer.elect(path, old.master.port);
    await writer.elect(path, young.master.port);
    const { next } = clientFor(`mesos://${url}`, { clock: SYSTEM_CLOCK });
    await old.subscribed();
    expect(await next()).toMatchObject({ kind: 'subscribed', resubscribed: false });
    await writer.remove(first);
    expect(await next()).toEqual({
      kind: 'disconnected',
      reason: `master ${old.master.address} leads no more; ${young.master.address} does`,
    });
    await young.subscribed();
    expect(await next()).toMatchObject({ kind: 'subscribed', resubscribed: true });
    await old.master.idle();
  });

  it('stays where a redirect has led it, when ZooKeeper says the same a little later', async () => {
    const [old, young] = [await Stage.open(), await Stage.open()];
    const { path, writer, url } = await setUp();
    const first = await writer.elect(path, old.master.port);
    await writer.elect(path, young.master.port);
    const { next, client } = clientFor(url, { clock: SYSTEM_CLOCK });
    const asked = await old.nextSubscribe();
    await asked.answer(307, '', { Location: `//${young.master.address}/api/v1/scheduler` });
    await young.subscribed();
    expect(await next()).toMatchObject({ kind: 'subscribed' });
    await writer.remove(first);
    await writer.elect(path, old.master.port);
    const call = client.acknowledge({
      taskId: { value: 't' },
      agentId: { value: 'a' },
      state: 0,
      uuid: Uint8Array.of(1),
    });
    await (await young.nextCall()).answer(202);
    await call;
    expect(young.master.connectionsOpened).toBe(2);
  });

  it('says that nobody leads when nobody does in time', async () => {
    const { url } = await setUp();
    const { next } = clientFor(url, { clock: SYSTEM_CLOCK, registrationTimeoutMs: 2000 });
    expect(await next()).toMatchObject({
      kind: 'failed',
      error: {
        code: 'MESOS_REGISTRATION_TIMEOUT',
        message: expect.stringContaining('not registered within 2 s: no Mesos master leads now'),
      },
    });
  });
});

describe('a ZooKeeper that is started again', () => {
  it('is watched as before', async () => {
    const server = await ZooKeeperTestServer.start();
    closing.push(() => server.close());
    const writer = await NodeWriter.connect(server.address);
    await writer.create('/mesos');
    await writer.elect('/mesos', 5051);
    const masters = createMasterDetector(`zk://${server.address}/mesos`, { detectTimeoutMs: 60_000 });
    closing.push(() => masters.close());
    expect(await masters.detect(undefined, forever)).toEqual(at(5051));
    const changed = masters.changed?.(at(5051), forever);
    await writer.close();
    await server.stop();
    await server.resume();
    const other = await NodeWriter.connect(server.address);
    closing.push(() => other.close());
    await other.elect('/mesos', 5052);
    expect(await changed).toEqual(at(5052));
  }, 90_000);
});

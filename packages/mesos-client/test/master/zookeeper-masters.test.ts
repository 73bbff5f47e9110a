import { describe, expect, it } from 'vitest';
import { parseZooKeeperAddress, ZooKeeperMasters } from '../../src/index.ts';
import { FakeZooKeeper, ManualClock } from '../../src/testing/index.ts';

const forever = new AbortController().signal;
const node = (port: number) => JSON.stringify({ address: { hostname: 'm', ip: '10.0.0.1', port } });
const NODE = (sequence: number) => `/mesos/json.info_${String(sequence).padStart(10, '0')}`;
const at = (port: number) => ({ host: '10.0.0.1', port });

function setUp() {
  const zookeeper = new FakeZooKeeper();
  const clock = new ManualClock();
  const masters = new ZooKeeperMasters(parseZooKeeperAddress('zk://me:secret@a,b/mesos'), {
    connect: zookeeper.connector,
    clock,
    random: () => 1,
    detectTimeoutMs: 1000,
  });
  return { zookeeper, clock, masters };
}

/** Lets what has been answered be worked on. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

async function led(ports: Readonly<Record<number, number>>) {
  const set = setUp();
  for (const [sequence, port] of Object.entries(ports)) {
    set.zookeeper.nodes.set(NODE(Number(sequence)), node(port));
  }
  const leader = set.masters.detect(undefined, forever);
  set.zookeeper.sessions[0]?.tell('connected');
  return { ...set, leader: await leader };
}

describe('ZooKeeperMasters', () => {
  it('finds the master of the least number, in one session', async () => {
    const { masters, zookeeper, leader } = await led({ 3: 5053, 2: 5052 });
    expect(leader).toEqual(at(5052));
    expect(await masters.detect(leader, forever)).toEqual(at(5052));
    expect(zookeeper.sessions.length).toBe(1);
  });

  it('waits for the first master, and for the path', async () => {
    const { zookeeper, masters } = setUp();
    const leader = masters.detect(undefined, forever);
    zookeeper.sessions[0]?.tell('connected');
    await settled();
    zookeeper.nodes.set('/mesos', '');
    zookeeper.notify('/mesos');
    await settled();
    zookeeper.nodes.set(NODE(7), node(5057));
    zookeeper.notify('/mesos');
    expect(await leader).toEqual(at(5057));
  });

  it('tells when another master leads, and not before', async () => {
    const { zookeeper, masters, leader } = await led({ 1: 5051, 2: 5052 });
    let told: unknown;
    const changed = masters.changed(leader, forever).then((master) => {
      told = master;
    });
    zookeeper.nodes.set(NODE(3), node(5053));
    zookeeper.notify('/mesos');
    await settled();
    expect(told).toBeUndefined();
    zookeeper.nodes.delete(NODE(1));
    zookeeper.notify('/mesos');
    await changed;
    expect(told).toEqual(at(5052));
  });

  it('looks again when the node has gone before it was read', async () => {
    const { zookeeper, masters } = setUp();
    zookeeper.nodes.set(NODE(1), node(5051));
    zookeeper.nodes.set(NODE(2), node(5052));
    const leader = masters.detect(undefined, forever);
    zookeeper.sessions[0]?.tell('connected');
    // After the children were listed, and before the data are asked for.
    await Promise.resolve();
    await Promise.resolve();
    zookeeper.nodes.delete(NODE(1));
    expect(await leader).toEqual(at(5052));
  });

  it('keeps to the leader that it knows while ZooKeeper is away, and looks again when it is back', async () => {
    const { zookeeper, masters, leader } = await led({ 1: 5051 });
    zookeeper.sessions[0]?.tell('disconnected');
    expect(await masters.detect(leader, forever)).toEqual(at(5051));
    zookeeper.nodes.set(NODE(0), node(5050));
    zookeeper.sessions[0]?.tell('connected');
    expect(await masters.changed(leader, forever)).toEqual(at(5050));
  });

  it('opens a new session when the old one is over, each time a little later', async () => {
    const { zookeeper, masters, clock, leader } = await led({ 1: 5051 });
    zookeeper.sessions[0]?.tell('expired');
    expect(zookeeper.sessions[0]?.closed).toBe(true);
    expect(clock.pendingMs).toEqual([500]);
    clock.advance(500);
    zookeeper.sessions[1]?.tell('expired');
    expect(clock.pendingMs).toEqual([1000]);
    clock.advance(1000);
    zookeeper.nodes.set(NODE(0), node(5050));
    // What an old session says counts for nothing.
    zookeeper.sessions[0]?.tell('connected');
    zookeeper.sessions[2]?.tell('connected');
    expect(await masters.changed(leader, forever)).toEqual(at(5050));
    expect(zookeeper.sessions.length).toBe(3);
  });

  it('says what is missing when there is no leader in time', async () => {
    const { zookeeper, masters, clock } = setUp();
    const unanswered = masters.detect(undefined, forever);
    clock.advance(1000);
    await expect(unanswered).rejects.toMatchObject({
      code: 'MESOS_UNREACHABLE',
      message: expect.stringContaining('no ZooKeeper answers at zk://a:2181,b:2181/mesos'),
    });
    const leaderless = masters.detect(undefined, forever);
    zookeeper.sessions[0]?.tell('connected');
    await settled();
    clock.advance(1000);
    await expect(leaderless).rejects.toMatchObject({
      code: 'MESOS_UNAVAILABLE',
      message: expect.stringContaining('no Mesos master leads now'),
    });
    zookeeper.nodes.set(NODE(1), '{"x":');
    const foreign = masters.detect(undefined, forever);
    zookeeper.notify('/mesos');
    await settled();
    clock.advance(1000);
    await expect(foreign).rejects.toMatchObject({
      code: 'MESOS_PROTOCOL',
      message: expect.stringContaining('/mesos/json.info_0000000001 does not hold'),
    });
  });

  it('does not wait where it may not read, and does not show the password', async () => {
    const { zookeeper, masters } = setUp();
    zookeeper.answer = { kind: 'refused', refusal: 'forbidden', reason: 'NO_AUTH' };
    const leader = masters.detect(undefined, forever);
    zookeeper.sessions[0]?.tell('connected');
    const error = await leader.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'MESOS_UNAUTHENTICATED' });
    expect(String(error)).not.toContain('secret');
  });

  it('asks again when an answer is lost and the connection comes back', async () => {
    const { zookeeper, masters } = setUp();
    zookeeper.nodes.set(NODE(1), node(5051));
    zookeeper.answer = { kind: 'lost', reason: 'CONNECTION_LOSS' };
    const leader = masters.detect(undefined, forever);
    zookeeper.sessions[0]?.tell('connected');
    await settled();
    zookeeper.sessions[0]?.tell('disconnected');
    zookeeper.answer = undefined;
    zookeeper.sessions[0]?.tell('connected');
    expect(await leader).toEqual(at(5051));
  });

  it('leaves nobody waiting when it is aborted or closed', async () => {
    const { zookeeper, masters, clock } = setUp();
    const abort = new AbortController();
    const aborted = masters.detect(undefined, abort.signal);
    abort.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'MESOS_CLOSED' });
    await expect(masters.detect(undefined, AbortSignal.abort())).rejects.toMatchObject({
      code: 'MESOS_CLOSED',
    });
    const waiting = masters.detect(undefined, forever);
    const watching = masters.changed(at(1), forever);
    await masters.close();
    await expect(waiting).rejects.toMatchObject({ code: 'MESOS_CLOSED' });
    await expect(watching).rejects.toMatchObject({ code: 'MESOS_CLOSED' });
    await expect(masters.detect(undefined, forever)).rejects.toMatchObject({ code: 'MESOS_CLOSED' });
    expect(zookeeper.sessions[0]?.closed).toBe(true);
    expect(clock.pendingMs).toEqual([]);
  });
});

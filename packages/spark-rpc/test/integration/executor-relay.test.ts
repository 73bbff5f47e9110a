import { afterEach, describe, expect, it } from 'vitest';
import type { ExecutorRelayOptions } from '../../src/relay/relay-options.ts';
import { killTask, launchTask, statusUpdate } from '../relay/recorded.ts';
import { connectExecutor, FakeDriver, REGISTRATION, type RelayPeer, startRelay } from './relay-peers.ts';

const SPARK = '3.5.6';
const MIB = 1024 * 1024;
const endings: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function start(options: Partial<ExecutorRelayOptions> = {}) {
  const driver = await FakeDriver.listen();
  endings.push(() => driver.close());
  const { relay, gate, logger } = await startRelay(driver, options);
  endings.push(() => relay.close());
  const connect = async (
    registers: boolean | Buffer = true,
  ): Promise<{ atExecutor: RelayPeer; atDriver: RelayPeer }> => {
    const atExecutor = await connectExecutor(relay.address);
    endings.push(() => atExecutor.destroy());
    const atDriver = await driver.accept();
    endings.push(() => atDriver.destroy());
    if (registers !== false) {
      const registration = registers === true ? REGISTRATION : registers;
      atExecutor.send(registration);
      expect(await atDriver.receive(registration.byteLength)).toEqual(registration);
    }
    return { atExecutor, atDriver };
  };
  return { driver, relay, gate, logger, connect };
}

describe('ExecutorRelay', () => {
  it('holds a task until it is let pass, and tells when it has ended', async () => {
    const { relay, gate, connect } = await start();
    const { atExecutor, atDriver } = await connect();
    const [first, second] = [launchTask(SPARK, 1), launchTask(SPARK, 2)];
    atDriver.send(first, second);
    expect(await gate.hears(3)).toEqual(['connected 0', 'held 1', 'held 2']);
    expect([relay.pass('0', 2), relay.pass('0', 2), relay.pass('9', 1)]).toEqual([true, false, false]);
    expect(await atExecutor.receive(second.byteLength)).toEqual(second);
    relay.pass('0', 1);
    expect(await atExecutor.receive(first.byteLength)).toEqual(first);
    const updates = [statusUpdate(SPARK, 2, 'RUNNING'), statusUpdate(SPARK, 2, 'FINISHED')];
    atExecutor.send(...updates);
    expect((await gate.hears(4))[3]).toBe('FINISHED 2 on 0');
    const bytes = Buffer.concat(updates);
    expect(await atDriver.receive(bytes.byteLength)).toEqual(bytes);
  });

  it('sends a held task on with the kill of its driver behind it', async () => {
    const { gate, connect } = await start();
    const { atExecutor, atDriver } = await connect();
    const bytes = Buffer.concat([launchTask(SPARK, 1), killTask(SPARK, 1)]);
    atDriver.send(bytes);
    expect(await atExecutor.receive(bytes.byteLength)).toEqual(bytes);
    expect(gate.heard).toEqual(['connected 0', 'held 1', 'kill 1 on 0']);
  });

  it('has a task ended of its own accord', async () => {
    const { relay, connect, gate } = await start();
    const { atExecutor, atDriver } = await connect();
    const launch = launchTask(SPARK, 1);
    atDriver.send(launch);
    await gate.hears(2);
    expect(relay.kill('0', 1, 'nobody pays for it')).toBe(true);
    expect(relay.kill('1', 1, 'nobody pays for it')).toBe(false);
    expect(await atExecutor.receive(launch.byteLength)).toEqual(launch);
    const head = await atExecutor.receive(8);
    const kill = await atExecutor.receive(Number(head.readBigInt64BE()) - 8);
    expect(kill.includes('$KillTask')).toBe(true);
    expect(kill.includes('nobody pays for it')).toBe(true);
  });

  it('keeps the two connections of an executor apart', async () => {
    const { relay, gate, connect } = await start();
    const settings = await connect(false);
    const question = launchTask(SPARK, 5).fill(4, 8, 9);
    settings.atExecutor.send(question);
    expect(await settings.atDriver.receive(question.byteLength)).toEqual(question);
    const { atDriver } = await connect();
    settings.atExecutor.destroy();
    expect(await settings.atDriver.ended()).toBe('the relay has closed the connection');
    atDriver.send(launchTask(SPARK, 1));
    expect(await gate.hears(2)).toEqual(['connected 0', 'held 1']);
    expect(relay.pass('0', 1)).toBe(true);
  });

  it('ends the connection to the driver with the executor, after what that has said last', async () => {
    const { gate, relay, connect } = await start();
    const { atExecutor, atDriver } = await connect();
    atDriver.send(launchTask(SPARK, 1));
    await gate.hears(2);
    const last = statusUpdate(SPARK, 7, 'FINISHED');
    atExecutor.send(last);
    atExecutor.socket.end();
    expect(await atDriver.receive(last.byteLength)).toEqual(last);
    await atDriver.ended();
    expect((await gate.hears(4)).slice(2)).toEqual([
      'FINISHED 7 on 0',
      'disconnected 0: the executor has closed the connection',
    ]);
    expect(relay.pass('0', 1)).toBe(false);
  });

  it('ends the connection to the executor with the driver, after what that has said last', async () => {
    const { gate, connect } = await start();
    const { atExecutor, atDriver } = await connect();
    const last = killTask(SPARK, 3);
    atDriver.send(last);
    atDriver.socket.end();
    expect(await atExecutor.receive(last.byteLength)).toEqual(last);
    await atExecutor.ended();
    expect((await gate.hears(3))[2]).toBe('disconnected 0: the driver has closed the connection');
  });

  it('cuts an executor off when it is told so', async () => {
    const { relay, gate, connect } = await start();
    const { atExecutor, atDriver } = await connect();
    expect(relay.disconnectExecutor('0', 'its agent is gone')).toBe(true);
    await Promise.all([atExecutor.ended(), atDriver.ended()]);
    expect(gate.heard).toEqual(['connected 0', 'disconnected 0: its agent is gone']);
    expect(relay.disconnectExecutor('0', 'its agent is gone')).toBe(false);
  });

  it('ends the connection of an executor whose driver is not there', async () => {
    const { driver, relay, logger } = await start();
    driver.close();
    const executor = await connectExecutor(relay.address);
    await executor.ended();
    expect(logger.lines).toContainEqual(
      expect.objectContaining({
        phrase: 'an executor is not connected with its driver',
        fields: expect.objectContaining({ code: 'SPARK_RPC_UNREACHABLE' }),
      }),
    );
  });

  it('ends a connection at what makes no sense, and passes on what came before', async () => {
    const { gate, logger, connect } = await start();
    const { atExecutor, atDriver } = await connect();
    const good = killTask(SPARK, 3);
    atDriver.send(Buffer.concat([good, Buffer.alloc(100, 0xff)]));
    expect(await atExecutor.receive(good.byteLength)).toEqual(good);
    await Promise.all([atExecutor.ended(), atDriver.ended()]);
    expect((await gate.hears(3))[2]).toMatch(
      /^disconnected 0: the driver sent something that makes no sense/,
    );
    expect(logger.lines).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        phrase: 'closing a connection that cannot go on',
        fields: expect.objectContaining({ executorId: '0', reason: expect.stringMatching(/are allowed/) }),
      }),
    );
  });

  it('lets another executor with the same id have no tasks', async () => {
    const { gate, connect } = await start();
    await connect();
    const other = await connect();
    other.atDriver.send(launchTask(SPARK, 1));
    await other.atExecutor.ended();
    expect(gate.heard).toEqual(['connected 0']);
  });

  it('goes on when the gate fails', async () => {
    const gate = {
      executorConnected: () => fail(),
      executorDisconnected: () => fail(),
      taskHeld: () => fail(),
      killTask: () => fail(),
      taskEnded: () => fail(),
    };
    const { relay, logger, connect } = await start({ gate });
    const { atExecutor, atDriver } = await connect();
    const launch = launchTask(SPARK, 1);
    const kill = killTask(SPARK, 2);
    atDriver.send(launch, kill);
    expect(await atExecutor.receive(kill.byteLength)).toEqual(kill);
    expect(relay.pass('0', 1)).toBe(true);
    expect(await atExecutor.receive(launch.byteLength)).toEqual(launch);
    expect(logger.lines.filter(({ phrase }) => phrase === 'the gate failed')).toHaveLength(3);
  });

  it('tells its gate when it is closed, and lets nobody in then', async () => {
    const controller = new AbortController();
    const { relay, gate, connect } = await start({ signal: controller.signal });
    const { atExecutor } = await connect();
    controller.abort();
    await atExecutor.ended();
    await relay.close();
    expect(gate.heard).toEqual(['connected 0', 'disconnected 0: the relay was closed']);
    expect(relay.connectionCount).toBe(0);
    await expect(connectExecutor(relay.address)).rejects.toThrow(/cannot be reached/);
  });

  it('says which class is missing', async () => {
    const classes = { has: () => false, hasReadResolve: () => false, descriptor: () => fail() };
    const classPath = { descriptors: () => Promise.resolve(classes) };
    await expect(start({ classPath })).rejects.toMatchObject({ code: 'SPARK_RPC_CLASS_UNKNOWN' });
  });
});

describe('back-pressure', () => {
  it('reads no more of a result than its driver takes', async () => {
    const { connect } = await start();
    const { atExecutor, atDriver } = await connect();
    atDriver.socket.pause();
    atDriver.countOnly();
    const frame = statusUpdate(SPARK, 1, 'FINISHED', 64 * MIB);
    const before = process.memoryUsage().arrayBuffers;
    atExecutor.send(frame);
    // It stops somewhere before the end; where depends on the system's buffers.
    let last = -1;
    while (atExecutor.unsentBytes !== last) {
      last = atExecutor.unsentBytes;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(last).toBeGreaterThan(8 * MIB);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * MIB);
    atDriver.socket.resume();
    await atDriver.receiveCount(frame.byteLength);
  });

  it('reads no more of the driver than it may hold, until tasks pass', async () => {
    const { relay, gate, connect } = await start({ limits: { maxHeldBytes: 2 * MIB } });
    const { atExecutor, atDriver } = await connect();
    const count = 30;
    const tasks = Array.from({ length: count }, (_, taskId) => launchTask(SPARK, taskId, MIB));
    atDriver.send(...tasks);
    // The second one is too much, and is read no further.
    await gate.hears(3);
    atExecutor.countOnly();
    for (let taskId = 0; taskId < count; taskId += 1) {
      await gate.hears(taskId + 2);
      // Those that have arrived wholly, one that has begun, and what came in one piece with it.
      expect(gate.heard.length - 1 - taskId).toBeLessThanOrEqual(5);
      expect(relay.pass('0', taskId)).toBe(true);
    }
    await atExecutor.receiveCount(Buffer.concat(tasks).byteLength);
  });

  it('reads no more of those that hold something, where all hold too much, and a first task of the others', async () => {
    const { relay, gate, connect } = await start({ limits: { maxHeldBytesInAll: MIB / 2 } });
    const one = await connect();
    const other = await connect(registrationOf('1'));
    const task = launchTask(SPARK, 1, MIB);
    one.atDriver.send(task, killTask(SPARK, 8));
    expect(await gate.hears(3)).toEqual(['connected 0', 'connected 1', 'held 1']);
    const second = launchTask(SPARK, 2);
    other.atDriver.send(second, launchTask(SPARK, 3, MIB), killTask(SPARK, 9));
    await gate.hears(4);
    expect(gate.heard[3]).toBe('held 2');
    expect(relay.pass('1', 2)).toBe(true);
    expect(await other.atExecutor.receive(second.byteLength)).toEqual(second);
    // It is there that it goes on, once the first one's task is out of the way.
    relay.pass('0', 1);
    expect((await one.atExecutor.receive(task.byteLength)).equals(task)).toBe(true);
    await one.atExecutor.receive(killTask(SPARK, 8).byteLength);
    relay.disconnectExecutor('0', 'it is not needed');
    await gate.hears(7);
    relay.pass('1', 3);
    await gate.hears(8);
    const heard = gate.heard.slice(4).sort();
    expect(heard).toEqual(
      ['disconnected 0: it is not needed', 'held 3', 'kill 8 on 0', 'kill 9 on 1'].sort(),
    );
  });
});

/** The same executor with another id of one letter. */
function registrationOf(executorId: string): Buffer {
  const bytes = Buffer.from(REGISTRATION);
  const at = bytes.indexOf(Buffer.from([0x74, 0, 1, 0x30]));
  bytes.write(executorId, at + 3);
  return bytes;
}

function fail(): never {
  throw new Error('this gate is broken');
}

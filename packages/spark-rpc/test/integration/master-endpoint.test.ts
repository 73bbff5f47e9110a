import { createServer } from 'node:net';
import { readObjectStream, writeObjectStream } from '@spark-mesos/java-serialization';
import { encodeFrame } from '@spark-mesos/spark-network';
import { afterEach, describe, expect, it } from 'vitest';
import { MasterEndpoint, type MasterEndpointOptions } from '../../src/master-endpoint.ts';
import { MASTER_CHANGED_CLASS } from '../../src/messages/master-changed.ts';
import { RpcSession } from '../../src/rpc-session.ts';
import { recordedClasses, recordedSpark } from '../classes.ts';
import { RecordingHandler, RecordingLogger } from '../fake-connection.ts';
import { envelopeFixture, fixture, messageFixture } from '../support.ts';
import { RawDriver } from './raw-driver.ts';

const endings: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function listen(options: Partial<MasterEndpointOptions> = {}, spark = '3.5.6') {
  const handler = new RecordingHandler();
  const logger = new RecordingLogger();
  const endpoint = await MasterEndpoint.listen({
    host: '127.0.0.1',
    port: 0,
    sparks: [recordedSpark(spark)],
    handler,
    logger,
    ...options,
  });
  endings.push(() => endpoint.close());
  const connect = async (): Promise<RawDriver> => {
    const driver = await RawDriver.connect(endpoint.address);
    endings.push(() => driver.destroy());
    return driver;
  };
  const call = (name: string): Promise<void> =>
    expect.poll(() => handler.calls.map(([what]) => what), { interval: 5, timeout: 5_000 }).toContain(name);
  return { endpoint, handler, logger, connect, call };
}

function asOneWay(path: string): Uint8Array {
  return fixture(`frames/${path}`);
}

describe('MasterEndpoint', () => {
  it.each(['2.4.8', '3.5.6', '4.3.0'])('serves a driver of Spark %s on its own connection', async (spark) => {
    const { handler, connect, call } = await listen({}, spark);
    handler.onRegister = (driver) => driver.registeredApplication('app-1');
    const driver = await connect();
    driver.write(fixture(`frames/${spark}/in-CheckExistence.bin`));
    const [reply] = await driver.receive(1);
    const golden = fixture(`frames/${spark}/out-reply-to-CheckExistence.bin`);
    expect(reply && Buffer.from(encodeFrame(reply))).toEqual(Buffer.from(golden));

    driver.write(asOneWay(`${spark}/in-RegisterApplication.bin`));
    const [, accepted] = await driver.receive(2);
    expect(accepted?.type).toBe('OneWayMessage');
    handler.drivers[0]?.executorAdded({
      executorId: 0,
      workerId: 'worker-1',
      hostPort: 'host:1',
      cores: 1,
      memoryMiB: 512,
    });
    expect(await driver.receive(3)).toHaveLength(3);
    driver.destroy();
    await call('driverDisconnected');
    expect(handler.calls.filter(([what]) => what === 'driverDisconnected')).toHaveLength(1);
  });

  it('reads what comes in slices of one byte', async () => {
    const { handler, connect, call } = await listen();
    const driver = await connect();
    for (const byte of asOneWay('3.5.6/in-RegisterApplication.bin')) driver.write(Uint8Array.of(byte));
    await call('registerApplication');
    expect(handler.drivers[0]?.address).toEqual({ host: '127.0.0.1', port: 44151 });
  });

  it('answers what it does not know with a failure, and the connection stays', async () => {
    const { logger, connect } = await listen();
    const driver = await connect();
    const known = envelopeFixture('frames/3.5.6/in-CheckExistence.bin');
    driver.ask(1n, { ...known, endpoint: 'Nobody' });
    driver.ask(2n, { ...known, endpoint: 'Master' });
    driver.ask(3n, { ...known, content: Uint8Array.of(0xac, 0xed, 0, 5, 0x99) });
    driver.write(encodeFrame({ type: 'RpcRequest', requestId: 4n, body: Uint8Array.of(7) }));
    driver.write(encodeFrame({ type: 'StreamRequest', streamId: '/jars/a.jar' }));
    driver.ask(5n, known);
    const frames = await driver.receive(6);
    expect(frames.map(({ type }) => type).sort()).toEqual([
      'RpcFailure',
      'RpcFailure',
      'RpcFailure',
      'RpcFailure',
      'RpcResponse',
      'StreamFailure',
    ]);
    expect(logger.lines.filter(({ level }) => level === 'warn')).toHaveLength(5);
  });

  it.each(['2.4.8-crypto/in-auth-fa.bin', '3.5.6-sasl/in-auth-ea.bin', '3.5.6-crypto/in-auth-fb.bin'])(
    'answers %s with the news that it has no secret itself',
    async (path) => {
      const { handler, connect } = await listen();
      const driver = await connect();
      driver.write(fixture(`frames/${path}`));
      const [answer] = await driver.receive(1);
      expect(answer).toMatchObject({
        type: 'RpcFailure',
        error: expect.stringContaining('spark.authenticate=false'),
      });
      expect(handler.calls).toEqual([['driverRefused', 'SPARK_RPC_AUTHENTICATION_FAILED']]);
    },
  );

  it('closes connections that speak something else, and says what they seem to speak', async () => {
    const { logger, connect } = await listen();
    const browser = await connect();
    browser.write(Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
    await browser.closed();
    expect(logger.lines.at(-1)).toMatchObject({
      level: 'warn',
      fields: { code: 'SPARK_NETWORK_FRAME_TOO_LONG', reason: expect.stringContaining('HTTP') },
    });
  });

  it('closes connections that say nothing, and those that stop in the middle of a frame', async () => {
    const { connect } = await listen({ limits: { frameTimeoutMs: 30 } });
    const silent = await connect();
    const stalled = await connect();
    stalled.write(fixture('frames/3.5.6/in-CheckExistence.bin'));
    await stalled.receive(1);
    stalled.write(fixture('frames/3.5.6/in-CheckExistence.bin').subarray(0, 50));
    await Promise.all([silent.closed(), stalled.closed()]);
  });

  it('keeps a driver that has said what it wants, however long it is silent', async () => {
    const { handler, connect, call } = await listen({ limits: { frameTimeoutMs: 20 } });
    const driver = await connect();
    driver.write(asOneWay('3.5.6/in-RegisterApplication.bin'));
    await call('registerApplication');
    const silent = await connect();
    await silent.closed();
    handler.drivers[0]?.registeredApplication('app-1');
    expect(await driver.receive(1)).toHaveLength(1);
  });

  it('takes no more connections than it was allowed', async () => {
    const { endpoint, logger, connect } = await listen({ maxConnections: 2 });
    const first = await connect();
    const second = await connect();
    for (const driver of [first, second]) driver.write(fixture('frames/3.5.6/in-CheckExistence.bin'));
    await Promise.all([first.receive(1), second.receive(1)]);
    const third = await connect();
    await third.closed();
    expect(endpoint.connectionCount).toBe(2);
    expect(logger.lines.at(-1)).toMatchObject({ phrase: 'too many connections' });
  });

  it('gives up a peer that sends nothing but nonsense', async () => {
    const { connect } = await listen({ limits: { maxRefusals: 5 } });
    const driver = await connect();
    for (let count = 0; count < 5; count += 1) {
      driver.write(encodeFrame({ type: 'OneWayMessage', body: Uint8Array.of(9) }));
    }
    await driver.closed();
  });

  it('gives up a driver that does not read', async () => {
    const { handler, connect, call } = await listen({ limits: { maxUnsentBytes: 1 } });
    handler.onRegister = (driver) => {
      for (let count = 0; count < 50; count += 1) driver.applicationRemoved('x'.repeat(400_000));
    };
    const driver = await connect();
    driver.pause();
    driver.write(asOneWay('3.5.6/in-RegisterApplication.bin'));
    await call('driverDisconnected');
  });

  it('answers only so many questions at once', async () => {
    const { handler, connect } = await listen({ limits: { maxOpenRequests: 1 } });
    handler.onRegister = (driver) => driver.registeredApplication('app-poc-9587-0000');
    let decide: (decision: boolean) => void = () => {};
    handler.decision = new Promise((resolve) => {
      decide = resolve;
    });
    const driver = await connect();
    driver.write(asOneWay('3.5.6-dyn/in-RegisterApplication.bin'));
    await driver.receive(1);
    driver.write(fixture('frames/3.5.6-dyn/in-RequestExecutors.bin'));
    driver.write(fixture('frames/3.5.6-dyn/in-KillExecutors.bin'));
    const [, refused] = await driver.receive(2);
    expect(refused).toMatchObject({ type: 'RpcFailure', error: 'more than 1 questions at once' });
    decide(true);
    const [, , answered] = await driver.receive(3);
    expect(answered?.type).toBe('RpcResponse');
  });

  it('asks a driver for its settings on the connection that the driver made', async () => {
    const { handler, connect, call } = await listen();
    const driver = await connect();
    driver.write(asOneWay('3.5.6-relay/in-RegisterApplication.bin'));
    await call('registerApplication');
    const settings = handler.drivers[0]?.retrieveSettings(0);
    const [question] = await driver.receive(1);
    if (question?.type !== 'RpcRequest') throw new Error('no question came');
    const body = writeObjectStream(messageFixture('frames/3.5.6-relay/spark-app-config.bin'));
    driver.write(encodeFrame({ type: 'RpcResponse', requestId: question.requestId, body }));
    expect((await settings)?.get('spark.driver.host')).toBe('127.0.0.1');
  });

  it('says so when a driver does not answer, refuses, or goes away', async () => {
    const { handler, connect, call } = await listen({ askTimeoutMs: 30 });
    const driver = await connect();
    driver.write(asOneWay('3.5.6/in-RegisterApplication.bin'));
    await call('registerApplication');
    const [handle] = handler.drivers;
    await expect(handle?.retrieveSettings(0)).rejects.toMatchObject({ code: 'SPARK_RPC_TIMEOUT' });
    const refused = handle?.retrieveSettings(0);
    const frames = await driver.receive(2);
    const question = frames[1];
    if (question?.type !== 'RpcRequest') throw new Error('no question came');
    driver.write(encodeFrame({ type: 'RpcFailure', requestId: question.requestId, error: 'not today' }));
    await expect(refused).rejects.toMatchObject({ code: 'SPARK_RPC_REMOTE_FAILURE', message: 'not today' });
    const lost = handle?.retrieveSettings(0);
    driver.destroy();
    await expect(lost).rejects.toMatchObject({ code: 'SPARK_RPC_DISCONNECTED' });
    await expect(handle?.retrieveSettings(0)).rejects.toMatchObject({ code: 'SPARK_RPC_DISCONNECTED' });
    handle?.executorUpdated({ executorId: 0, state: 'RUNNING' });
  });

  it('has a driver back whose master is gone, with the classes of its own Spark', async () => {
    const sparks = [recordedSpark('4.3.0'), recordedSpark('3.5.6')];
    const { endpoint, handler, call } = await listen({ sparks });
    const received: Buffer[] = [];
    const server = createServer((socket) => {
      const session = new RpcSession();
      socket.on('data', (chunk) => {
        for (const event of session.push(chunk)) {
          if (event.kind !== 'oneWay') continue;
          received.push(Buffer.from(event.envelope.content));
          socket.write(fixture('frames/3.5.6-failover/in-MasterChangeAcknowledged.bin'));
          socket.end(fixture('frames/3.5.6-failover/in-UnregisterApplication.bin'));
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    endings.push(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as { port: number };
    const driver = await endpoint.recall({
      address: { host: '127.0.0.1', port },
      appId: 'app-poc-23984-0000',
      spark: '3.5.6',
    });
    expect(driver.sparks).toEqual(['3.5.6']);
    expect(driver.address).toEqual({ host: '127.0.0.1', port });
    await call('driverDisconnected');
    expect(handler.calls.map(([what]) => what)).toEqual(['unregisterApplication', 'driverDisconnected']);
    expect(received.map((content) => readObjectStream(content))).toMatchObject([
      { descriptor: recordedClasses('3.5.6').descriptor(MASTER_CHANGED_CLASS) },
    ]);
    await expect(
      endpoint.recall({ address: { host: '127.0.0.1', port }, appId: 'app-1', spark: '3.3.4' }),
    ).rejects.toMatchObject({ code: 'SPARK_RPC_SPARK_MISMATCH' });
  });

  it('says so when a driver to have back is not there, or does not acknowledge', async () => {
    const { endpoint } = await listen({ askTimeoutMs: 50 });
    const server = createServer((socket) => socket.on('error', () => {}).resume());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const address = { host: '127.0.0.1', port };
    await expect(endpoint.recall({ address, appId: 'app-1' })).rejects.toThrow(
      /did not acknowledge .* within 50 ms/,
    );
    await new Promise((resolve) => server.close(resolve));
    await expect(endpoint.recall({ address, appId: 'app-1' })).rejects.toMatchObject({
      code: 'SPARK_RPC_UNREACHABLE',
    });
  });

  it('says which address is taken', async () => {
    const { endpoint } = await listen();
    const again = listen({ port: endpoint.address.port });
    await expect(again).rejects.toMatchObject({
      code: 'SPARK_RPC_LISTEN_FAILED',
      message: expect.stringContaining(`127.0.0.1:${endpoint.address.port}`),
    });
  });

  it('does not listen without the classes of a Spark', async () => {
    const empty = {
      has: () => false,
      hasReadResolve: () => false,
      descriptor: recordedClasses('3.5.6').descriptor,
    };
    await expect(
      listen({ sparks: [{ name: 'empty', classPath: { descriptors: () => Promise.resolve(empty) } }] }),
    ).rejects.toMatchObject({
      code: 'SPARK_RPC_CLASS_UNKNOWN',
    });
  });

  it('reports its drivers as disconnected when it is closed, also by its signal', async () => {
    const controller = new AbortController();
    const { endpoint, handler, connect, call } = await listen({ signal: controller.signal });
    const driver = await connect();
    driver.write(asOneWay('3.5.6/in-RegisterApplication.bin'));
    await call('registerApplication');
    controller.abort();
    await driver.closed();
    await endpoint.close();
    expect(handler.calls.at(-1)?.[0]).toBe('driverDisconnected');
    expect(endpoint.connectionCount).toBe(0);
  });

  it('names a host that others can reach when it listens on all', async () => {
    const { endpoint } = await listen({ host: '0.0.0.0', advertisedHost: 'gateway.example' });
    expect(endpoint.address.host).toBe('gateway.example');
  });
});

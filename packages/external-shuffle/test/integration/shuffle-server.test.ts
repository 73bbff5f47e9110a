import { once } from 'node:events';
import { truncateSync } from 'node:fs';
import path from 'node:path';
import { ShuffleServer, type ShuffleServerOptions } from '@spark-mesos/external-shuffle';
import {
  type ClientAuthenticationOptions,
  encodeBlockTransferMessage,
  encodeFrame,
  loadTls,
  type TlsMaterial,
} from '@spark-mesos/spark-network';
import { afterEach, describe, expect, test } from 'vitest';
import { blockFilePath } from '../../src/blocks/block-file-names.ts';
import { makeLocalDirectory, temporaryFolder } from '../support/folders.ts';
import { writeMapOutput } from '../support/map-output.ts';
import { ShuffleClient } from '../support/shuffle-client.ts';
import { executorInfo, openState } from '../support/state.ts';

const SECRET = 's3cret';
const open: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function service(options: Partial<ShuffleServerOptions> = {}) {
  const root = await temporaryFolder();
  const state = await openState({ roots: [root], fileDropped: (file) => server.dropFile(file) });
  const { registry, resolver, logger } = state;
  const server = await ShuffleServer.listen({
    host: '127.0.0.1',
    port: 0,
    registry,
    resolver,
    logger,
    ...options,
  });
  open.push(() => server.close());
  const connect = async (tls?: TlsMaterial) => {
    const client = await ShuffleClient.connect(server.address.port, tls);
    open.push(() => {
      client.socket.destroy();
    });
    return client;
  };
  const directory = makeLocalDirectory(root, 1);
  const register = {
    kind: 'RegisterExecutor',
    appId: 'app',
    executorId: '1',
    executorInfo: executorInfo(directory),
  } as const;
  await registry.registerExecutor('app', '1', executorInfo(directory));
  const executor = registry.executor('app', '1');
  return { ...state, server, connect, root, register, executor };
}

function fetchMap(mapIds: readonly number[], reduceIds: readonly number[], batchFetchEnabled = false) {
  return {
    kind: 'FetchShuffleBlocks',
    appId: 'app',
    executorId: '1',
    shuffleId: 0,
    mapIds: mapIds.map(BigInt),
    reduceIds: mapIds.map(() => reduceIds),
    batchFetchEnabled,
  } as const;
}

const SIZES = [0, 1, 20_000, 32_768, 32_769, 65_536, 300_000, 5, 0, 1_100_000, 7];
const ALL = SIZES.map((_size, index) => index);

async function expectBlocks(client: ShuffleClient, blocks: readonly Buffer[]) {
  const bodies = await client.fetch(fetchMap([3], ALL));
  expect(bodies.length).toBe(blocks.length);
  for (const [index, block] of blocks.entries()) {
    expect(block.equals(bodies[index] as Uint8Array), `block ${index}`).toBe(true);
  }
}

const CLIENTS: [string, ClientAuthenticationOptions][] = [
  ['SASL', { secret: SECRET, appId: 'app' }],
  ['SASL with encryption', { secret: SECRET, appId: 'app', saslEncryption: true }],
  ['AuthEngine of Spark 2', { secret: SECRET, appId: 'app', crypto: true, authEngineVersion: '2.x' }],
  ['AuthEngine 1', { secret: SECRET, appId: 'app', crypto: true }],
  ['AuthEngine 2', { secret: SECRET, appId: 'app', crypto: true, authEngineVersion: 2 }],
  [
    'AuthEngine 2 with GCM',
    { secret: SECRET, appId: 'app', crypto: true, authEngineVersion: 2, cipher: 'AES-GCM' },
  ],
];

describe('blocks of all sizes come over', () => {
  test('a plain connection, together and alone', async () => {
    const { connect, executor, server } = await service();
    const blocks = writeMapOutput(executor, 0, 3, SIZES);
    const client = await connect();
    await expectBlocks(client, blocks);
    const [batch] = await client.fetch(fetchMap([3], [1, 10], true));
    expect(Buffer.concat(blocks.slice(1, 10)).equals(batch as Uint8Array)).toBe(true);
    expect(server.counters()).toMatchObject({ openStreams: 0, chunksInTransfer: 0, openFiles: 1 });
  });

  test.each(CLIENTS)('a connection authenticated with %s', async (_name, options) => {
    const { connect, executor, register, server } = await service({ authentication: { secret: SECRET } });
    const blocks = writeMapOutput(executor, 0, 3, SIZES);
    const client = await connect();
    expect(await client.authenticate(options)).toBe(undefined);
    expect(await client.ask(register)).toBe(undefined);
    await expectBlocks(client, blocks);
    expect(server.counters().authenticatedConnectionsTotal).toBe(1);
  });

  test('TLS, with authentication inside', async () => {
    const fixture = path.join(import.meta.dirname, '../../../spark-network/test/fixtures/tls/store.p12');
    const tls = await loadTls({ keyStore: fixture, keyStorePassword: 'changeit' });
    const { connect, executor, server } = await service({ tls, authentication: { secret: SECRET } });
    const blocks = writeMapOutput(executor, 0, 3, SIZES);
    const client = await connect(tls);
    expect(await client.authenticate({ secret: SECRET, appId: 'app' })).toBe(undefined);
    await expectBlocks(client, blocks);
    const plain = await connect();
    plain.send({ type: 'StreamRequest', streamId: '1_0' });
    expect(await plain.frame()).toBe(undefined);
    expect(server.counters().authenticationFailuresTotal).toBe(1);
  });

  test('a stream, whose bytes lie behind its frame', async () => {
    const { connect, executor } = await service();
    const blocks = writeMapOutput(executor, 0, 3, SIZES);
    const client = await connect();
    const { streamId } = await client.open(fetchMap([3], [9, 10]));
    client.send({ type: 'StreamRequest', streamId: `${streamId}_0` });
    client.send({ type: 'StreamRequest', streamId: `${streamId}_1` });
    client.send({ type: 'StreamRequest', streamId: `${streamId}_2` });
    const seen: unknown[] = [];
    const data = [Buffer.alloc(0)];
    while (!seen.includes('StreamFailure')) {
      const frame = await client.frame();
      if (frame?.type === 'StreamData') data.push(Buffer.from(frame.body));
      else seen.push(frame?.type);
    }
    expect(seen).toEqual(['StreamResponse', 'StreamResponse', 'StreamFailure']);
    expect(Buffer.concat(data).equals(Buffer.concat(blocks.slice(9, 11)))).toBe(true);
  });
});

describe('who may ask for what', () => {
  test('a client asks for its own application’s blocks only', async () => {
    const { connect, register, server } = await service({ authentication: { secret: SECRET } });
    const client = await connect();
    await client.authenticate({ secret: SECRET, appId: 'other' });
    const refusal = 'java.lang.SecurityException: Client for other not authorized for application app.';
    expect(await client.ask(register)).toBe(refusal);
    expect(await client.ask(fetchMap([3], [0]))).toBe(refusal);
    const ids = { appId: 'app', executorId: '1' };
    expect(await client.ask({ kind: 'OpenBlocks', ...ids, blockIds: ['rdd_1_1'] })).toBe(refusal);
    expect(await client.ask({ kind: 'RemoveBlocks', ...ids, blockIds: ['rdd_1_1'] })).toBe(refusal);
    expect(await client.ask({ kind: 'GetLocalDirsForExecutors', appId: 'app', executorIds: ['1'] })).toBe(
      refusal,
    );
    expect(await client.ask({ kind: 'RemoveApplication', appId: 'app' })).toBe(refusal);
    expect(await client.ask({ kind: 'RegisterDriver', appId: 'app', heartbeatTimeoutMs: 1n })).toBe(refusal);
    expect(await client.ask({ kind: 'ApplicationSecret', appId: 'other', secret: 'x' })).toContain(
      'not authorized to give applications their secrets',
    );
    expect(server.counters().authorizationFailuresTotal).toBe(8);
  });

  test('an application with a secret of its own is not let in with the cluster’s', async () => {
    const { connect, server } = await service({ authentication: { secret: SECRET } });
    const gateway = await connect();
    expect(await gateway.authenticate({ secret: SECRET })).toBe(undefined);
    expect(await gateway.ask({ kind: 'ApplicationSecret', appId: 'app', secret: 'its own' })).toBe(undefined);
    expect(await gateway.ask({ kind: 'RegisterDriver', appId: 'app', heartbeatTimeoutMs: 1000n })).toBe(
      undefined,
    );
    const stranger = await connect();
    expect(await stranger.authenticate({ secret: SECRET, appId: 'app' })).toMatch(/Authentication failed/);
    expect(await stranger.frame()).toBe(undefined);
    const executor = await connect();
    expect(await executor.authenticate({ secret: 'its own', appId: 'app' })).toBe(undefined);
    expect(await executor.ask({ kind: 'ShuffleServiceHeartbeat', appId: 'app' })).toBe(undefined);
    expect(server.counters().authenticationFailuresTotal).toBe(1);
  });

  test('without authentication nothing is answered to who has not authenticated itself', async () => {
    const { connect, register } = await service({ authentication: { secret: SECRET } });
    const client = await connect();
    expect(await client.ask(register)).toMatch(/must be authenticated/);
    expect(await client.frame()).toBe(undefined);
    const other = await connect();
    other.send({ type: 'ChunkFetchRequest', streamId: 1n, chunkIndex: 0 });
    expect(await other.frame()).toBe(undefined);
  });
});

describe('drivers', () => {
  test('S20, S21: register, beat without an answer, and are told to register again when they ask', async () => {
    const { connect, registry } = await service();
    const driver = await connect();
    expect(await driver.ask({ kind: 'ShuffleServiceHeartbeat', appId: 'new' })).toContain(
      'Application is not registered (appId=new)',
    );
    expect(await driver.ask({ kind: 'RegisterDriver', appId: 'new', heartbeatTimeoutMs: 1000n })).toBe(
      undefined,
    );
    const beat = encodeBlockTransferMessage({ kind: 'ShuffleServiceHeartbeat', appId: 'new' });
    driver.send({ type: 'OneWayMessage', body: beat });
    expect(await driver.ask({ kind: 'ShuffleServiceHeartbeat', appId: 'new' })).toBe(undefined);
    expect(registry.counters()).toMatchObject({ heartbeatsTotal: 3, heartbeatsUnknownTotal: 1 });
    expect(await driver.ask({ kind: 'RemoveApplication', appId: 'new' })).toBe(undefined);
    expect(registry.counters().registeredDrivers).toBe(0);
  });
});

describe('limits', () => {
  test('a length that lies costs the connection and no memory', async () => {
    const { connect, server } = await service();
    const client = await connect();
    client.socket.write(Buffer.from('7fffffffffffffff03', 'hex'));
    expect(await client.frame()).toBe(undefined);
    expect(server.counters().protocolErrorsTotal).toBe(1);
  });

  test('connections beyond the limit are closed', async () => {
    const { connect, server } = await service({ limits: { maxConnections: 1 } });
    const first = await connect();
    const second = await connect();
    expect(await second.frame()).toBe(undefined);
    expect(await first.ask({ kind: 'ShuffleServiceHeartbeat', appId: 'a' })).toContain('not registered');
    expect(server.counters()).toMatchObject({ connections: 1, connectionsRefusedTotal: 1 });
  });

  test('a connection over which nothing goes is closed', async () => {
    const { connect, server } = await service({ limits: { idleTimeoutMs: 10 } });
    const client = await connect();
    expect(await client.frame()).toBe(undefined);
    expect(server.counters().connectionsIdleTotal).toBe(1);
  });

  test('who does not authenticate itself in time is closed', async () => {
    const { connect } = await service({
      authentication: { secret: SECRET },
      limits: { handshakeTimeoutMs: 10 },
    });
    const client = await connect();
    expect(await client.frame()).toBe(undefined);
  });

  test('chunks beyond those that may be on their way wait for their own, and give way to others’', async () => {
    const { connect, executor, server } = await service({ limits: { maxChunksInTransfer: 1 } });
    const blocks = writeMapOutput(executor, 0, 3, SIZES);
    const client = await connect();
    await expectBlocks(client, blocks);
    const slow = await connect();
    const big = writeMapOutput(
      executor,
      0,
      4,
      Array.from({ length: 32 }, () => 1_000_000),
    );
    const { streamId, chunks } = await slow.open(fetchMap([4], [...big.keys()]));
    slow.socket.pause();
    slow.requestAll(streamId, chunks);
    const quick = await connect();
    while (!quick.socket.destroyed) {
      const { streamId: stream } = await quick
        .open(fetchMap([3], [2]))
        .catch(() => ({ streamId: undefined }));
      if (stream === undefined) break;
      quick.requestAll(stream, 1);
      await quick.frame();
    }
    expect(server.counters().connections).toBeLessThanOrEqual(3);
  });

  test('who asks without reading is not listened to, and is answered when he reads', async () => {
    const { connect, executor, server } = await service();
    const count = 200_000;
    const blocks = writeMapOutput(executor, 0, 3, [2000, 0, 2000]);
    const client = await connect();
    const reduceIds = Array.from({ length: count }, (_, index) => index % blocks.length);
    const { streamId } = await client.open(fetchMap([3], reduceIds));
    const asked = server.counters().bytesReceivedTotal;
    client.socket.pause();
    const requests = Buffer.alloc(21 * count);
    for (let index = 0; index < count; index++) {
      requests.set(encodeFrame({ type: 'ChunkFetchRequest', streamId, chunkIndex: index }), 21 * index);
    }
    client.socket.write(requests);
    let last = -1;
    // Until nothing goes forth or back any more.
    while (server.counters().bytesSentTotal !== last) {
      last = server.counters().bytesSentTotal;
      for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    const answered = server.counters().chunksTotal;
    expect(answered).toBeLessThan(count);
    expect(server.counters().bytesReceivedTotal - asked - 21 * answered).toBeLessThan(1024 * 1024);
    client.socket.resume();
    for (let index = 0; index < count; index++) {
      const frame = await client.frame();
      if (frame?.type !== 'ChunkFetchSuccess' || frame.chunkIndex !== index) throw new Error(`not ${index}`);
      if (frame.body.byteLength !== blocks[index % blocks.length]?.byteLength)
        throw new Error(`not ${index}`);
    }
    expect(server.counters().chunksTotal).toBe(count);
  });

  test('slow readers hold little, and what they held is free when they go', async () => {
    const { connect, executor, server } = await service();
    writeMapOutput(executor, 0, 3, [16_000_000]);
    const slow: ShuffleClient[] = [];
    for (let index = 0; index < 40; index++) {
      const client = await connect();
      const { streamId } = await client.open(fetchMap([3], [0]));
      client.socket.pause();
      client.requestAll(streamId, 1);
      slow.push(client);
    }
    const quick = await connect();
    const [body] = await quick.fetch(fetchMap([3], [0]));
    expect((body as Uint8Array).byteLength).toBe(16_000_000);
    expect(server.counters().chunksInTransfer).toBeLessThanOrEqual(40);
    expect(server.counters().bufferBytes).toBeLessThan(40 * 1024 * 1024);
    for (const { socket } of slow) socket.destroy();
    await server.close();
    expect(server.counters()).toMatchObject({
      connections: 0,
      chunksInTransfer: 0,
      bufferBytes: 0,
      openFiles: 0,
    });
  });
});

describe('files that change', () => {
  test('a file that has become shorter fails its blocks, and cuts off who has the head of one already', async () => {
    const { connect, executor } = await service();
    writeMapOutput(executor, 0, 3, [100, 100, 50_000_000]);
    const client = await connect();
    const { streamId } = await client.open(fetchMap([3], [2]));
    client.socket.pause();
    client.requestAll(streamId, 1);
    const other = await connect();
    const [first, second] = await other.fetch(fetchMap([3], [0, 1]));
    expect([first?.length, second?.length]).toEqual([100, 100]);
    truncateSync(blockFilePath(executor, 'shuffle_0_3_0.data'), 150);
    const again = await other.fetch(fetchMap([3], [0, 1]));
    expect(again[0]).toBeInstanceOf(Uint8Array);
    expect(again[1]).toMatch(/Failed to open file|its index says/);
    client.socket.resume();
    await once(client.socket, 'close');
    expect(client.socket.destroyed).toBe(true);
  });
});

import { encodeBlockTransferMessage, encodeFrame, type Frame } from '@spark-mesos/spark-network';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { conversations } from '../support/conversation.ts';
import { makeLocalDirectory, temporaryFolder } from '../support/folders.ts';
import { writeMapOutput } from '../support/map-output.ts';
import { executorInfo, openState } from '../support/state.ts';

async function scene() {
  const root = await temporaryFolder();
  const { registry, resolver } = await openState({ roots: [root] });
  await registry.registerExecutor('app', '1', executorInfo(makeLocalDirectory(root, 1)));
  return { registry, resolver, executor: registry.executor('app', '1') };
}

let lastRequest = 0n;

function ask(message: Parameters<typeof encodeBlockTransferMessage>[0]): Uint8Array {
  return encodeFrame({
    type: 'RpcRequest',
    requestId: ++lastRequest,
    body: encodeBlockTransferMessage(message),
  });
}

function fetchBlocks(mapIds: readonly number[], reduceIds: readonly (readonly number[])[]) {
  return ask({
    kind: 'FetchShuffleBlocks',
    appId: 'app',
    executorId: '1',
    shuffleId: 0,
    mapIds: mapIds.map(BigInt),
    reduceIds,
    batchFetchEnabled: false,
  });
}

function chunk(streamId: number, chunkIndex: number): Uint8Array {
  return encodeFrame({ type: 'ChunkFetchRequest', streamId: BigInt(streamId), chunkIndex });
}

function bodies(frames: readonly Frame[]): (Buffer | string)[] {
  return frames.flatMap<Buffer | string>((frame) => {
    if (frame.type === 'ChunkFetchSuccess') return [Buffer.from(frame.body)];
    return frame.type === 'ChunkFetchFailure' ? [frame.error] : [];
  });
}

describe('blocks', () => {
  test('are the same whatever the buffer, their sizes and their order', async () => {
    const { registry, resolver, executor } = await scene();
    let shuffles = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 70_000 })), {
          minLength: 1,
          maxLength: 12,
        }),
        fc.array(fc.nat({ max: 11 }), { minLength: 1, maxLength: 20 }),
        fc.constantFrom(64 * 1024, 66 * 1024 + 7, 256 * 1024),
        async (sizes, wanted, bufferBytes) => {
          const mapId = ++shuffles;
          const blocks = writeMapOutput(executor, 0, mapId, sizes);
          const reduceIds = wanted.map((id) => id % sizes.length);
          const { open, tally, files } = conversations({
            registry,
            resolver,
            bufferBytes,
            firstStreamId: 7,
          });
          const conversation = open();
          const chunks = reduceIds.map((_id, index) => chunk(7, index));
          conversation.send(Buffer.concat([fetchBlocks([mapId], [reduceIds]), ...chunks]));
          const frames = await conversation.frames(1 + reduceIds.length);
          expect(frames.length).toBe(1 + reduceIds.length);
          for (const [index, body] of bodies(frames).entries()) {
            const block = blocks[reduceIds[index] ?? -1] ?? '';
            expect(block === '' || block.equals(body as Buffer), `block ${index}`).toBe(true);
          }
          expect(tally).toMatchObject({
            openStreams: 0,
            chunksTotal: reduceIds.length,
            chunkFailuresTotal: 0,
          });
          conversation.close();
          files.close();
        },
      ),
      { numRuns: 60 },
    );
  });

  test('that lie behind one another and cannot be read fail one by one, and the connection lives', async () => {
    const { registry, resolver, executor } = await scene();
    writeMapOutput(executor, 0, 1, [10, 10, 10, 10]);
    const { open, tally } = conversations({
      registry,
      resolver: new Proxy(resolver, {
        get: (target, name) => {
          if (name !== 'open') return Reflect.get(target, name).bind(target);
          return () => {
            throw new Error('EMFILE');
          };
        },
      }),
      firstStreamId: 1,
      bufferBytes: 200,
    });
    const conversation = open();
    const chunks = [0, 1, 2, 3].map((index) => chunk(1, index));
    conversation.send(Buffer.concat([fetchBlocks([1], [[0, 1, 2, 3]]), ...chunks, chunk(2, 0)]));
    const failures = bodies(await conversation.frames(6));
    expect(failures.slice(0, 4)).toEqual(
      Array.from(
        { length: 4 },
        () => 'java.lang.RuntimeException: the shuffle service failed; its log says why',
      ),
    );
    expect(failures[4]).toContain('Requested chunk not available since streamId 2 is closed');
    expect(tally).toMatchObject({ exceptionsTotal: 4, chunkFailuresTotal: 5 });
  });

  test('of several maps come map by map; one that is missing fails alone', async () => {
    const { registry, resolver, executor } = await scene();
    const first = writeMapOutput(executor, 0, 1, [5, 6]);
    const third = writeMapOutput(executor, 0, 3, [7, 8]);
    const { open } = conversations({ registry, resolver, firstStreamId: 1 });
    const conversation = open();
    const chunks = [0, 1, 2, 3, 4].map((index) => chunk(1, index));
    conversation.send(Buffer.concat([fetchBlocks([1, 2, 3], [[0, 1], [0], [1, 0]]), ...chunks]));
    const [a, b, missing, d, e] = bodies(await conversation.frames(6));
    expect([a, b, d, e]).toEqual([first[0], first[1], third[1], third[0]]);
    expect(missing).toMatch(/^java.lang.RuntimeException: Failed to open file: .*shuffle_0_2_0.index$/);
  });

  test('of a stage that is run again under the same name are the new ones', async () => {
    const { registry, resolver, executor } = await scene();
    const { open } = conversations({ registry, resolver, firstStreamId: 1 });
    const conversation = open();
    writeMapOutput(executor, 0, 1, [5]);
    conversation.send(Buffer.concat([fetchBlocks([1], [[0]]), chunk(1, 0)]));
    await resolver.removeBlocks(executor, ['shuffle_0_1_0.data', 'shuffle_0_1_0.index']);
    const [renewed] = writeMapOutput(executor, 0, 1, [50]);
    conversation.send(Buffer.concat([fetchBlocks([1], [[0]]), chunk(2, 0)]));
    expect(bodies(await conversation.frames(4))[1]).toEqual(renewed);
  });
});

describe('streams', () => {
  test('are refused when a connection has too many of them, or of their chunks', async () => {
    const { registry, resolver } = await scene();
    const limits = { maxOpenStreams: 2, maxOpenChunks: 3 };
    const { open, tally } = conversations({ registry, resolver, limits });
    const conversation = open();
    const requests = [[0, 1, 2, 3], [0], [0], [0]].map((ids) => fetchBlocks([1], [ids]));
    conversation.send(Buffer.concat(requests));
    const frames = await conversation.frames(4);
    expect(frames.map(({ type }) => type)).toEqual([
      'RpcFailure',
      'RpcResponse',
      'RpcResponse',
      'RpcFailure',
    ]);
    expect(tally.openStreams).toBe(2);
    conversation.close();
    expect(tally.openStreams).toBe(0);
  });

  test('of another connection are none', async () => {
    const { registry, resolver, executor } = await scene();
    writeMapOutput(executor, 0, 1, [5]);
    const { open } = conversations({ registry, resolver, firstStreamId: 1 });
    const [one, other] = [open(), open()];
    one.send(fetchBlocks([1], [[0]]));
    other.send(chunk(1, 0));
    expect(bodies(await other.frames(1))).toEqual([expect.stringContaining('streamId 1 is closed')]);
    one.send(chunk(1, 0));
    expect(bodies(await one.frames(2))).toEqual([expect.any(Buffer)]);
  });

  test('with lists that do not fit together are refused', async () => {
    const { registry, resolver } = await scene();
    const { open } = conversations({ registry, resolver });
    const conversation = open();
    conversation.send(fetchBlocks([1, 2], [[0]]));
    const batch = { shuffleId: 0, mapIds: [1n], reduceIds: [[1, 2, 3]], batchFetchEnabled: true };
    conversation.send(ask({ kind: 'FetchShuffleBlocks', appId: 'app', executorId: '1', ...batch }));
    const frames = await conversation.frames(2);
    expect(frames.map(({ type }) => type)).toEqual(['RpcFailure', 'RpcFailure']);
  });
});

describe('a session', () => {
  test('meets junk with failures or its end, and never with an exception', async () => {
    const { registry, resolver } = await scene();
    const { open, tally } = conversations({ registry, resolver });
    const frames = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc
        .tuple(fc.integer({ min: 0, max: 14 }), fc.uint8Array({ maxLength: 60 }))
        .map(([type, rest]) => framed(Buffer.from([type, ...rest]))),
      fc
        .tuple(fc.integer({ min: 0, max: 120 }), fc.uint8Array({ maxLength: 60 }))
        .map(([id, rest]) =>
          encodeFrame({ type: 'RpcRequest', requestId: 1n, body: Uint8Array.of(id, ...rest) }),
        ),
    );
    fc.assert(
      fc.property(fc.array(frames, { maxLength: 8 }), (pieces) => {
        const conversation = open();
        for (const piece of pieces) conversation.send(piece);
        conversation.close();
      }),
      { numRuns: 500 },
    );
    expect(tally.exceptionsTotal).toBe(0);
  });
});

function framed(bytes: Uint8Array): Uint8Array {
  const length = Buffer.alloc(8);
  length.writeBigInt64BE(BigInt(bytes.byteLength + 8));
  return Buffer.concat([length, bytes]);
}

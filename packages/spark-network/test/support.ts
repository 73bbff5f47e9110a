import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { type Frame, FrameDecoder } from '../src/index.ts';

const FIXTURES = new URL('./fixtures/', import.meta.url);

/** Every recorded frame, by its file's name. */
export function goldenFrames(): { name: string; bytes: Uint8Array }[] {
  return readdirSync(FIXTURES)
    .filter((name) => name.endsWith('.bin'))
    .map((name) => ({ name, bytes: readFileSync(new URL(name, FIXTURES)) }));
}

/** One recorded frame. */
export function goldenFrame(name: string): Uint8Array {
  return readFileSync(new URL(name, FIXTURES));
}

/** Feeds bytes in slices of the given sizes, over and over. */
export function decodeInSlices(bytes: Uint8Array, sizes: readonly number[]): Frame[] {
  const decoder = new FrameDecoder();
  const frames: Frame[] = [];
  for (let offset = 0, turn = 0; offset < bytes.byteLength; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    frames.push(...decoder.push(bytes.subarray(offset, offset + size)));
    offset += size;
  }
  return frames;
}

const requestId = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const body = fc.uint8Array({ maxLength: 300 });
const text = fc.string({ unit: 'grapheme', maxLength: 60 });
const streamData = fc.uint8Array({ minLength: 1, maxLength: 300 });

/** Any frame that can be written. */
export const anyFrame: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({ type: fc.constant('RpcRequest' as const), requestId, body }),
  fc.record({ type: fc.constant('RpcResponse' as const), requestId, body }),
  fc.record({ type: fc.constant('RpcFailure' as const), requestId, error: text }),
  fc.record({ type: fc.constant('OneWayMessage' as const), body }),
  fc.record({ type: fc.constant('ChunkFetchRequest' as const), streamId: requestId, chunkIndex: int32 }),
  fc.record({
    type: fc.constant('ChunkFetchSuccess' as const),
    streamId: requestId,
    chunkIndex: int32,
    body,
  }),
  fc.record({
    type: fc.constant('MergedBlockMetaRequest' as const),
    requestId,
    appId: text,
    shuffleId: int32,
    shuffleMergeId: int32,
    reduceId: int32,
  }),
  fc.record({ type: fc.constant('MergedBlockMetaSuccess' as const), requestId, numChunks: int32, body }),
  fc.record({ type: fc.constant('StreamResponse' as const), streamId: text, byteCount: fc.constant(0) }),
  fc.record({
    type: fc.constant('UploadStream' as const),
    requestId,
    meta: body,
    byteCount: fc.constant(0),
  }),
  fc.record({
    type: fc.constant('ChunkFetchFailure' as const),
    streamId: requestId,
    chunkIndex: int32,
    error: text,
  }),
  fc.record({ type: fc.constant('StreamRequest' as const), streamId: text }),
  fc.record({ type: fc.constant('StreamFailure' as const), streamId: text, error: text }),
);

/** Any frame, with what comes behind it. */
export const anyFrameAndStream: fc.Arbitrary<Frame[]> = fc.oneof(
  anyFrame.map((frame) => [frame]),
  fc.tuple(text, streamData).map(([streamId, data]): Frame[] => [
    { type: 'StreamResponse', streamId, byteCount: data.byteLength },
    { type: 'StreamData', body: data, remaining: 0 },
  ]),
  fc.tuple(requestId, body, streamData).map(([id, meta, data]): Frame[] => [
    { type: 'UploadStream', requestId: id, meta, byteCount: data.byteLength },
    { type: 'StreamData', body: data, remaining: 0 },
  ]),
);

/** Puts the pieces of each stream together. */
export function joinStreams(frames: readonly Frame[]): Frame[] {
  const joined: Frame[] = [];
  for (const frame of frames) {
    const before = joined.at(-1);
    if (frame.type === 'StreamData' && before?.type === 'StreamData' && before.remaining > 0)
      joined[joined.length - 1] = { ...frame, body: Buffer.concat([before.body, frame.body]) };
    else joined.push(frame);
  }
  return joined;
}

/** Frames with their bodies as plain byte arrays, so that a Buffer equals a Uint8Array. */
export function plain(frames: readonly Frame[]): unknown[] {
  return frames.map((frame) => {
    if ('body' in frame) return { ...frame, body: [...frame.body] };
    return 'meta' in frame ? { ...frame, meta: [...frame.meta] } : frame;
  });
}

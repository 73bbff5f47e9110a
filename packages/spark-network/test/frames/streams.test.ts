import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CHUNK_FETCH_SUCCESS_HEAD_BYTES,
  encodeFrame,
  FrameDecoder,
  SparkNetworkError,
  writeChunkFetchSuccessHead,
} from '../../src/index.ts';
import { anyFrameAndStream, decodeInSlices, joinStreams, plain } from '../support.ts';

describe('streams that come behind a frame', () => {
  it('gives back every frame and every stream that was sent, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(anyFrameAndStream, { maxLength: 6 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
        (groups, sizes) => {
          const frames = groups.flat();
          const bytes = Buffer.concat(frames.map(encodeFrame));
          expect(plain(joinStreams(decodeInSlices(bytes, sizes)))).toEqual(plain(frames));
        },
      ),
    );
  });

  it('hands a stream out as it arrives, without keeping it', () => {
    const decoder = new FrameDecoder({ maxFrameBytes: 100 });
    const head = encodeFrame({ type: 'StreamResponse', streamId: '7_0', byteCount: 1_000_000_000_000 });
    expect(decoder.push(head)).toEqual([
      { type: 'StreamResponse', streamId: '7_0', byteCount: 1_000_000_000_000 },
    ]);
    const piece = new Uint8Array(65_536);
    const [data] = decoder.push(piece);
    expect(data).toMatchObject({ type: 'StreamData', remaining: 1_000_000_000_000 - 65_536 });
    expect(data?.type === 'StreamData' && data.body.buffer).toBe(piece.buffer);
    expect(decoder.pendingBytes).toBe(0);
  });

  it('refuses a stream of a negative or impossible length', () => {
    for (const count of ['ffffffffffffffff', '0020000000000000']) {
      const bytes = Buffer.from(`00000000000000150700000000${count}`, 'hex');
      expect(() => new FrameDecoder().push(bytes)).toThrow(SparkNetworkError);
      expect(() => new FrameDecoder().push(bytes)).toThrow(/a stream of/);
    }
  });
});

describe('writeChunkFetchSuccessHead', () => {
  it('writes what the encoder of the whole frame writes, at any offset', () => {
    const anyCase = fc.record({
      streamId: fc.maxSafeNat(),
      chunkIndex: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      body: fc.uint8Array({ maxLength: 50 }),
      offset: fc.nat(30),
    });
    fc.assert(
      fc.property(anyCase, ({ streamId, chunkIndex, body, offset }) => {
        const target = Buffer.alloc(200, 0xee);
        const end = writeChunkFetchSuccessHead(target, offset, streamId, chunkIndex, body.byteLength);
        expect(end).toBe(offset + CHUNK_FETCH_SUCCESS_HEAD_BYTES);
        target.set(body, end);
        const frame = encodeFrame({
          type: 'ChunkFetchSuccess',
          streamId: BigInt(streamId),
          chunkIndex,
          body,
        });
        expect(target.subarray(offset, end + body.byteLength)).toEqual(Buffer.from(frame));
        expect(target.subarray(0, offset)).toEqual(Buffer.alloc(offset, 0xee));
        expect(target[end + body.byteLength]).toBe(0xee);
      }),
    );
  });

  it('writes lengths beyond what an int32 holds', () => {
    const target = Buffer.alloc(21);
    writeChunkFetchSuccessHead(target, 0, 2 ** 40 + 1, 3, 2 ** 32);
    expect(target.toString('hex')).toBe('000000010000001501000001000000000100000003');
  });
});

it('tells texts apart that differ by a byte order mark only', () => {
  const [frame] = new FrameDecoder().push(encodeFrame({ type: 'StreamRequest', streamId: '\ufeffx' }));
  expect(frame).toEqual({ type: 'StreamRequest', streamId: '\ufeffx' });
});

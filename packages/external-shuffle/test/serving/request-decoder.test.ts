import { encodeFrame, type Frame, SparkNetworkError } from '@spark-mesos/spark-network';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ChunkRequest, RequestDecoder } from '../../src/serving/request-decoder.ts';

const requests = fc.oneof(
  fc.record({
    type: fc.constant('ChunkFetchRequest' as const),
    streamId: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    chunkIndex: fc.integer(),
  }),
  fc.record({
    type: fc.constant('RpcRequest' as const),
    requestId: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    body: fc.uint8Array({ maxLength: 300 }),
  }),
  fc.record({ type: fc.constant('StreamRequest' as const), streamId: fc.string() }),
);

/** With its body copied, which is a view until then. */
function kept(request: Frame | ChunkRequest): object {
  if (request.type === 'chunk') {
    return {
      type: 'ChunkFetchRequest',
      streamId: BigInt(request.streamId),
      chunkIndex: request.chunkIndex,
    };
  }
  return 'body' in request ? { ...request, body: Uint8Array.from(request.body) } : { ...request };
}

function inSlices(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const slices: Uint8Array[] = [];
  for (let at = 0, index = 0; at < bytes.byteLength; index++) {
    const end = at + (sizes[index % sizes.length] ?? 1);
    slices.push(bytes.slice(at, end));
    at = end;
  }
  return slices;
}

describe('RequestDecoder', () => {
  test('reads the same requests however they are cut, taken at once or all together', () => {
    fc.assert(
      fc.property(
        fc.array(requests, { minLength: 1, maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1 }),
        fc.boolean(),
        (frames, sizes, late) => {
          const decoder = new RequestDecoder(1024 * 1024);
          const seen: object[] = [];
          const take = () => {
            for (let next = decoder.next(); next !== undefined; next = decoder.next()) seen.push(kept(next));
          };
          for (const slice of inSlices(Buffer.concat(frames.map(encodeFrame)), sizes)) {
            decoder.append(slice);
            if (!late) take();
          }
          take();
          expect(seen).toEqual(frames);
          expect(decoder.pendingBytes).toBe(0);
        },
      ),
    );
  });

  test('refuses a length when it is read, before anything of the frame has come', () => {
    for (const length of ['7fffffffffffffff', '8000000000000000', '0000000000000401', 'ffffffffffffffff']) {
      const decoder = new RequestDecoder(1024);
      decoder.append(Buffer.from(length, 'hex'));
      expect(() => decoder.next()).toThrow(SparkNetworkError);
    }
    for (const length of ['0000000000000000', '0000000000000008']) {
      const decoder = new RequestDecoder(1024);
      decoder.append(Buffer.from(length, 'hex'));
      expect(() => decoder.next()).toThrow('is announced');
    }
  });

  test('gives back what belongs to no request yet', () => {
    const decoder = new RequestDecoder(1024);
    const frame = encodeFrame({ type: 'StreamRequest', streamId: '1_0' });
    decoder.append(Buffer.concat([frame, frame.subarray(0, 5)]));
    expect(decoder.next()?.type).toBe('StreamRequest');
    expect(decoder.takeRest()).toEqual(Buffer.from(frame.subarray(0, 5)));
    expect(decoder.pendingBytes).toBe(0);
  });

  test('meets junk with nothing but its own errors', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 })), (chunks) => {
        const decoder = new RequestDecoder(100);
        try {
          for (const chunk of chunks) {
            decoder.append(chunk);
            while (decoder.next() !== undefined);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(SparkNetworkError);
        }
      }),
    );
  });
});

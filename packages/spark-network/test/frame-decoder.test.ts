import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeFrame, FrameDecoder, SPARK_NETWORK_ERROR_CODES, SparkNetworkError } from '../src/index.ts';
import { anyFrame, decodeInSlices, goldenFrame, goldenFrames, plain } from './support.ts';

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof SparkNetworkError) return error.code;
    throw error;
  }
  return 'nothing was thrown';
}

function prefixed(length: bigint, ...rest: number[]): Uint8Array {
  const bytes = Buffer.alloc(8 + rest.length);
  bytes.writeBigInt64BE(length);
  bytes.set(rest, 8);
  return bytes;
}

describe('frames recorded from Spark', () => {
  it.each(goldenFrames())('reads and writes $name without a changed byte', ({ bytes }) => {
    const [frame, ...more] = new FrameDecoder().push(bytes);
    expect(more).toEqual([]);
    if (frame === undefined) throw new Error('no frame was read');
    expect(Buffer.from(encodeFrame(frame))).toEqual(Buffer.from(bytes));
  });

  it('reads the type, the request id and the body of a recorded question', () => {
    const [frame] = new FrameDecoder().push(goldenFrame('request-3.5.6.bin'));
    expect(frame).toMatchObject({ type: 'RpcRequest', requestId: 0x47c03586cfe297aen });
    expect(frame?.type === 'RpcRequest' && frame.body.byteLength).toBe(0xaa);
  });

  it('reads a whole conversation that arrives in slices of every size', () => {
    const all = goldenFrames().map(({ bytes }) => bytes);
    const stream = Buffer.concat(all);
    const whole = plain(new FrameDecoder().push(stream));
    expect(whole).toHaveLength(all.length);
    for (const size of [1, 2, 3, 7, 8, 9, 20, 21, 22, 100, 1000]) {
      expect(plain(decodeInSlices(stream, [size]))).toEqual(whole);
    }
  });
});

describe('FrameDecoder', () => {
  it('gives back every frame that was encoded, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(anyFrame, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
        (frames, sizes) => {
          const stream = Buffer.concat(frames.map(encodeFrame));
          expect(plain(decodeInSlices(stream, sizes))).toEqual(plain(frames));
        },
      ),
    );
  });

  it('does not copy a body that lies in one piece, even when its head came before it', () => {
    const body = new Uint8Array(100).fill(7);
    const bytes = encodeFrame({ type: 'OneWayMessage', body });
    const [together] = new FrameDecoder().push(bytes);
    expect(together?.type === 'OneWayMessage' && together.body.buffer).toBe(bytes.buffer);

    const decoder = new FrameDecoder();
    decoder.push(bytes.slice(0, 13));
    const rest = bytes.slice(13);
    const [apart] = decoder.push(rest);
    expect(apart?.type === 'OneWayMessage' && apart.body.buffer).toBe(rest.buffer);
  });

  it('refuses a frame that is longer than allowed before any of it has arrived', () => {
    const decoder = new FrameDecoder({ maxFrameBytes: 1000 });
    expect(codeOf(() => decoder.push(prefixed(1001n)))).toBe('SPARK_NETWORK_FRAME_TOO_LONG');
    expect(decoder.pendingBytes).toBe(0);
    expect(codeOf(() => new FrameDecoder().push(prefixed(2n ** 62n)))).toBe('SPARK_NETWORK_FRAME_TOO_LONG');
  });

  it('accepts a frame of exactly the allowed length', () => {
    const bytes = encodeFrame({ type: 'OneWayMessage', body: new Uint8Array(50) });
    expect(new FrameDecoder({ maxFrameBytes: bytes.byteLength }).push(bytes)).toHaveLength(1);
    expect(codeOf(() => new FrameDecoder({ maxFrameBytes: bytes.byteLength - 1 }).push(bytes))).toBe(
      'SPARK_NETWORK_FRAME_TOO_LONG',
    );
  });

  it('refuses lengths that leave no room for a type', () => {
    for (const length of [8n, 7n, 0n, -1n, -(2n ** 63n)]) {
      expect(codeOf(() => new FrameDecoder().push(prefixed(length)))).toBe('SPARK_NETWORK_FRAME_TOO_SHORT');
    }
  });

  it('names the protocol of a peer that speaks TLS or HTTP to it', () => {
    expect(() => new FrameDecoder().push(Buffer.from('POST /v1/submissions'))).toThrow(/look like HTTP/);
    expect(() => new FrameDecoder().push(Buffer.from('GET /state HTTP/1.1'))).toThrow(/look like HTTP/);
    expect(() => new FrameDecoder().push(Buffer.from('16030100c4010000', 'hex'))).toThrow(/look like TLS/);
  });

  it('refuses type bytes that Spark does not have', () => {
    expect(codeOf(() => new FrameDecoder().push(prefixed(9n, 77)))).toBe('SPARK_NETWORK_UNKNOWN_TYPE');
    expect(codeOf(() => new FrameDecoder().push(prefixed(9n, 255)))).toBe('SPARK_NETWORK_UNKNOWN_TYPE');
  });

  it('refuses a string that reaches beyond its frame, or has a negative length', () => {
    const reachesOut = prefixed(21n, 5, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 0xff, 0xff, 0xff);
    expect(codeOf(() => new FrameDecoder().push(reachesOut))).toBe('SPARK_NETWORK_HEADER_TRUNCATED');
    const negative = prefixed(21n, 5, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff);
    expect(codeOf(() => new FrameDecoder().push(negative))).toBe('SPARK_NETWORK_HEADER_TRUNCATED');
  });

  it('takes the rest of the frame for the body, whatever the size before it says, as Spark does', () => {
    const bytes = Buffer.from(encodeFrame({ type: 'OneWayMessage', body: new Uint8Array([1, 2, 3]) }));
    bytes.writeInt32BE(-5, 9);
    expect(plain(new FrameDecoder().push(bytes))).toEqual([{ type: 'OneWayMessage', body: [1, 2, 3] }]);
  });

  it('takes no more bytes once the stream has broken', () => {
    const decoder = new FrameDecoder();
    expect(codeOf(() => decoder.push(prefixed(0n)))).toBe('SPARK_NETWORK_FRAME_TOO_SHORT');
    expect(codeOf(() => decoder.push(encodeFrame({ type: 'StreamRequest', streamId: 'x' })))).toBe(
      'SPARK_NETWORK_STREAM_BROKEN',
    );
  });

  it('meets junk with frames or a coded error, and with nothing else', () => {
    const lengthBefore = fc
      .uint8Array({ maxLength: 60 })
      .map((rest) => prefixed(BigInt(rest.length + 8), ...rest));
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.uint8Array({ maxLength: 80 }), lengthBefore), { maxLength: 6 }),
        (chunks) => {
          const decoder = new FrameDecoder({ maxFrameBytes: 4096 });
          try {
            for (const chunk of chunks) decoder.push(chunk);
          } catch (error) {
            expect(error).toBeInstanceOf(SparkNetworkError);
            expect(SPARK_NETWORK_ERROR_CODES).toContain((error as SparkNetworkError).code);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('reads frames with a flipped byte, or says with a code why not', () => {
    const golden = goldenFrames();
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), (which, where, flip) => {
        const bytes = Buffer.from(golden[which % golden.length]?.bytes ?? []);
        const index = where % bytes.byteLength;
        bytes[index] = (bytes[index] ?? 0) ^ flip;
        try {
          new FrameDecoder().push(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(SparkNetworkError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('keeps a long frame that arrives byte by byte in few pieces', () => {
    const body = Uint8Array.from({ length: 200_000 }, (_, index) => index % 251);
    const bytes = encodeFrame({ type: 'OneWayMessage', body });
    const frames = decodeInSlices(bytes, [1]);
    expect(frames).toHaveLength(1);
    expect(frames[0]?.type === 'OneWayMessage' && Buffer.from(frames[0].body).equals(body)).toBe(true);
  });
});

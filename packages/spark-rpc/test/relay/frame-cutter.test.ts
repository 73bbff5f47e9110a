import { encodeFrame, type Frame } from '@spark-mesos/spark-network';
import { describe, expect, it } from 'vitest';
import { FrameCutter } from '../../src/relay/frame-cutter.ts';
import { HeardGate, launchTask, registeredSession, slices } from './recorded.ts';

/** The frames that a cutter hands on, with so many of their bytes wanted before. */
function cut(bytes: Buffer, size: number, wanted: number): Buffer[] {
  const frames: Buffer[] = [];
  let parts: Buffer[] = [];
  const sink = {
    inspect: (head: Buffer, frameBytes: number) => {
      const enough = Math.min(frameBytes, wanted);
      return head.byteLength < enough ? enough : 0;
    },
    take: (chunk: Buffer, start: number, end: number, last: boolean) => {
      parts.push(chunk.subarray(start, end));
      if (!last) return;
      frames.push(Buffer.concat(parts));
      parts = [];
    },
  };
  const cutter = new FrameCutter(sink, 1_000_000);
  for (const slice of slices(bytes, size)) cutter.push(slice);
  return frames;
}

function bufferOf(frame: Frame, behind: Uint8Array = new Uint8Array(0)): Buffer {
  return Buffer.concat([encodeFrame(frame), behind]);
}

const FRAMES = [
  bufferOf({ type: 'OneWayMessage', body: Buffer.alloc(3000, 1) }),
  bufferOf({ type: 'StreamRequest', streamId: 'jars/a.jar' }),
  // What follows them looks like a frame, and is none.
  bufferOf({ type: 'StreamResponse', streamId: 'jars/a.jar', byteCount: 500 }, Buffer.alloc(500, 0)),
  bufferOf(
    { type: 'UploadStream', requestId: 7n, meta: Buffer.alloc(40), byteCount: 300 },
    Buffer.alloc(300, 0xff),
  ),
  bufferOf({ type: 'StreamResponse', streamId: 'empty', byteCount: 0 }),
  Buffer.from([0, 0, 0, 0, 0, 0, 0, 9, 99]),
  bufferOf({ type: 'RpcFailure', requestId: 7n, error: 'why' }),
];

describe('FrameCutter', () => {
  it.each([1, 2, 3, 8, 9, 10, 100, 1000, 100_000])('finds frames in slices of %i bytes', (size) => {
    for (const wanted of [9, 10, 100, 2999, 100_000]) {
      const found = cut(Buffer.concat(FRAMES), size, wanted);
      expect(found.map((frame) => frame.toString('hex'))).toEqual(
        FRAMES.map((frame) => frame.toString('hex')),
      );
    }
  });

  it('takes what follows a stream for nothing else', () => {
    const gate = new HeardGate();
    const session = registeredSession('3.5.6', gate);
    const launch = launchTask('3.5.6', 1);
    const response = { type: 'StreamResponse', streamId: 'a', byteCount: launch.byteLength } as const;
    session.fromDriver(bufferOf(response, launch));
    session.fromDriver(launchTask('3.5.6', 2));
    expect(gate.heard).toEqual(['registered 0', 'held 2']);
  });

  it('does not wait for what announces a stream with more words than any does', () => {
    const frame = bufferOf({ type: 'StreamRequest', streamId: 'x'.repeat(2_000_000) });
    frame[8] = 7;
    const session = registeredSession('3.5.6', new HeardGate());
    expect(() => session.fromDriver(frame.subarray(0, 100))).toThrow(/a stream is announced/);
  });
});

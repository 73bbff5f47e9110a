import { describe, expect, it } from 'vitest';
import {
  HeardGate,
  launchTask,
  RELAYED_SPARKS,
  registeredSession,
  slices,
  statusUpdate,
} from './recorded.ts';

const MIB = 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;

/** The beginning and the end of a StatusUpdate whose result has so many blocks of a KiB. */
function largeStatus(spark: string, blockCount: number): { begin: Buffer; block: Buffer; end: Buffer } {
  const small = statusUpdate(spark, 3, 'FINISHED', 1020);
  const block = Buffer.concat([Buffer.of(0x7a, 0, 0, 4, 0), Buffer.alloc(1024, 0x78)]);
  const at = small.indexOf(block.subarray(0, 5));
  const begin = Buffer.from(small.subarray(0, at));
  const end = small.subarray(at + block.byteLength);
  const bytes = begin.byteLength + blockCount * block.byteLength + end.byteLength;
  begin.writeBigInt64BE(BigInt(bytes));
  begin.writeInt32BE(bytes - 13, 9);
  return { begin, block, end };
}

describe.each(RELAYED_SPARKS)('a large result of Spark %s', (spark) => {
  it('passes without being copied or kept, and its end is seen', () => {
    const gate = new HeardGate();
    const session = registeredSession(spark, gate);
    const blockCount = 256 * 1024;
    const { begin, block, end } = largeStatus(spark, blockCount);
    const blocks = Buffer.concat(Array.from({ length: 64 }, () => block));
    let sent = 0;
    const passOn = (chunk: Buffer): void => {
      let same = 0;
      session.fromExecutor(chunk, (bytes) => {
        same += Number(bytes === chunk);
        sent += bytes.byteLength;
      });
      expect(same).toBe(1);
    };
    const before = process.memoryUsage().arrayBuffers;
    passOn(begin);
    for (let count = 0; count < blockCount; count += 64) passOn(blocks);
    expect(gate.heard).toEqual(['registered 0']);
    passOn(end);
    expect(gate.heard).toEqual(['registered 0', 'FINISHED 3 on 0']);
    expect(sent).toBe(begin.byteLength + blockCount * block.byteLength + end.byteLength);
    // The result has 256 MiB.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * MIB);
  });

  it('is not looked at otherwise than a small one, wherever it is cut', () => {
    const { begin, block, end } = largeStatus(spark, 40);
    const whole = Buffer.concat([begin, ...Array.from({ length: 40 }, () => block), end]);
    for (const size of [1, 2, 3, 5, 1023, 1024, 1029, 1030, CHUNK_BYTES]) {
      const gate = new HeardGate();
      const session = registeredSession(spark, gate);
      for (const slice of slices(whole, size)) session.fromExecutor(slice, () => {});
      expect(gate.heard).toEqual(['registered 0', 'FINISHED 3 on 0']);
    }
  });

  it('and a large task that may pass is not kept either', () => {
    const gate = new HeardGate();
    const session = registeredSession(spark, gate);
    gate.decide = ({ taskId }) => void session.pass(taskId);
    const frame = launchTask(spark, 1, 8 * MIB);
    let most = 0;
    let sent = 0;
    for (const slice of slices(frame, CHUNK_BYTES)) {
      session.fromDriver(slice);
      for (const bytes of session.takeOutput()) {
        expect(bytes.buffer).toBe(frame.buffer);
        sent += bytes.byteLength;
      }
      most = Math.max(most, Number(session.holdsTooMuch));
    }
    expect([sent, most]).toEqual([frame.byteLength, 0]);
  });

  it('and small tasks that are held do not keep alive what came with them', () => {
    const session = registeredSession(spark, new HeardGate());
    const chunks = Array.from({ length: 20 }, (_, index) => {
      const other = Buffer.alloc(MIB, 1);
      other.writeBigInt64BE(BigInt(MIB));
      other[8] = 4;
      return Buffer.concat([other, launchTask(spark, index)]);
    });
    for (const chunk of chunks) {
      session.fromDriver(chunk);
      session.takeOutput();
    }
    for (let taskId = 0; taskId < 20; taskId += 1) session.pass(taskId);
    const kept = new Set(session.takeOutput().map(({ buffer }) => buffer));
    for (const chunk of chunks) expect(kept.has(chunk.buffer)).toBe(false);
  });
});

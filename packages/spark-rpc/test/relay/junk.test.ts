import { JavaSerializationError } from '@spark-mesos/java-serialization';
import { SparkNetworkError } from '@spark-mesos/spark-network';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SparkRpcError } from '../../src/errors.ts';
import type { RelaySession } from '../../src/relay/relay-session.ts';
import {
  HeardGate,
  killTask,
  launchTask,
  RELAYED_SPARKS,
  registeredSession,
  relayFrame,
  slices,
  statusUpdate,
} from './recorded.ts';

/** Feeds bytes from both sides; whatever they are, all that comes of it is a coded error. */
function feed(
  session: RelaySession,
  bytes: Buffer,
  size: number,
  side: 'driver' | 'executor',
): string | undefined {
  try {
    for (const slice of slices(bytes, size)) {
      if (side === 'driver') session.fromDriver(slice);
      else session.fromExecutor(slice, () => {});
      session.takeOutput();
    }
    return undefined;
  } catch (error) {
    const isCoded =
      error instanceof SparkRpcError ||
      error instanceof SparkNetworkError ||
      error instanceof JavaSerializationError;
    if (!isCoded) throw error;
    return error.code;
  }
}

const side = fc.constantFrom('driver' as const, 'executor' as const);
const size = fc.integer({ min: 1, max: 5000 });

describe('junk', () => {
  it('makes a session of nothing but coded errors', () => {
    const bytes = fc.uint8Array({ maxLength: 300 });
    fc.assert(
      fc.property(bytes, size, side, (junk, sliceSize, from) => {
        feed(registeredSession('4.3.0', new HeardGate()), Buffer.from(junk), sliceSize, from);
      }),
    );
  });

  it.each(RELAYED_SPARKS)('in messages of Spark %s ends in coded errors, too', (spark) => {
    const frames = [
      launchTask(spark, 1),
      killTask(spark, 2),
      statusUpdate(spark, 1, 'RUNNING'),
      statusUpdate(spark, 1, 'FINISHED'),
      relayFrame(`${spark}-relay`, 'exec2driver-RegisterExecutor'),
    ];
    const changes = fc.array(fc.tuple(fc.nat({ max: 3000 }), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(fc.constantFrom(...frames), changes, size, side, (frame, changed, sliceSize, from) => {
        const bytes = Buffer.from(frame);
        for (const [at, byte] of changed) bytes[13 + (at % (bytes.byteLength - 13))] = byte;
        const session = registeredSession(spark, new HeardGate());
        // Also behind a good one, whose beginning is known by then.
        feed(session, Buffer.concat([frame, bytes, frame]), sliceSize, from);
      }),
      { numRuns: 200 },
    );
  });

  it.each(RELAYED_SPARKS)('passes through whatever is cut off, and waits, with Spark %s', (spark) => {
    const frames = [killTask(spark, 2), statusUpdate(spark, 1, 'FINISHED')];
    fc.assert(
      fc.property(fc.constantFrom(...frames), fc.nat(), size, side, (frame, cut, sliceSize, from) => {
        const session = registeredSession(spark, new HeardGate());
        expect(feed(session, frame.subarray(0, cut % frame.byteLength), sliceSize, from)).toBeUndefined();
      }),
    );
  });

  it('ends at a frame that is longer than it may be, and says what it may be instead', () => {
    const session = registeredSession('3.5.6', new HeardGate(), { maxFrameBytes: 5000 });
    expect(() => session.fromDriver(launchTask('3.5.6', 1))).toThrow(/5000 are allowed.*encrypts/);
    const other = registeredSession('3.5.6', new HeardGate());
    expect(feed(other, Buffer.from('GET / HTTP/1.1\r\n\r\n'), 5, 'executor')).toBe(
      'SPARK_NETWORK_FRAME_TOO_LONG',
    );
    expect(feed(registeredSession('3.5.6', new HeardGate()), Buffer.alloc(20), 20, 'driver')).toBe(
      'SPARK_NETWORK_FRAME_TOO_SHORT',
    );
  });

  it('ends where a status has no end', () => {
    const frame = statusUpdate('3.5.6', 1, 'FINISHED', 10);
    frame.writeInt32BE(0x7fff_ffff, frame.lastIndexOf(Buffer.of(0x77, 14)));
    const session = registeredSession('3.5.6', new HeardGate());
    expect(feed(session, frame, 100, 'executor')).toBe('SPARK_RPC_UNEXPECTED_VALUE');
  });

  it('ends where more stands behind a result than any status has', () => {
    const tail = Buffer.alloc(5000, 0x70);
    const whole = statusUpdate('3.5.6', 1, 'FINISHED', 10);
    const frame = Buffer.concat([whole, tail]);
    frame.writeBigInt64BE(BigInt(frame.byteLength));
    const session = registeredSession('3.5.6', new HeardGate(), { maxMessageBytes: 3000 });
    expect(feed(session, frame, 100, 'executor')).toBe('SPARK_RPC_UNEXPECTED_VALUE');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BlockTransferMessage,
  decodeBlockTransferMessage,
  encodeBlockTransferMessage,
  SPARK_NETWORK_ERROR_CODES,
  SparkNetworkError,
} from '../../src/index.ts';
import { anyMessage } from './any-message.ts';

function hexOf(message: BlockTransferMessage): string {
  return Buffer.from(encodeBlockTransferMessage(message)).toString('hex');
}

function read(hex: string): BlockTransferMessage {
  return decodeBlockTransferMessage(Buffer.from(hex, 'hex'));
}

/** What reading this comes to: nothing but a message or a coded error. */
function outcome(bytes: Uint8Array): string {
  try {
    return decodeBlockTransferMessage(bytes).kind;
  } catch (error) {
    expect(error).toBeInstanceOf(SparkNetworkError);
    expect(SPARK_NETWORK_ERROR_CODES).toContain((error as SparkNetworkError).code);
    return (error as SparkNetworkError).code;
  }
}

describe('block-transfer messages', () => {
  it('gives back every message that was written', () => {
    fc.assert(
      fc.property(anyMessage, (message) => {
        expect(decodeBlockTransferMessage(encodeBlockTransferMessage(message))).toEqual(message);
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses every message that is cut short', () => {
    fc.assert(
      fc.property(anyMessage, fc.nat(), (message, where) => {
        const bytes = encodeBlockTransferMessage(message);
        const cut = bytes.subarray(0, where % bytes.byteLength);
        expect(['SPARK_NETWORK_HEADER_TRUNCATED', 'SPARK_NETWORK_MESSAGE_INVALID']).toContain(outcome(cut));
      }),
      { numRuns: 1000 },
    );
  });

  it('passes over what follows the last field, as Spark does', () => {
    fc.assert(
      fc.property(anyMessage, fc.uint8Array({ maxLength: 9 }), (message, more) => {
        const bytes = Buffer.concat([encodeBlockTransferMessage(message), more]);
        expect(decodeBlockTransferMessage(bytes)).toEqual(message);
      }),
    );
  });

  it('meets junk and flipped bytes with a message or a coded error, and with nothing else', () => {
    const junk = fc
      .tuple(fc.integer({ min: 0, max: 20 }), fc.uint8Array({ maxLength: 120 }))
      .map(([type, rest]) => Uint8Array.from([type, ...rest]));
    const flipped = fc
      .tuple(anyMessage, fc.nat(), fc.integer({ min: 1, max: 255 }))
      .map(([message, where, flip]) => {
        const bytes = Uint8Array.from(encodeBlockTransferMessage(message));
        const index = where % bytes.byteLength;
        bytes[index] = (bytes[index] ?? 0) ^ flip;
        return bytes;
      });
    fc.assert(
      fc.property(fc.oneof(junk, flipped), (bytes) => void outcome(bytes)),
      { numRuns: 4000 },
    );
  });

  it("S45: writes a driver's messages byte for byte", () => {
    expect(hexOf({ kind: 'RegisterDriver', appId: 'app', heartbeatTimeoutMs: 120_000n })).toBe(
      '0400000003617070000000000001d4c0',
    );
    expect(hexOf({ kind: 'ShuffleServiceHeartbeat', appId: 'app' })).toBe('0500000003617070');
  });

  it('S12: names an unknown type in the words of Java, whose bytes have a sign', () => {
    expect(() => read('14')).toThrow('Unknown message type: 20');
    expect(() => read('ff')).toThrow('Unknown message type: -1');
    expect(outcome(Uint8Array.of(20))).toBe('SPARK_NETWORK_UNKNOWN_MESSAGE_TYPE');
  });

  it('allocates nothing for arrays that announce more entries than there is room for', () => {
    for (const count of ['7fffffff', '80000000', 'ffffffff', '00000002']) {
      expect(outcome(Buffer.from(`0a0000000161${count}00000000`, 'hex'))).toBe(
        'SPARK_NETWORK_HEADER_TRUNCATED',
      );
    }
  });

  it('refuses map ids without reduce ids, and batches that are no pairs', () => {
    const start = '09000000016100000001650000000000000001000000000000000a';
    expect(() => read(`${start}0000000000`)).toThrow(/1 map ids and reduce ids for 0/);
    expect(() => read(`${start}00000001000000010000000001`)).toThrow(/no pair/);
    expect(read(`${start}00000001000000010000000000`)).toMatchObject({ mapIds: [10n], reduceIds: [[0]] });
  });

  it('refuses counts of directories that do not add up', () => {
    const start = '0b00000002000000016100000001620000000200000002';
    expect(() => read(`${start}ffffffff0000000100000000`)).toThrow(/2 executors, 2 counts and 1 directories/);
    expect(() => read(`${start}000000000000000100000000`)).toThrow(SparkNetworkError);
  });

  it('refuses bitmaps that are none', () => {
    const start = '0e000000000000000000000001';
    expect(() => read(`${start}0000000000000000`)).toThrow(/the cookie 0/);
    expect(() => read(`${start}3a300000ffffffff`)).toThrow(/4294967295 containers/);
    expect(() => read(`${start}3b30ffff00000000`)).toThrow(SparkNetworkError);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRecord, MesosProtoError, RecordIoDecoder } from '../src/index.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const plain = (records: Uint8Array[]) => records.map((record) => new Uint8Array(record));

function slices(stream: Uint8Array, size: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let start = 0; start < stream.length; start += size) {
    parts.push(stream.subarray(start, start + size));
  }
  return parts;
}

function concat(parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    if (error instanceof MesosProtoError) {
      return error.code;
    }
    throw error;
  }
  return undefined;
}

describe('RecordIoDecoder', () => {
  it('gives back what was encoded, in slices of any size', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 50 }),
        (records, size) => {
          const decoder = new RecordIoDecoder();
          const stream = concat(records.map(encodeRecord));
          const decoded = slices(stream, size).flatMap((slice) => decoder.push(slice));
          decoder.end();
          expect(plain(decoded)).toEqual(records);
        },
      ),
    );
  });

  it('gives a record that lies whole in a chunk as a view of the chunk', () => {
    const chunk = bytes('5\nhello0\n3\nab');
    const records = new RecordIoDecoder().push(chunk);
    expect(records.map((record) => record.length)).toEqual([5, 0]);
    expect(records.every((record) => record.buffer === chunk.buffer)).toBe(true);
  });

  it('grows with what it receives, not with what a length announces', () => {
    const decoder = new RecordIoDecoder({ maxRecordBytes: 2 ** 40 });
    // Were this allocated, the process would end.
    expect(decoder.push(bytes(`${2 ** 40}\nabc`))).toEqual([]);
  });

  it('puts together a large record that comes in small pieces', () => {
    const record = new Uint8Array(100_003).map((_, index) => index % 251);
    const decoder = new RecordIoDecoder();
    const decoded = slices(encodeRecord(record), 7).flatMap((slice) => decoder.push(slice));
    expect(plain(decoded)).toEqual([record]);
  });

  it('refuses a record above the limit when its length is read', () => {
    const decoder = new RecordIoDecoder({ maxRecordBytes: 10 });
    expect(decoder.push(bytes('10\n0123456789')).length).toBe(1);
    expect(codeOf(() => decoder.push(bytes('11\n')))).toBe('MESOS_RECORD_TOO_LONG');
  });

  it.each(['x', '\n', '-1\n', '1 \n', '0x10\n', `${'9'.repeat(21)}\n`, '\r\n'])(
    'refuses %j as a length',
    (text) => {
      expect(codeOf(() => new RecordIoDecoder().push(bytes(text)))).toBe('MESOS_RECORD_HEADER_INVALID');
    },
  );

  it('hands out the records before a fault, and throws from then on', () => {
    const decoder = new RecordIoDecoder();
    expect(decoder.push(bytes('1\na?')).length).toBe(1);
    expect(decoder.fault?.code).toBe('MESOS_RECORD_HEADER_INVALID');
    expect(codeOf(() => decoder.push(bytes('1\na')))).toBe('MESOS_RECORD_HEADER_INVALID');
    expect(codeOf(() => decoder.end())).toBe('MESOS_RECORD_HEADER_INVALID');
  });

  it.each(['1', '5\nhell', '5\n'])('tells that a stream which ends after %j was cut off', (text) => {
    const decoder = new RecordIoDecoder();
    decoder.push(bytes(text));
    expect(codeOf(() => decoder.end())).toBe('MESOS_RECORD_TRUNCATED');
  });

  it('throws nothing but coded errors on junk, and the same records however it is sliced', () => {
    const junk = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc
        .array(fc.constantFrom('0', '1', '12', '\n', 'a', ' '), { maxLength: 30 })
        .map((parts) => bytes(parts.join(''))),
    );
    const read = (parts: Uint8Array[]) => {
      const decoder = new RecordIoDecoder({ maxRecordBytes: 40 });
      const records: Uint8Array[] = [];
      const code = codeOf(() => {
        for (const part of parts) {
          records.push(...decoder.push(part));
        }
        decoder.end();
      });
      return { records: plain(records), code };
    };
    fc.assert(
      fc.property(junk, fc.integer({ min: 1, max: 5 }), (stream, size) => {
        expect(read(slices(stream, size))).toEqual(read([stream]));
      }),
    );
  });
});

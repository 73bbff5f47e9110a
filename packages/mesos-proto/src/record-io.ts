import { MesosProtoError } from './errors.ts';

/*
 * RecordIO, the framing of every stream of the v1 API (Mesos: 3rdparty/stout/include/stout/recordio.hpp):
 *
 *   stream = *record
 *   record = length LF bytes     ; length: decimal digits, of the bytes alone
 *
 * A record has nothing to do with a chunk of HTTP: proxies cut those as they like.
 */

/** Longest record that a decoder takes unless told otherwise: an OFFERS event of a huge cluster has a few MiB. */
export const DEFAULT_MAX_RECORD_BYTES = 64 * 1024 * 1024;

const LINE_FEED = 0x0a;
const DIGIT_ZERO = 0x30;
const DIGIT_NINE = 0x39;
/** Digits of 2^64. */
const MAX_HEADER_DIGITS = 20;
/** A record up to this long is copied once, into its place; a longer one grows into it. */
const FIRST_ALLOCATION_BYTES = 1024 * 1024;

/** Settings of a {@link RecordIoDecoder}. */
export interface RecordIoDecoderOptions {
  /** A longer record is refused before anything is allocated for it. */
  readonly maxRecordBytes?: number;
}

/**
 * Cuts a byte stream into records.
 *
 * A record that lies whole in a chunk is a view of that chunk; only one that is spread over chunks is copied.
 * For a record that has not come whole, at most 1 MiB or twice the bytes received are held, whatever its length claims.
 *
 * ```ts
 * const decoder = new RecordIoDecoder();
 * for await (const chunk of body) for (const record of decoder.push(chunk)) handle(record);
 * decoder.end();
 * ```
 */
export class RecordIoDecoder {
  readonly #maxRecordBytes: number;
  #digits = 0;
  #length = 0;
  /** A partial record; undefined while a length is read. */
  #record: Uint8Array | undefined;
  #filled = 0;
  #fault: MesosProtoError | undefined;

  constructor(options: RecordIoDecoderOptions = {}) {
    this.#maxRecordBytes = options.maxRecordBytes ?? DEFAULT_MAX_RECORD_BYTES;
  }

  /**
   * The records that this chunk completes.
   *
   * Records before a fault are still handed out; the fault is thrown by the first call that has no record to
   * give, and by every call after it. {@link fault} tells at once.
   */
  push(chunk: Uint8Array): Uint8Array[] {
    const records: Uint8Array[] = [];
    let position = 0;
    while (this.#fault === undefined && position < chunk.length) {
      position =
        this.#record === undefined
          ? this.#readHeader(chunk, position, records)
          : this.#continueRecord(chunk, position, records);
    }
    if (this.#fault !== undefined && records.length === 0) {
      throw this.#fault;
    }
    return records;
  }

  /** What is wrong with the stream, once something is; no more records will come. */
  get fault(): MesosProtoError | undefined {
    return this.#fault;
  }

  /** Tells that the stream is over; throws when it broke off within a record. */
  end(): void {
    if (this.#fault !== undefined) {
      throw this.#fault;
    }
    if (this.#record !== undefined || this.#digits > 0) {
      throw new MesosProtoError(
        'MESOS_RECORD_TRUNCATED',
        this.#record === undefined
          ? 'the stream ended within the length of a record'
          : `the stream ended after ${this.#filled} of a record's ${this.#length} bytes`,
      );
    }
  }

  /** Reads digits up to the line feed, and then the record if it lies whole in the chunk. */
  #readHeader(chunk: Uint8Array, start: number, records: Uint8Array[]): number {
    let position = start;
    while (position < chunk.length) {
      const byte = chunk[position++] as number;
      if (byte === LINE_FEED && this.#digits > 0) {
        this.#digits = 0;
        return this.#beginRecord(chunk, position, records);
      }
      if (byte < DIGIT_ZERO || byte > DIGIT_NINE || this.#digits === MAX_HEADER_DIGITS) {
        this.#fail(
          'MESOS_RECORD_HEADER_INVALID',
          `byte 0x${byte.toString(16).padStart(2, '0')} stands where the length of a record should; is this a Mesos stream?`,
        );
        return position;
      }
      this.#digits += 1;
      this.#length = this.#length * 10 + byte - DIGIT_ZERO;
    }
    return position;
  }

  #beginRecord(chunk: Uint8Array, position: number, records: Uint8Array[]): number {
    if (this.#length > this.#maxRecordBytes) {
      this.#fail(
        'MESOS_RECORD_TOO_LONG',
        `a record announces ${this.#length} bytes, more than the limit of ${this.#maxRecordBytes} (maxRecordBytes)`,
      );
      return position;
    }
    const end = position + this.#length;
    if (end <= chunk.length) {
      records.push(chunk.subarray(position, end));
      this.#length = 0;
      return end;
    }
    this.#record = allocate(Math.min(this.#length, FIRST_ALLOCATION_BYTES));
    this.#filled = 0;
    return position;
  }

  #continueRecord(chunk: Uint8Array, position: number, records: Uint8Array[]): number {
    const end = Math.min(chunk.length, position + this.#length - this.#filled);
    const record = this.#withRoomFor(this.#filled + end - position);
    record.set(chunk.subarray(position, end), this.#filled);
    this.#filled += end - position;
    if (this.#filled === this.#length) {
      records.push(record.subarray(0, this.#length));
      this.#record = undefined;
      this.#length = 0;
    }
    return end;
  }

  /** Doubles, so that slices of one byte cost no more than linear time. */
  #withRoomFor(size: number): Uint8Array {
    const record = this.#record as Uint8Array;
    if (size <= record.length) {
      return record;
    }
    const grown = allocate(Math.min(this.#length, Math.max(size, record.length * 2)));
    grown.set(record.subarray(0, this.#filled));
    this.#record = grown;
    return grown;
  }

  #fail(code: 'MESOS_RECORD_HEADER_INVALID' | 'MESOS_RECORD_TOO_LONG', message: string): void {
    this.#fault = new MesosProtoError(code, message);
  }
}

/** Memory that is not cleared first, where that pays: each byte of it is written before it is handed out. */
function allocate(size: number): Uint8Array {
  return size < 4096 ? new Uint8Array(size) : new Uint8Array(Buffer.allocUnsafeSlow(size).buffer);
}

/** The bytes with their length before them. */
export function encodeRecord(bytes: Uint8Array): Uint8Array {
  const header = `${bytes.length}\n`;
  const record = allocate(header.length + bytes.length);
  for (let index = 0; index < header.length; index += 1) {
    record[index] = header.charCodeAt(index);
  }
  record.set(bytes, header.length);
  return record;
}

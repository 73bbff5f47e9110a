import { decodeFrame, FRAME_TYPE, type Frame, SparkNetworkError } from '@spark-mesos/spark-network';

/** A chunk asked for: the request of which there are by far the most, without an integer of arbitrary size. */
export interface ChunkRequest {
  readonly type: 'chunk';
  readonly streamId: number;
  readonly chunkIndex: number;
}

const LENGTH_BYTES = 8;
const CHUNK_REQUEST_BYTES = 21;
const TWO_32 = 2 ** 32;
/** High halves below it leave a stream's id a number that is exact. Ours are; others take the long way. */
const EXACT_HIGH_HALF = 2 ** 21;
const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Cuts the bytes of one client into requests, one at a time: what a request changes (a cipher, most of all) holds for
 * the bytes behind it. Those bytes are also the queue of requests that are not served yet: 21 for a chunk.
 *
 * No memory is taken because a client announces something. Once it has thrown, the connection is to be closed.
 */
export class RequestDecoder {
  #maxFrameBytes: number;
  #bytes: Buffer = NOTHING;
  #start = 0;
  #end = 0;
  /** Whether more may be written into `#bytes`, behind `#end`. */
  #owned = false;

  constructor(maxFrameBytes: number) {
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** The longest frame that is taken, its length field included. */
  set maxFrameBytes(value: number) {
    this.#maxFrameBytes = value;
  }

  /** Bytes that no request was made of yet. */
  get pendingBytes(): number {
    return this.#end - this.#start;
  }

  append(chunk: Uint8Array): void {
    const pending = this.pendingBytes;
    if (pending === 0) {
      this.#bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      this.#start = 0;
      this.#end = chunk.byteLength;
      this.#owned = false;
      return;
    }
    this.#reserve(pending, chunk.byteLength);
    this.#bytes.set(chunk, this.#end);
    this.#end += chunk.byteLength;
  }

  /** The next whole request, if there is one. Bodies are views that hold until the next bytes are appended. */
  next(): ChunkRequest | Frame | undefined {
    const bytes = this.#bytes;
    const start = this.#start;
    const pending = this.#end - start;
    if (pending < LENGTH_BYTES) return undefined;
    const length = this.#checkLength(bytes.readUInt32BE(start) * TWO_32 + bytes.readUInt32BE(start + 4));
    if (pending < length) return undefined;
    this.#start = start + length;
    if (length === CHUNK_REQUEST_BYTES && bytes[start + 8] === FRAME_TYPE.CHUNK_FETCH_REQUEST) {
      const high = bytes.readUInt32BE(start + 9);
      if (high < EXACT_HIGH_HALF) {
        const streamId = high * TWO_32 + bytes.readUInt32BE(start + 13);
        return { type: 'chunk', streamId, chunkIndex: bytes.readInt32BE(start + 17) };
      }
    }
    return decodeFrame(bytes.subarray(start + LENGTH_BYTES, start + length));
  }

  /** Takes back what no request was made of, where it is to be decrypted first. */
  takeRest(): Uint8Array {
    const rest = Buffer.from(this.#bytes.subarray(this.#start, this.#end));
    this.#bytes = NOTHING;
    this.#start = 0;
    this.#end = 0;
    return rest;
  }

  /** Each byte is copied a few times at most, in however small pieces a long frame comes. */
  #reserve(pending: number, more: number): void {
    if (this.#owned && this.#end + more <= this.#bytes.byteLength) return;
    const needed = pending + more;
    // An owned buffer is moved within itself when that leaves half of it free; frames handed out before are no more.
    if (this.#owned && needed * 2 <= this.#bytes.byteLength) {
      this.#bytes.copyWithin(0, this.#start, this.#end);
    } else {
      const grown = Buffer.allocUnsafeSlow(needed * 2);
      this.#bytes.copy(grown, 0, this.#start, this.#end);
      this.#bytes = grown;
      this.#owned = true;
    }
    this.#start = 0;
    this.#end = pending;
  }

  #checkLength(length: number): number {
    if (length > this.#maxFrameBytes) {
      throw new SparkNetworkError(
        'SPARK_NETWORK_FRAME_TOO_LONG',
        `a frame of ${length} bytes is announced, ${this.#maxFrameBytes} are allowed`,
      );
    }
    if (length <= LENGTH_BYTES) {
      throw new SparkNetworkError('SPARK_NETWORK_FRAME_TOO_SHORT', `a frame of ${length} bytes is announced`);
    }
    return length;
  }
}

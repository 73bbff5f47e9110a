import { ChunkQueue } from './chunk-queue.ts';
import { SparkNetworkError } from './errors.ts';
import { decodeFrame, type Frame, headBytesBeforeBody } from './frame.ts';
import type { StreamData } from './frames/stream-data.ts';

/** What a frame may be at most where nothing else is said: 128 MiB, Spark's own `spark.rpc.message.maxSize`. */
export const DEFAULT_MAX_FRAME_BYTES = 128 * 1024 * 1024;

const LENGTH_BYTES = 8;

/** Options of {@link FrameDecoder}. */
export interface FrameDecoderOptions {
  /** The longest frame that is accepted, its length field included. */
  readonly maxFrameBytes?: number;
}

/**
 * Cuts a byte stream into frames; does no I/O.
 *
 *     frame => frameLength:int64 type:int8 header body
 *
 * `frameLength` counts its own 8 bytes, and not the stream that comes behind a StreamResponse or UploadStream: that is
 * handed out as {@link StreamData}, piece by piece as it arrives. A frame's memory is that of the pieces it came in: nothing is
 * allocated because a peer announces something. Once it has thrown, the stream has no meaning any more and
 * the connection must be closed.
 */
export class FrameDecoder {
  /** The longest frame that is accepted, of those whose length has not been read yet. */
  maxFrameBytes: number;
  readonly #queue = new ChunkQueue();
  #frameLength: number | undefined;
  /** Bytes behind the last frame that belong to it, and are still to be handed out. */
  #streamBytes = 0;
  #broken = false;

  constructor(options: FrameDecoderOptions = {}) {
    this.maxFrameBytes = options.maxFrameBytes ?? DEFAULT_MAX_FRAME_BYTES;
  }

  /** Bytes of a frame that has not arrived wholly. */
  get pendingBytes(): number {
    return this.#queue.byteLength;
  }

  /** Takes the next bytes, in whatever pieces they come, and returns the frames that they complete. */
  push(chunk: Uint8Array): Frame[] {
    this.append(chunk);
    const frames: Frame[] = [];
    for (let frame = this.next(); frame !== undefined; frame = this.next()) frames.push(frame);
    return frames;
  }

  /** Takes the next bytes without looking at them. */
  append(chunk: Uint8Array): void {
    this.#checkWhole();
    this.#queue.push(chunk);
  }

  /** The next frame, once it is whole. */
  next(): Frame | undefined {
    this.#checkWhole();
    try {
      return this.#next();
    } catch (error) {
      this.#broken = true;
      this.#queue.clear();
      throw error;
    }
  }

  /** Takes back what has come and belongs to no frame that was handed out, where something else is to read it. */
  takeRest(): Uint8Array {
    const rest = this.#queue.take(this.#queue.byteLength);
    if (this.#frameLength === undefined) return rest;
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeBigInt64BE(BigInt(this.#frameLength));
    this.#frameLength = undefined;
    return Buffer.concat([length, rest]);
  }

  #checkWhole(): void {
    if (!this.#broken) return;
    throw new SparkNetworkError('SPARK_NETWORK_STREAM_BROKEN', 'this stream has broken before');
  }

  #next(): Frame | undefined {
    if (this.#streamBytes > 0) return this.#takeStreamData();
    if (this.#frameLength === undefined) {
      if (this.#queue.byteLength < LENGTH_BYTES) return undefined;
      this.#frameLength = this.#checkLength(this.#queue.take(LENGTH_BYTES));
    }
    const length = this.#frameLength - LENGTH_BYTES;
    if (this.#queue.byteLength < length) return undefined;
    this.#frameLength = undefined;
    const frame = this.#takeFrame(length);
    if ('byteCount' in frame) this.#streamBytes = frame.byteCount;
    return frame;
  }

  #takeStreamData(): StreamData | undefined {
    const length = Math.min(this.#queue.contiguousBytes, this.#streamBytes);
    if (length === 0) return undefined;
    this.#streamBytes -= length;
    return { type: 'StreamData', body: this.#queue.take(length), remaining: this.#streamBytes };
  }

  #takeFrame(length: number): Frame {
    const head = headBytesBeforeBody(this.#queue.firstByte);
    if (head === undefined || head > length || this.#queue.contiguousBytes >= length) {
      return decodeFrame(this.#queue.take(length));
    }
    // Taken apart, so that a body is copied only when it lies in several pieces itself.
    const headBytes = this.#queue.take(head);
    return decodeFrame(headBytes, this.#queue.take(length - head));
  }

  #checkLength(bytes: Uint8Array): number {
    const length = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigInt64(0);
    if (length > BigInt(this.maxFrameBytes)) {
      throw new SparkNetworkError(
        'SPARK_NETWORK_FRAME_TOO_LONG',
        `a frame of ${length} bytes is announced, ${this.maxFrameBytes} are allowed${otherProtocol(bytes)}`,
      );
    }
    if (length <= BigInt(LENGTH_BYTES)) {
      throw new SparkNetworkError('SPARK_NETWORK_FRAME_TOO_SHORT', `a frame of ${length} bytes is announced`);
    }
    return Number(length);
  }
}

/** Says what a peer seems to speak instead, since this is what a wrong port or a missing setting looks like. */
function otherProtocol(start: Uint8Array): string {
  const [first = 0, second] = start;
  if (first === 0x16 && second === 0x03) return '; these bytes look like TLS';
  if (/^[A-Z]{3}[A-Z ]$/.test(String.fromCharCode(...start.subarray(0, 4))))
    return '; these bytes look like HTTP';
  return '';
}

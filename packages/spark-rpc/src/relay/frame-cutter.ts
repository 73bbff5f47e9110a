import { decodeFrame, FRAME_TYPE, SparkNetworkError } from '@spark-mesos/spark-network';

const LENGTH_BYTES = 8;
const LEAST_FRAME_BYTES = LENGTH_BYTES + 1;
/** Frames that announce a stream hold its name, or what it is for. */
const MAX_STREAM_HEAD_BYTES = 1024 * 1024;
const NOTHING = Buffer.alloc(0);

/** Takes what a {@link FrameCutter} finds. */
export interface FrameSink {
  /**
   * Looks at the first bytes of a frame, without keeping them. Either says how many it must see first (no more than the
   * frame has), or settles what becomes of the frame and returns 0.
   */
  inspect(head: Buffer, frameBytes: number): number;
  /** The next bytes of the frame that was looked at last, from its very beginning; `last` if none follow. */
  take(chunk: Buffer, start: number, end: number, last: boolean): void;
}

/**
 * Finds the frames in a stream of bytes and has them looked at, without putting them together: they are handed on in the
 * pieces in which they come. A stream that follows its frame (StreamResponse, UploadStream) counts as a part of it.
 * Once it has thrown, the stream has no meaning any more.
 */
export class FrameCutter {
  readonly #sink: FrameSink;
  readonly #maxFrameBytes: number;
  /** The beginning of a frame that came in several pieces; `#wanted` of it are to be there before it is looked at. */
  #head = NOTHING;
  #headBytes = 0;
  #wanted = 0;
  /** What is still to come of a frame that is settled. */
  #remaining = 0;

  constructor(sink: FrameSink, maxFrameBytes: number) {
    this.#sink = sink;
    this.#maxFrameBytes = maxFrameBytes;
  }

  /** Whether what has come ends with a frame. */
  get isBetweenFrames(): boolean {
    return this.#remaining === 0 && this.#headBytes === 0;
  }

  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.byteLength; ) {
      if (this.#remaining > 0) at = this.#hand(chunk, at);
      else if (this.#headBytes > 0) at = this.#goOn(chunk, at);
      else at = this.#begin(chunk, at);
    }
  }

  #hand(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.byteLength, at + this.#remaining);
    this.#remaining -= end - at;
    this.#sink.take(chunk, at, end, this.#remaining === 0);
    return end;
  }

  #begin(chunk: Buffer, at: number): number {
    this.#wanted = this.#look(at === 0 ? chunk : chunk.subarray(at));
    if (this.#wanted === 0) return at;
    // The frame does not end here: more of it is wanted than there is.
    return this.#keep(chunk, at, chunk.byteLength);
  }

  #goOn(chunk: Buffer, at: number): number {
    const end = this.#keep(chunk, at, Math.min(chunk.byteLength, at + this.#wanted - this.#headBytes));
    if (this.#headBytes < this.#wanted) return end;
    const head = this.#head.subarray(0, this.#headBytes);
    this.#wanted = this.#look(head);
    if (this.#wanted > 0) return end;
    this.#head = NOTHING;
    this.#headBytes = 0;
    this.#hand(head, 0);
    return end;
  }

  #keep(chunk: Buffer, start: number, end: number): number {
    const needed = this.#headBytes + end - start;
    if (needed > this.#head.byteLength) {
      const larger = Buffer.allocUnsafe(Math.max(2 * needed, this.#wanted));
      this.#head.copy(larger, 0, 0, this.#headBytes);
      this.#head = larger;
    }
    chunk.copy(this.#head, this.#headBytes, start, end);
    this.#headBytes = needed;
    return end;
  }

  /** @returns how much of the frame is wanted, or 0 when it is settled */
  #look(head: Buffer): number {
    if (head.byteLength < LEAST_FRAME_BYTES) return LEAST_FRAME_BYTES;
    const frameBytes = this.#checkLength(head);
    const type = head[LENGTH_BYTES];
    const announces = type === FRAME_TYPE.STREAM_RESPONSE || type === FRAME_TYPE.UPLOAD_STREAM;
    if (announces && head.byteLength < frameBytes) return checkStreamHead(frameBytes);
    const wanted = this.#sink.inspect(head, frameBytes);
    if (wanted === 0) this.#remaining = frameBytes + (announces ? streamBytesOf(head, frameBytes) : 0);
    return wanted;
  }

  #checkLength(head: Buffer): number {
    const length = head.readInt32BE(0) * 0x1_0000_0000 + head.readUInt32BE(4);
    if (length >= LEAST_FRAME_BYTES && length <= this.#maxFrameBytes) return length;
    const isLong = length > this.#maxFrameBytes;
    throw new SparkNetworkError(
      isLong ? 'SPARK_NETWORK_FRAME_TOO_LONG' : 'SPARK_NETWORK_FRAME_TOO_SHORT',
      `a frame of ${length} bytes is announced, ${this.#maxFrameBytes} are allowed: this is no Spark, or it encrypts ` +
        'what it says and the relay was not told so',
    );
  }
}

function checkStreamHead(frameBytes: number): number {
  if (frameBytes <= MAX_STREAM_HEAD_BYTES) return frameBytes;
  throw new SparkNetworkError(
    'SPARK_NETWORK_FRAME_TOO_LONG',
    `a stream is announced with ${frameBytes} bytes, ${MAX_STREAM_HEAD_BYTES} are allowed`,
  );
}

function streamBytesOf(head: Buffer, frameBytes: number): number {
  const frame = decodeFrame(head.subarray(LENGTH_BYTES, frameBytes));
  return 'byteCount' in frame ? frame.byteCount : 0;
}

import { SparkRpcError } from '../errors.ts';
import { STREAM_TAG } from './class-scan.ts';

/**
 * Steps through a StatusUpdate as it comes in, over the task's result, to what stands behind it; of the result nothing
 * is kept, however long it is.
 *
 *     StatusUpdate => … block* 0x78 tail
 *     block        => 0x77 length:uint8 bytes | 0x7a length:int32 bytes
 */
export class StatusScan {
  readonly #maxTailBytes: number;
  /** What lies before the next tag. */
  #skip = 0;
  /** A block's length, as far as it has come, and how many bytes of it have not. */
  #length = 0;
  #lengthBytes = 0;
  #inTail = false;
  #tail: Buffer[] = [];
  #tailBytes = 0;

  constructor(maxTailBytes: number) {
    this.#maxTailBytes = maxTailBytes;
  }

  /** Begins with another message, whose first block is so far from its beginning. */
  begin(firstBlock: number): void {
    this.#skip = firstBlock;
    this.#lengthBytes = 0;
    this.#inTail = false;
    this.#tail = [];
    this.#tailBytes = 0;
  }

  push(chunk: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end && !this.#inTail) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, end - at);
        this.#skip -= step;
        at += step;
      } else if (this.#lengthBytes > 0) {
        this.#addToLength(chunk.readUInt8(at));
        at += 1;
      } else {
        this.#takeTag(chunk.readUInt8(at));
        at += 1;
      }
    }
    if (at < end) this.#keep(chunk.subarray(at, end));
  }

  /** What stands behind the result, once the message is whole. */
  end(): Buffer {
    const tail = this.#tail;
    this.#tail = [];
    const [only] = tail;
    if (only === undefined) throw malformed('it ends within its result');
    return tail.length === 1 ? only : Buffer.concat(tail);
  }

  #takeTag(tag: number): void {
    if (tag === STREAM_TAG.END_BLOCK_DATA) this.#inTail = true;
    else if (tag === STREAM_TAG.BLOCK_DATA_LONG) this.#lengthBytes = 4;
    else if (tag === STREAM_TAG.BLOCK_DATA) this.#lengthBytes = 1;
    else throw malformed(`0x${tag.toString(16)} stands in its result`);
    this.#length = 0;
  }

  #addToLength(byte: number): void {
    this.#length = this.#length * 256 + byte;
    this.#lengthBytes -= 1;
    if (this.#lengthBytes === 0) this.#skip = this.#length;
  }

  #keep(bytes: Buffer): void {
    this.#tailBytes += bytes.byteLength;
    if (this.#tailBytes > this.#maxTailBytes) {
      throw malformed(`more than ${this.#maxTailBytes} bytes stand behind its result`);
    }
    this.#tail.push(bytes);
  }
}

function malformed(what: string): SparkRpcError {
  return new SparkRpcError('SPARK_RPC_UNEXPECTED_VALUE', `this is no StatusUpdate: ${what}`);
}

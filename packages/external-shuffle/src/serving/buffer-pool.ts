/** Eight blocks of 64 KiB, or half of 1 MiB, with what is around them; it has room in the cache of one processor. */
export const LARGE_BUFFER_BYTES = 512 * 1024 + 1024;
/** What a connection gets while many readers are slow. */
export const SMALL_BUFFER_BYTES = 64 * 1024 + 1024;
/** As many readers at a time are served with large buffers: about as many as are quick, on any machine. */
const LARGE_BUFFERS = 24;
const SMALL_BUFFERS_KEPT = 64;

/**
 * Buffers for answers on their way. A quick reader gives his back within the same turn of the event loop, so a few are
 * enough for a thousand of them; those of slow readers are small, so that memory stays flat whatever they do.
 */
export class BufferPool {
  readonly #large: Buffer[] = [];
  readonly #small: Buffer[] = [];
  #largeOut = 0;
  #bytesOut = 0;

  /** Bytes of the buffers that are in use. */
  get bytesInUse(): number {
    return this.#bytesOut;
  }

  take(): Buffer {
    let buffer: Buffer;
    if (this.#largeOut < LARGE_BUFFERS) {
      this.#largeOut++;
      buffer = this.#large.pop() ?? Buffer.allocUnsafeSlow(LARGE_BUFFER_BYTES);
    } else {
      buffer = this.#small.pop() ?? Buffer.allocUnsafeSlow(SMALL_BUFFER_BYTES);
    }
    this.#bytesOut += buffer.byteLength;
    return buffer;
  }

  give(buffer: Buffer): void {
    this.#bytesOut -= buffer.byteLength;
    if (buffer.byteLength === LARGE_BUFFER_BYTES) {
      this.#largeOut--;
      this.#large.push(buffer);
    } else if (this.#small.length < SMALL_BUFFERS_KEPT) {
      this.#small.push(buffer);
    }
  }
}

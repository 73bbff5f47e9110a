import type { TransportCipher } from './ciphers/transport-cipher.ts';
import { encodeFrameParts, type Frame } from './frame.ts';
import { FrameDecoder, type FrameDecoderOptions } from './frame-decoder.ts';

/**
 * The frames of one connection in both directions, in the clear at first and encrypted once a cipher is given;
 * does no I/O.
 *
 * Frames are taken one by one: the one that ends an authentication decides how the bytes behind it are read. Were
 * they read before it is acted upon, somebody in between could append frames of his own to it, in the clear.
 */
export class FrameChannel {
  readonly #decoder: FrameDecoder;
  #cipher: TransportCipher | undefined;

  constructor(options: FrameDecoderOptions = {}) {
    this.#decoder = new FrameDecoder(options);
  }

  /** Bytes of a frame that has not arrived wholly. */
  get pendingBytes(): number {
    return this.#decoder.pendingBytes + (this.#cipher?.pendingBytes ?? 0);
  }

  /** The longest frame that is accepted from here on; who is not known yet needs only short ones. */
  set maxFrameBytes(bytes: number) {
    this.#decoder.maxFrameBytes = bytes;
  }

  /** Takes the next bytes, in whatever pieces they come. */
  append(chunk: Uint8Array): void {
    for (const plain of this.decrypt(chunk)) this.#decoder.append(plain);
  }

  /** The next bytes in the clear, for somebody else to read them, from where {@link FrameChannel.takeRest} has ended. */
  decrypt(chunk: Uint8Array): readonly Uint8Array[] {
    return this.#cipher === undefined ? [chunk] : this.#cipher.decrypt(chunk);
  }

  /** Takes back, in the clear, what has come and belongs to no frame that was handed out. */
  takeRest(): Uint8Array {
    return this.#decoder.takeRest();
  }

  /** The next whole frame, if there is one. */
  next(): Frame | undefined {
    return this.#decoder.next();
  }

  /** The frame as the pieces that go out; they must be sent, all of them and in the order in which they were made. */
  encode(frame: Frame): readonly Uint8Array[] {
    return this.encrypt(encodeFrameParts(frame));
  }

  /** Bytes that are a message of another kind, such as a file's, as the pieces that go out. */
  encrypt(parts: readonly Uint8Array[]): readonly Uint8Array[] {
    return this.#cipher === undefined ? parts : this.#cipher.encrypt(parts);
  }

  /** From here on, both directions go through the cipher; also what has come behind the last frame. */
  useCipher(cipher: TransportCipher): void {
    this.#cipher = cipher;
    const rest = this.#decoder.takeRest();
    if (rest.byteLength > 0) this.append(rest);
  }
}

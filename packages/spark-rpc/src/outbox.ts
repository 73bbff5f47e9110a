import type { Socket } from 'node:net';

/** Beyond it, what is gathered is sent before the turn ends. */
const MAX_GATHERED_BYTES = 64 * 1024;

/**
 * What goes out on a socket. All that is said in one turn goes out in one piece: news of executors come in groups, and
 * each write is a system call.
 */
export class Outbox {
  readonly #socket: Socket;
  #gathers = false;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** How much has not been taken yet by the peer, or by the system for it. */
  get unsentBytes(): number {
    return this.#socket.writableLength;
  }

  write(bytes: Uint8Array): void {
    this.#gather();
    this.#socket.write(bytes);
    if (this.#socket.writableLength > MAX_GATHERED_BYTES) this.#socket.uncork();
  }

  #gather(): void {
    if (this.#gathers) return;
    this.#gathers = true;
    this.#socket.cork();
    process.nextTick(() => {
      this.#gathers = false;
      this.#socket.uncork();
    });
  }
}

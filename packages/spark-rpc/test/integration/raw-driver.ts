import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { encodeFrame, type Frame, FrameDecoder } from '@spark-mesos/spark-network';
import { type Envelope, encodeEnvelope } from '../../src/envelope.ts';
import type { RpcAddress } from '../../src/rpc-address.ts';

/** A socket that plays a driver with frames of the test's choice. */
export class RawDriver {
  readonly frames: Frame[] = [];
  readonly #socket: Socket;
  readonly #decoder = new FrameDecoder();
  readonly #closed: Promise<unknown>;
  #wake: () => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#closed = once(socket, 'close');
    socket.on('error', () => {});
    socket.on('close', () => this.#wake());
    socket.on('data', (chunk) => {
      this.frames.push(...this.#decoder.push(chunk));
      this.#wake();
    });
  }

  static async connect(address: RpcAddress): Promise<RawDriver> {
    const socket = connect(address);
    await once(socket, 'connect');
    return new RawDriver(socket);
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  ask(requestId: bigint, envelope: Envelope): void {
    this.write(encodeFrame({ type: 'RpcRequest', requestId, body: encodeEnvelope(envelope) }));
  }

  /** Resolves to the frames so far, once there are so many. */
  async receive(count: number): Promise<readonly Frame[]> {
    while (this.frames.length < count) {
      if (this.#socket.destroyed) throw new Error(`closed after ${this.frames.length} frames`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.frames;
  }

  /** Stops reading, so that what is sent to it piles up. */
  pause(): void {
    this.#socket.pause();
  }

  /** Resolves when the other side has closed. */
  async closed(): Promise<void> {
    this.#socket.resume();
    await this.#closed;
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

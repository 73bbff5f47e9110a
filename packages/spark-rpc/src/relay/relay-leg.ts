import type { Socket } from 'node:net';
import {
  type ClientAuthenticationOptions,
  FrameChannel,
  type ServerAuthenticationOptions,
} from '@spark-mesos/spark-network';
import { SparkRpcError } from '../errors.ts';
import { ClientFence, type Fence, ServerFence } from '../fences.ts';
import { Outbox } from '../outbox.ts';

// socket ──► fence, until both know each other ──► receive (in the clear)
//    ▲                                                │
//    └──────────── Outbox ◄── cipher ◄── send ◄───────┘

const KEEP_ALIVE_MS = 60_000;
const CLOSE_TIMEOUT_MS = 2_000;
/** No step of an authentication is as long. */
const MAX_STRANGER_FRAME_BYTES = 64 * 1024;
const NOTHING = Buffer.alloc(0);

/** Takes what happens on a {@link RelayLeg}. */
export interface RelayLegListener {
  /** The next bytes in the clear. What it throws ends the leg. */
  receive(chunk: Buffer): void;
  /** All that was sent has gone out. */
  drained(): void;
  /** What the peer says makes no sense; `ended` follows. */
  failed(reason: string): void;
  /** Called once, as soon as the peer says no more, whoever ended it. */
  ended(reason: string): void;
}

/** Options of {@link RelayLeg}. */
export interface RelayLegOptions {
  /** The peer, for logs and reasons: `the driver`. */
  readonly name: string;
  /** The longest frame, which a cipher must know of. */
  readonly maxFrameBytes: number;
  /** The peer must authenticate itself before it is listened to. */
  readonly server?: ServerAuthenticationOptions;
  /** We authenticate ourselves to the peer. */
  readonly client?: ClientAuthenticationOptions;
}

/** The relay's connection to one of the two, with authentication and cipher where there are any. */
export class RelayLeg {
  /** Resolves once the connection is no more. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #outbox: Outbox;
  readonly #name: string;
  readonly #channel: FrameChannel;
  readonly #fence: Fence | undefined;
  #listener: RelayLegListener | undefined;
  #handshake: { readonly resolve: () => void; readonly reject: (error: SparkRpcError) => void } | undefined;
  /** What has come in the clear before anybody listened. */
  #early: Buffer = NOTHING;
  #endReason: string | undefined;
  #hasEnded = false;

  constructor(socket: Socket, { name, maxFrameBytes, server, client }: RelayLegOptions) {
    this.#socket = socket;
    this.#outbox = new Outbox(socket);
    this.#name = name;
    this.#channel = new FrameChannel({ maxFrameBytes: MAX_STRANGER_FRAME_BYTES });
    if (server !== undefined) this.#fence = new ServerFence(this.#channel, { ...server, maxFrameBytes });
    else if (client !== undefined) this.#fence = new ClientFence(this.#channel, { ...client, maxFrameBytes });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('error', (error) => {
      this.#endReason ??= `the connection to ${name} failed: ${error.message}`;
    });
    socket.on('end', () => this.#end());
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#end();
        resolve();
      });
    });
    socket.on('drain', () => this.#listener?.drained());
  }

  /** What waits for the peer, or for the system to take it. */
  get unsentBytes(): number {
    return this.#outbox.unsentBytes;
  }

  /** Whether more than this waits; if so, {@link RelayLegListener.drained} is called when it does no more. */
  isFull(maxUnsentBytes: number): boolean {
    // Below that, a socket does not tell when all has gone out.
    return this.unsentBytes > Math.max(maxUnsentBytes, this.#socket.writableHighWaterMark);
  }

  get isOpen(): boolean {
    return !this.#hasEnded && this.#socket.writable;
  }

  /** Resolves once both sides know each other, if that is asked for; nothing more is read until somebody listens. */
  authenticate(timeoutMs: number): Promise<void> {
    const fence = this.#fence;
    if (fence === undefined) return Promise.resolve();
    return new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => this.close(`${this.#name} did not authenticate itself within ${timeoutMs} ms`),
        timeoutMs,
      );
      const settle = (): void => {
        clearTimeout(timer);
        this.#handshake = undefined;
        this.#socket.off('data', onData);
        this.#socket.pause();
      };
      const onData = (chunk: Buffer): void => this.#authenticate(fence, chunk);
      this.#handshake = {
        resolve: () => {
          settle();
          resolve();
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
      this.#socket.on('data', onData);
      if (fence instanceof ClientFence) this.#outbox.write(fence.begin());
    });
  }

  /** Begins to read what the peer says. */
  listen(listener: RelayLegListener): void {
    this.#listener = listener;
    if (this.#hasEnded) {
      listener.ended(this.#reason);
      return;
    }
    this.#socket.on('data', (chunk: Buffer) => this.#take(() => this.#channel.decrypt(chunk)));
    const early = this.#early;
    this.#early = NOTHING;
    if (early.byteLength > 0) this.#take(() => [early]);
    this.#socket.resume();
  }

  /** Sends bytes in the clear, as they are or enciphered. */
  send(pieces: readonly Uint8Array[]): void {
    if (pieces.length === 0 || !this.#socket.writable) return;
    for (const piece of this.#channel.encrypt(pieces)) this.#outbox.write(piece);
  }

  pause(): void {
    if (!this.#socket.isPaused()) this.#socket.pause();
  }

  resume(): void {
    if (this.#socket.isPaused() && this.#listener !== undefined) this.#socket.resume();
  }

  /** Closes after what was sent before has gone out. */
  close(reason: string): void {
    this.#endReason ??= reason;
    if (this.#socket.destroyed) return;
    this.#socket.destroySoon();
    // A peer that does not read would keep the socket for ever.
    const timer = setTimeout(() => this.#socket.destroy(), CLOSE_TIMEOUT_MS);
    this.#socket.once('close', () => clearTimeout(timer));
  }

  #authenticate(fence: Fence, chunk: Buffer): void {
    try {
      this.#channel.append(chunk);
      // One by one: how the bytes behind a frame are read may depend on it.
      for (let frame = this.#channel.next(); frame !== undefined; frame = this.#channel.next()) {
        const { answer, outcome } = fence.take(frame);
        if (answer !== undefined) this.#outbox.write(answer);
        if (outcome.state === 'refused') throw outcome.error;
        if (outcome.state === 'authenticated') {
          this.#early = asBuffer(this.#channel.takeRest());
          this.#handshake?.resolve();
          return;
        }
      }
    } catch (error) {
      const reason = `${this.#name}: ${messageOf(error)}`;
      this.#handshake?.reject(new SparkRpcError('SPARK_RPC_AUTHENTICATION_FAILED', reason, { cause: error }));
      this.close(reason);
    }
  }

  #take(plain: () => readonly Uint8Array[]): void {
    if (this.#hasEnded) return;
    try {
      for (const chunk of plain()) this.#listener?.receive(asBuffer(chunk));
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#endReason ??= `${this.#name} sent something that makes no sense: ${messageOf(error)}`;
    this.#listener?.failed(this.#endReason);
    this.#socket.destroy();
    this.#end();
  }

  get #reason(): string {
    return this.#endReason ?? `${this.#name} has closed the connection`;
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const reason = this.#reason;
    this.#handshake?.reject(new SparkRpcError('SPARK_RPC_DISCONNECTED', reason));
    this.#listener?.ended(reason);
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  if (Buffer.isBuffer(bytes)) return bytes;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

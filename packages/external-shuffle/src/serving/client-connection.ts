import type { Socket } from 'node:net';
import type { TransportCipher } from '@spark-mesos/spark-network';
import type { Logger } from '../logger.ts';
import type { BufferPool } from './buffer-pool.ts';
import type { ClientSession } from './client-session.ts';
import type { ServingTally } from './counters.ts';
import type { Filled } from './filled.ts';
import type { ServingLimits } from './limits.ts';
import type { ReplyFiller } from './reply-filler.ts';
import type { DistantSealer, SealingThreads } from './sealing-threads.ts';

/** What a {@link ClientConnection} is made of. */
export interface ClientConnectionOptions {
  readonly socket: Socket;
  readonly session: ClientSession;
  readonly filler: ReplyFiller;
  readonly pool: BufferPool;
  /** Encrypt for connections whose cipher takes long. */
  readonly sealingThreads?: Pick<SealingThreads, 'open'>;
  readonly tally: ServingTally;
  readonly limits: ServingLimits;
  readonly logger: Logger;
}

/** So much of what a client has asked waits here; the rest waits where it is. */
const MAX_PENDING_BYTES = 256 * 1024;
/** A reader that keeps up takes its bytes within the turn; after so many of them it is the turn of others. */
const BYTES_IN_A_TURN = 1024 * 1024;

/**
 * A client's socket, with its session.
 *
 * ```text
 * socket ──data──► ClientSession ──actions──► ReplyFiller ──buffer──► cipher? ──► socket
 *    ▲ paused while much waits                    ▲ one buffer on its way at a time │
 *    └────────────────────────────────────────────┴────────────────────────────────┘
 * ```
 */
export class ClientConnection {
  readonly #options: ClientConnectionOptions;
  #cipher: TransportCipher | undefined;
  /** Does what the cipher would do. */
  #sealer: DistantSealer | undefined;
  #isWriting = false;
  #isScheduled = false;
  #isEnding = false;
  #bytesInTurn = 0;
  #handshake: NodeJS.Timeout | undefined;

  constructor(options: ClientConnectionOptions) {
    this.#options = options;
    const { socket, limits, session, tally } = options;
    socket.setNoDelay(true);
    socket.setTimeout(limits.idleTimeoutMs, () => {
      tally.connectionsIdleTotal++;
      this.#destroy('nothing has gone over it for too long');
    });
    if (session.authenticating) {
      this.#handshake = setTimeout(() => {
        tally.authenticationFailuresTotal++;
        this.#destroy('the client has not authenticated itself in time');
      }, limits.handshakeTimeoutMs);
    }
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (error) => this.#destroy(error.message));
    socket.on('close', () => this.#closed());
  }

  /** Something can be answered that had to wait. */
  wake(): void {
    this.#pump();
  }

  #receive(chunk: Buffer): void {
    const { session, socket, tally } = this.#options;
    tally.bytesReceivedTotal += chunk.byteLength;
    try {
      session.receive(chunk);
    } catch (error) {
      tally.protocolErrorsTotal++;
      this.#destroy(error instanceof Error ? error.message : String(error));
      return;
    }
    this.#pump();
    if (!session.authenticating) clearTimeout(this.#handshake);
    if (session.pendingBytes > MAX_PENDING_BYTES && (this.#isBusy || session.isWaiting)) socket.pause();
  }

  get #isBusy(): boolean {
    return this.#isWriting || this.#isScheduled;
  }

  #pump(): void {
    const { socket, filler, pool, session } = this.#options;
    while (!this.#isBusy && !this.#isEnding && !socket.destroyed) {
      const buffer = pool.take();
      const filled = filler.fill(buffer);
      if (filled.overloaded) {
        pool.give(buffer);
        this.#destroy('as many chunks as may be are on their way to clients');
      } else if (filled.bytes === 0 && filled.more.length === 0) {
        pool.give(buffer);
        if (filled.close !== undefined) this.#end(filled.close);
        // All whole requests are answered: more is needed, however much of the next one is there.
        else if (!session.isWaiting && socket.isPaused()) socket.resume();
        return;
      } else {
        this.#send(buffer, filled);
      }
    }
  }

  #send(buffer: Buffer, filled: Filled): void {
    const { pool, tally } = this.#options;
    const { bytes, more, chunks, cipher, close } = filled;
    this.#isWriting = true;
    tally.chunksInTransfer += chunks;
    const head = buffer.subarray(0, bytes);
    if (this.#sealer !== undefined) {
      this.#sealElsewhere(this.#sealer, buffer, partsOf(head, more), filled);
      return;
    }
    const inPlace = this.#cipher?.encryptInPlace?.(head) ?? this.#cipher === undefined;
    const parts = inPlace ? partsOf(head, this.#encrypted(more)) : this.#encrypted(partsOf(head, more));
    if (cipher !== undefined) this.#useCipher(cipher);
    // Otherwise its bytes are somewhere else by now.
    if (!inPlace) pool.give(buffer);
    this.#write(parts, chunks, close, inPlace ? buffer : undefined);
  }

  #encrypted(parts: readonly Uint8Array[]): readonly Uint8Array[] {
    return this.#cipher === undefined || parts.length === 0 ? parts : this.#cipher.encrypt(parts);
  }

  #useCipher(cipher: TransportCipher): void {
    this.#cipher = cipher;
    if (cipher.sealing !== undefined) this.#sealer = this.#options.sealingThreads?.open(cipher.sealing);
  }

  /** The buffer is away until its bytes are encrypted; those that are longer than it go as one copy. */
  #sealElsewhere(sealer: DistantSealer, buffer: Buffer, plain: readonly Uint8Array[], filled: Filled): void {
    const { pool, tally } = this.#options;
    const { more, chunks, close } = filled;
    const isCopied = more.length > 0;
    const whole = isCopied ? ownMemory(plain) : buffer;
    if (isCopied) pool.give(buffer);
    sealer.seal(whole.buffer as ArrayBuffer, byteLengthOf(plain), (sealed, memory) => {
      if (!isCopied) pool.give(Buffer.from(memory));
      if (sealed !== undefined && !this.#options.socket.destroyed) {
        this.#write([sealed], chunks, close, undefined);
        return;
      }
      tally.chunksInTransfer -= chunks;
      this.#destroy('a thread that encrypts has ended');
    });
  }

  #write(
    parts: readonly Uint8Array[],
    chunks: number,
    close: string | undefined,
    buffer: Buffer | undefined,
  ): void {
    const { pool, tally } = this.#options;
    const sent = byteLengthOf(parts);
    this.#bytesInTurn += sent;
    this.#writeParts(parts, (error) => {
      tally.chunksInTransfer -= chunks;
      if (buffer !== undefined) pool.give(buffer);
      this.#isWriting = false;
      if (error) return;
      tally.bytesSentTotal += sent;
      if (close === undefined) this.#next();
    });
    if (close !== undefined) this.#end(close);
  }

  #writeParts(parts: readonly Uint8Array[], done: (error?: Error | null) => void): void {
    const { socket } = this.#options;
    const last = parts.length - 1;
    if (last > 0) socket.cork();
    for (const [index, part] of parts.entries()) {
      if (index === last) socket.write(part, done);
      else socket.write(part);
    }
    if (last > 0) socket.uncork();
  }

  #next(): void {
    if (this.#bytesInTurn < BYTES_IN_A_TURN) {
      this.#pump();
      return;
    }
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#bytesInTurn = 0;
      this.#pump();
    });
  }

  /** After what was sent before has gone out. */
  #end(reason: string): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#log(reason);
    this.#options.socket.destroySoon();
  }

  #destroy(reason: string): void {
    const { socket } = this.#options;
    if (socket.destroyed) return;
    this.#log(reason);
    socket.destroy();
  }

  #log(reason: string): void {
    const { logger, session } = this.#options;
    logger.debug({ client: session.client, reason }, 'connection closed');
  }

  #closed(): void {
    clearTimeout(this.#handshake);
    this.#sealer?.close();
    this.#options.session.close();
    this.#options.filler.close();
  }
}

function partsOf(head: Uint8Array, more: readonly Uint8Array[]): readonly Uint8Array[] {
  return head.byteLength === 0 ? more : [head, ...more];
}

function byteLengthOf(parts: readonly Uint8Array[]): number {
  let bytes = 0;
  for (const part of parts) bytes += part.byteLength;
  return bytes;
}

/** Of which nothing else is a part, so that it can change hands. */
function ownMemory(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(byteLengthOf(parts));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import {
  SLOT_WELCOME,
  type SlotEnd,
  SlotGreetingReader,
  type SlotLinePlace,
  slotEndWord,
} from '@spark-mesos/fine-backend';
import type { Logger } from '@spark-mesos/scheduler-utils';
import type { RpcAddress } from '@spark-mesos/spark-rpc';

/** Who is told of the lines of slots, by their task ids. */
export interface SlotLineListener {
  slotConnected(slotTaskId: string): void;
  slotDisconnected(slotTaskId: string): void;
}

/** The lines as an engine has them; `SlotLines` is one. */
export interface SlotTeller {
  /** Where a slot opens its line, and its token there. */
  placeOf(slotTaskId: string): SlotLinePlace;
  /** Tells a slot to end; nothing comes of it where its line is closed. */
  tell(slotTaskId: string, end: SlotEnd): void;
  /** Ends all lines, and so their slots. */
  close(): Promise<void>;
}

/** What a {@link SlotLines} is made of. */
export interface SlotLinesOptions {
  readonly host: string;
  /** Under which host agents reach it. */
  readonly advertisedHost: string;
  readonly listener: SlotLineListener;
  readonly logger: Logger;
  readonly limits?: Partial<SlotLineLimits>;
}

/** What lines may cost. Slots beyond them sleep, and are killed. */
export interface SlotLineLimits {
  readonly maxConnections: number;
  /** How long one may take to say what it is. */
  readonly greetingTimeoutMs: number;
}

const DEFAULT_LIMITS: SlotLineLimits = { maxConnections: 4096, greetingTimeoutMs: 10_000 };

/** Firewalls forget connections on which nothing is said; some after minutes. */
const KEEP_ALIVE_MS = 30_000;

/**
 * Where the slots of one application wait for the word with which to end.
 *
 * ```text
 *   slot ── "slot <id> <token>" ──► SlotLines ──► listener: slotConnected, slotDisconnected
 *        ◄── "welcome" … "0" ──────     ▲
 *                                   tell(id, end)
 * ```
 *
 * It speaks in the clear, also where Spark's own connections are encrypted: a token is good for nothing but to hear how
 * one slot ends, and nothing of Spark's passes.
 */
export class SlotLines implements SlotTeller {
  readonly #server: Server;
  readonly #address: RpcAddress;
  readonly #options: SlotLinesOptions;
  readonly #limits: SlotLineLimits;
  /** Of this listener alone, so that tokens need not be remembered. */
  readonly #key = randomBytes(32);
  readonly #sockets = new Set<Socket>();
  readonly #lines = new Map<string, Socket>();
  #closing: Promise<void> | undefined;

  private constructor(server: Server, port: number, options: SlotLinesOptions) {
    this.#server = server;
    this.#address = { host: options.advertisedHost, port };
    this.#options = options;
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    server.maxConnections = this.#limits.maxConnections;
    server.on('connection', (socket) => this.#enter(socket));
    server.on('error', (error) => options.logger.error({ reason: error.message }, 'slots cannot connect'));
  }

  /** Resolves once slots can connect. */
  static async listen(options: SlotLinesOptions): Promise<SlotLines> {
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: options.host, port: 0 }, () => {
        server.off('error', reject);
        resolve();
      });
    });
    const address = server.address();
    return new SlotLines(server, typeof address === 'object' && address !== null ? address.port : 0, options);
  }

  placeOf(slotTaskId: string): SlotLinePlace {
    return { ...this.#address, token: this.#token(slotTaskId).toString('hex') };
  }

  tell(slotTaskId: string, end: SlotEnd): void {
    this.#lines.get(slotTaskId)?.write(slotEndWord(end));
  }

  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) socket.destroy();
    });
    return this.#closing;
  }

  #enter(socket: Socket): void {
    this.#sockets.add(socket);
    let slotTaskId: string | undefined;
    const reader = new SlotGreetingReader();
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    socket.setNoDelay(true);
    const deadline = setTimeout(() => socket.destroy(), this.#limits.greetingTimeoutMs);
    // Its end follows; there is nothing to say about it.
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      const greeting = reader.push(bytes);
      if (greeting.kind === 'more') return;
      clearTimeout(deadline);
      if (greeting.kind === 'junk' || !this.#admit(greeting.taskId, greeting.token, socket)) {
        this.#refuse(socket);
      } else {
        slotTaskId = greeting.taskId;
      }
    });
    socket.on('close', () => {
      clearTimeout(deadline);
      this.#sockets.delete(socket);
      if (slotTaskId === undefined) return;
      this.#lines.delete(slotTaskId);
      if (this.#closing === undefined) this.#options.listener.slotDisconnected(slotTaskId);
    });
  }

  /** Only a slot of ours has its token, and only one line. */
  #admit(slotTaskId: string, token: string, socket: Socket): boolean {
    const said = Buffer.from(token, 'hex');
    const right = this.#token(slotTaskId);
    if (said.length !== right.length || !timingSafeEqual(said, right) || this.#lines.has(slotTaskId)) {
      return false;
    }
    this.#lines.set(slotTaskId, socket);
    socket.write(SLOT_WELCOME);
    this.#options.listener.slotConnected(slotTaskId);
    return true;
  }

  #refuse(socket: Socket): void {
    this.#options.logger.warn({ peer: socket.remoteAddress }, 'refused somebody who is no slot of ours');
    socket.destroy();
  }

  #token(slotTaskId: string): Buffer {
    return createHmac('sha256', this.#key).update(slotTaskId).digest();
  }
}

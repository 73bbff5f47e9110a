import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer, type ServerOptions } from 'node:https';
import type { Server as NetServer, Socket } from 'node:net';
import { createServer as createNetServer } from 'node:net';
import { finished } from 'node:stream/promises';

// a port of somebody else (take, takeSecure) ──┐
// listen(): a port of its own ─────────────────┴─► http.Server, https.Server ──► answer

/** Limits of connections. */
export interface DoorLimits {
  readonly maxConnections: number;
  /** For the head, and for the whole of a request. */
  readonly requestTimeoutMs: number;
  /** How long a connection is kept without a request. */
  readonly keepAliveMs: number;
  /** How long requests may go on after `HttpDoor.close`. */
  readonly drainMs: number;
}

/** Enough for a cluster's clients, and a bound for others. */
export const DEFAULT_DOOR_LIMITS: DoorLimits = {
  maxConnections: 2_000,
  requestTimeoutMs: 30_000,
  keepAliveMs: 30_000,
  drainMs: 2_000,
};

/** Answers one request. */
export type AnswerRequest = (request: IncomingMessage, response: ServerResponse) => void;

const MAX_HEADER_BYTES = 32 * 1024;

/** Where HTTP comes in: over connections that others accepted, and over a port of its own. */
export class HttpDoor {
  readonly #limits: DoorLimits;
  readonly #plain: Server;
  readonly #secure: Server | undefined;
  readonly #listener: NetServer;
  readonly #sockets = new Set<Socket>();
  readonly #own = new WeakSet<Socket>();
  readonly #open = new Set<ServerResponse>();
  #closing = false;

  constructor(answer: AnswerRequest, secure: ServerOptions | undefined, limits: DoorLimits) {
    this.#limits = limits;
    const options = {
      requestTimeout: limits.requestTimeoutMs,
      headersTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveMs,
      maxHeaderSize: MAX_HEADER_BYTES,
    };
    const counted: AnswerRequest = (request, response) => {
      this.#open.add(response);
      if (this.#closing) response.setHeader('connection', 'close');
      // Whether it went well or not, it is over.
      response.once('close', () => this.#open.delete(response));
      answer(request, response);
    };
    this.#plain = createServer(options, counted);
    this.#secure = secure && createSecureServer({ ...options, ...secure }, counted);
    for (const server of [this.#plain, this.#secure]) {
      // A server that listens nowhere looks after its timeouts only when it believes that it does.
      server?.emit('listening');
      server?.on('clientError', (_error, socket) => {
        if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
        else socket.destroy();
      });
      server?.on('tlsClientError', (_error, socket) => socket.destroy());
    }
    this.#listener = createNetServer((socket) => {
      this.#own.add(socket);
      if (this.#secure === undefined) this.take(socket);
      else this.takeSecure(socket);
    });
  }

  /** Takes a connection on which somebody speaks HTTP. */
  take(socket: Socket): void {
    this.#enter(socket, this.#plain);
  }

  /** Takes a connection on which somebody speaks HTTPS. */
  takeSecure(socket: Socket): void {
    if (this.#secure === undefined) socket.destroy();
    else this.#enter(socket, this.#secure);
  }

  /** Listens on a port of its own; resolves to it. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#listener.once('error', reject);
      this.#listener.listen({ host, port }, () => {
        const address = this.#listener.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  /** Whether a request came in over the port of its own. */
  isOwn(request: IncomingMessage): boolean {
    const { socket } = request;
    // Of HTTPS the socket below is the one that was accepted.
    const below = (socket as Socket & { readonly _parent?: Socket })._parent;
    return this.#own.has(socket) || (below !== undefined && this.#own.has(below));
  }

  /** Takes no more, lets requests end within some time, and ends all connections. */
  async close(): Promise<void> {
    this.#closing = true;
    const stopped = new Promise<void>((resolve) => {
      if (this.#listener.listening) this.#listener.close(() => resolve());
      else resolve();
    });
    const deadline = setTimeout(() => this.#destroyAll(), this.#limits.drainMs);
    await Promise.allSettled([...this.#open].map((response) => finished(response)));
    clearTimeout(deadline);
    this.#destroyAll();
    for (const server of [this.#plain, this.#secure]) server?.close();
    await stopped;
  }

  #destroyAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #enter(socket: Socket, server: Server): void {
    if (this.#closing || this.#sockets.size >= this.#limits.maxConnections) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    server.emit('connection', socket);
  }
}

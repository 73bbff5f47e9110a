import { createServer, type Server, type Socket } from 'node:net';
import {
  ServerAuthentication,
  type ServerAuthenticationOptions,
  secureInbound,
  type TlsMaterial,
} from '@spark-mesos/spark-network';
import { ShuffleError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { BlockFile, BlockResolver, ShuffleRegistry } from '../model.ts';
import { BufferPool } from './buffer-pool.ts';
import { ClientConnection } from './client-connection.ts';
import { ClientSession } from './client-session.ts';
import { newTally, type ServingCounters } from './counters.ts';
import { DEFAULT_SERVING_LIMITS, type ServingLimits } from './limits.ts';
import { OpenFiles } from './open-files.ts';
import { ReplyFiller } from './reply-filler.ts';
import { RequestHandler } from './request-handler.ts';
import { SealingThreads } from './sealing-threads.ts';
import { StreamIds, StreamTable } from './stream-table.ts';

/** How clients authenticate themselves; the settings' names are Spark's. */
export interface ServingAuthentication
  extends Pick<
    ServerAuthenticationOptions,
    | 'crypto'
    | 'saslFallback'
    | 'saslAlwaysEncrypt'
    | 'maxEncryptedBlockBytes'
    | 'authEngineVersion'
    | 'cipher'
  > {
  /**
   * `spark.authenticate.secret`, the cluster's: for every application that has no secret of its own, and for the
   * cluster manager, who authenticates himself as `sparkSaslUser`.
   */
  readonly secret: string;
}

/** What a server is made of. */
export interface ShuffleServerOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly registry: ShuffleRegistry;
  readonly resolver: BlockResolver;
  /** Without it, anybody may ask for anything, as in Spark. */
  readonly authentication?: ServingAuthentication;
  /** Lets in nobody who does not speak TLS. */
  readonly tls?: TlsMaterial;
  readonly limits?: Partial<ServingLimits>;
  /** Threads at most that encrypt for clients of SASL with encryption; 0: none. Default: as many as processors. */
  readonly sealingThreads?: number;
  /** `spark.shuffle.io.backLog`: so many connections may wait to be accepted. Default 1024. */
  readonly backlog?: number;
  /** `spark.shuffle.io.enableTcpKeepAlive`: the system looks whether silent clients are still there. Default false. */
  readonly keepAlive?: boolean;
  readonly logger: Logger;
}

/** Where a server is reached. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** A shuffle service's port, and the connections to it. Registry and resolver stay the caller's. */
export class ShuffleServer {
  readonly #options: ShuffleServerOptions;
  readonly #limits: ServingLimits;
  readonly #server: Server;
  readonly #tally = newTally();
  readonly #pool = new BufferPool();
  readonly #sealingThreads: SealingThreads;
  readonly #files: OpenFiles;
  readonly #handler: RequestHandler;
  readonly #streamIds = new StreamIds();
  /** Those that are not let in yet, too. */
  readonly #sockets = new Set<Socket>();

  private constructor(options: ShuffleServerOptions) {
    const { registry, resolver, logger } = options;
    this.#options = options;
    this.#limits = { ...DEFAULT_SERVING_LIMITS, ...options.limits };
    this.#files = new OpenFiles((file) => resolver.open(file), this.#limits.maxOpenFiles);
    this.#sealingThreads = new SealingThreads(logger, options.sealingThreads);
    this.#handler = new RequestHandler({ registry, resolver, tally: this.#tally, logger });
    const { keepAlive = false } = options;
    this.#server = createServer({ keepAlive }, (socket) => this.#accept(socket));
  }

  /** Resolves when clients can connect; rejects with `SHUFFLE_ADDRESS_UNUSABLE`. */
  static async listen(options: ShuffleServerOptions): Promise<ShuffleServer> {
    const server = new ShuffleServer(options);
    await server.#listen();
    return server;
  }

  /** Where it listens. */
  get address(): ServerAddress {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') return this.#options;
    return { host: address.address, port: address.port };
  }

  /** What it has served since it listens. */
  counters(): ServingCounters {
    return { ...this.#tally, ...this.#files.counters(), bufferBytes: this.#pool.bytesInUse };
  }

  /** A file is not what it was, or is deleted: it must not be kept on the disk by being open. */
  dropFile(file: BlockFile): void {
    this.#files.drop(file);
  }

  /** Ends all connections; clients try again at the next one that listens here. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const gone = [...this.#sockets].map((socket) => {
      const done = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      socket.destroy();
      return done;
    });
    await Promise.all([closed, ...gone]);
    await this.#sealingThreads.close();
    this.#files.close();
  }

  #listen(): Promise<void> {
    const { host, port, backlog = 1024, logger } = this.#options;
    return new Promise((resolve, reject) => {
      const refuse = (cause: Error) => {
        reject(
          new ShuffleError('SHUFFLE_ADDRESS_UNUSABLE', `cannot listen on ${host}:${port}: ${cause.message}`, {
            cause,
          }),
        );
      };
      this.#server.once('error', refuse);
      this.#server.listen({ host, port, backlog }, () => {
        this.#server.off('error', refuse);
        // Such as too many open files: those that are connected go on.
        this.#server.on('error', (error) => logger.error({ error }, 'a connection could not be accepted'));
        resolve();
      });
    });
  }

  #accept(socket: Socket): void {
    const tally = this.#tally;
    if (this.#sockets.size >= this.#limits.maxConnections) {
      tally.connectionsRefusedTotal++;
      socket.destroy();
      return;
    }
    tally.connections++;
    tally.connectionsTotal++;
    this.#sockets.add(socket);
    socket.once('close', () => {
      tally.connections--;
      this.#sockets.delete(socket);
    });
    const { tls } = this.#options;
    if (tls === undefined) this.#enter(socket, socket);
    else void this.#secure(socket, tls);
  }

  async #secure(socket: Socket, tls: TlsMaterial): Promise<void> {
    const address = addressOf(socket);
    const outcome = await secureInbound(socket, tls, this.#limits.handshakeTimeoutMs);
    if (outcome.ok) {
      this.#enter(outcome.socket, socket);
      return;
    }
    this.#tally.authenticationFailuresTotal++;
    this.#options.logger.warn({ address, reason: outcome.reason }, 'a client was not let in');
    socket.destroy();
  }

  #enter(socket: Socket, plainSocket: Socket): void {
    const limits = this.#limits;
    const tally = this.#tally;
    const handler = this.#handler;
    const session: ClientSession = new ClientSession({
      handler,
      streams: new StreamTable(this.#streamIds, limits, tally),
      limits,
      tally,
      authentication: this.#authentication(socket !== plainSocket),
      address: addressOf(plainSocket),
      logger: this.#options.logger,
      wake: () => connection.wake(),
    });
    const { maxChunksInTransfer } = limits;
    const filler = new ReplyFiller({ session, files: this.#files, handler, tally, maxChunksInTransfer });
    const { logger } = this.#options;
    const connection = new ClientConnection({
      socket,
      session,
      filler,
      pool: this.#pool,
      sealingThreads: this.#sealingThreads,
      tally,
      limits,
      logger,
    });
  }

  #authentication(insideTls: boolean): ServerAuthentication | undefined {
    const { authentication, registry } = this.#options;
    if (authentication === undefined) return undefined;
    const { secret, ...options } = authentication;
    return new ServerAuthentication({
      ...options,
      insideTls,
      secretOf: (appId) => registry.secret(appId) ?? secret,
    });
  }
}

function addressOf({ remoteAddress = '?', remotePort = 0 }: Socket): string {
  return `${remoteAddress}:${remotePort}`;
}

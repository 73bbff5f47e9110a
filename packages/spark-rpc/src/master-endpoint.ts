import { createServer, type Server, type Socket } from 'node:net';
import { loadTls, type TlsMaterial, type TlsSettings } from '@spark-mesos/spark-network';
import { type ConnectionLimits, DEFAULT_CONNECTION_LIMITS } from './connection-limits.ts';
import { dial } from './dial.ts';
import type { SparkRpcError } from './errors.ts';
import { InboundDoor } from './inbound-door.ts';
import { describeSparks, type KnownSpark, type SparkClasses } from './known-spark.ts';
import { listenOn, peerOf, reachableHost } from './listening.ts';
import type { Logger } from './logger.ts';
import type { DriverHandle, MasterHandler } from './master-handler.ts';
import { MasterSession } from './master-session.ts';
import type { EndpointReference } from './messages/endpoint-reference.ts';
import { unknownSpark } from './refusals.ts';
import { formatRpcAddress, type RpcAddress } from './rpc-address.ts';
import { authenticateWithin, DEFAULT_ASK_TIMEOUT_MS, DEFAULT_CONNECT_TIMEOUT_MS } from './rpc-client.ts';
import { RpcConnection } from './rpc-connection.ts';
import { clientOptions, type RpcAuthentication, serverOptions } from './security.ts';
import type { SubmissionHandler } from './submissions.ts';

// driver ──TCP──► RpcConnection ──► MasterSession ──► MasterHandler (the cluster manager)
//    ▲                 ▲                                   │
//    └─────────────────┴────────── DriverHandle ◄──────────┘

/** How many connections are held at once where nothing else is said. */
export const DEFAULT_MAX_CONNECTIONS = 10_000;

/** Options of {@link MasterEndpoint.listen}. */
export interface MasterEndpointOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Those that drivers may run, at least one; where several would do, the first of them counts. */
  readonly sparks: readonly KnownSpark[];
  readonly handler: MasterHandler;
  /** Runs drivers for `--deploy-mode cluster`; without it submitters are told what to do instead. */
  readonly submissions?: SubmissionHandler;
  readonly logger: Logger;
  /** Under which host others reach this one; default `host`, or this machine's name where that is a wildcard. */
  readonly advertisedHost?: string;
  readonly maxConnections?: number;
  readonly limits?: Partial<ConnectionLimits>;
  /** How long a driver may take to answer. */
  readonly askTimeoutMs?: number;
  /** `spark.authenticate`: drivers must know the secret. */
  readonly authentication?: RpcAuthentication;
  /** `spark.ssl.rpc.enabled`: drivers must speak TLS. */
  readonly tls?: TlsSettings;
  /**
   * Takes connections that do not begin as Spark's do (those begin with a zero, the highest byte of a frame's length),
   * such as HTTP on the same port. The first byte is still to be read. Without it they end as junk. Where `tls` is set,
   * those that speak TLS come deciphered.
   */
  readonly takeOther?: (socket: Socket, firstByte: number) => void;
  /** Takes connections that begin with TLS where `tls` is not set, such as HTTPS; without it they are told so. */
  readonly takeTls?: (socket: Socket) => void;
  /** Closes the endpoint when it is aborted. */
  readonly signal?: AbortSignal;
}

/** What {@link MasterEndpoint.recall} needs to know of a driver. */
export interface RecallOptions {
  /** The driver's RPC server. */
  readonly address: RpcAddress;
  readonly appId: string;
  readonly masterWebUiUrl?: string;
  /** The Spark that it runs, by its name; the first one unless it is given. */
  readonly spark?: string;
  /** How this driver has it, where that is not as the endpoint's own options say. */
  readonly authentication?: RpcAuthentication;
}

/** The endpoint of a driver that hears of its executors, in every Spark. */
const DRIVER_ENDPOINT = 'AppClient';

/**
 * A standalone master's RPC server: drivers connect to it with `--master spark://host:port` and find a cluster
 * manager, which is the handler.
 */
export class MasterEndpoint {
  readonly address: RpcAddress;
  readonly #server: Server;
  readonly #options: MasterEndpointOptions;
  readonly #sparks: readonly SparkClasses[];
  readonly #limits: ConnectionLimits;
  readonly #tls: TlsMaterial | undefined;
  readonly #door: InboundDoor;
  readonly #connections = new Set<RpcConnection>();
  #connectionCount = 0;
  #closing: Promise<void> | undefined;

  private constructor(
    server: Server,
    address: RpcAddress,
    options: MasterEndpointOptions,
    sparks: readonly SparkClasses[],
    tls: TlsMaterial | undefined,
  ) {
    this.#server = server;
    this.address = address;
    this.#options = options;
    this.#sparks = sparks;
    this.#tls = tls;
    this.#limits = { ...DEFAULT_CONNECTION_LIMITS, ...options.limits };
    this.#door = new InboundDoor({
      tls,
      limits: this.#limits,
      enter: (socket) => this.#accept(socket, 'inbound'),
      takeOther: options.takeOther,
      takeTls: options.takeTls,
      refused: (socket, refusal) => this.#refused(socket, refusal),
    });
    server.on('connection', (socket) => this.#door.welcome(socket));
    server.on('drop', () =>
      options.logger.warn({ maxConnections: server.maxConnections }, 'too many connections'),
    );
    server.on('error', (error) => options.logger.error({ error }, 'the server failed'));
    // It never rejects, and who wants to wait for it calls close() once more.
    options.signal?.addEventListener('abort', () => void this.close(), { once: true });
  }

  /** Resolves once drivers can connect. */
  static async listen(options: MasterEndpointOptions): Promise<MasterEndpoint> {
    const sparks = await describeSparks(options.sparks);
    const tls = options.tls === undefined ? undefined : await loadTls(options.tls);
    const server = createServer();
    server.maxConnections = options.maxConnections ?? DEFAULT_MAX_CONNECTIONS;
    const port = await listenOn(server, options.host, options.port);
    const address = { host: options.advertisedHost ?? reachableHost(options.host), port };
    const security = { authentication: options.authentication !== undefined, tls: tls !== undefined };
    options.logger.info({ url: formatRpcAddress(address), ...security }, 'listening for drivers');
    return new MasterEndpoint(server, address, options, sparks, tls);
  }

  /** How many connections there are, of whatever kind. */
  get connectionCount(): number {
    return this.#connections.size;
  }

  /**
   * Connects to a driver that an earlier master, now gone, had accepted, and has it take this one instead.
   * From then on all is as if the driver had registered here.
   */
  async recall({
    address,
    appId,
    masterWebUiUrl = '',
    authentication,
    spark,
  }: RecallOptions): Promise<DriverHandle> {
    const sparks = this.#sparks.filter(({ name }) => spark === undefined || name === spark).slice(0, 1);
    if (sparks.length === 0) throw unknownSpark(spark ?? '');
    const timeoutMs = this.#options.askTimeoutMs ?? DEFAULT_ASK_TIMEOUT_MS;
    const socket = await dial(address, Math.min(timeoutMs, DEFAULT_CONNECT_TIMEOUT_MS), this.#tls);
    const { session, connection } = this.#accept(
      socket,
      authentication ?? this.#options.authentication,
      sparks,
    );
    const reference: EndpointReference = { name: DRIVER_ENDPOINT, address };
    const timer = setTimeout(() => {
      connection.abort(
        `${formatRpcAddress(address)} did not acknowledge the new master within ${timeoutMs} ms`,
      );
    }, timeoutMs);
    try {
      await authenticateWithin(connection, timeoutMs);
      return await session.recall(reference, appId, masterWebUiUrl);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Takes no more connections and ends those that there are; their drivers are reported as disconnected. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const stopped = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    this.#door.close();
    await Promise.all(
      [...this.#connections].map((connection) => connection.close('the endpoint was closed')),
    );
    await stopped;
  }

  #refused(socket: Socket, refusal: SparkRpcError): void {
    const { logger, handler } = this.#options;
    logger.warn(
      { peer: peerOf(socket), code: refusal.code, reason: refusal.message },
      'refused a connection',
    );
    try {
      handler.driverRefused?.(refusal);
    } catch (error) {
      logger.error({ error }, 'driverRefused failed');
    }
  }

  /** @param side `inbound`, or for a connection of ours how we authenticate ourselves on it, if at all */
  #accept(
    socket: Socket,
    side: 'inbound' | RpcAuthentication | undefined,
    sparks: readonly SparkClasses[] = this.#sparks,
  ): { session: MasterSession; connection: RpcConnection } {
    this.#connectionCount += 1;
    const id = `connection-${this.#connectionCount}`;
    const logger = this.#options.logger.child({ connection: id, peer: peerOf(socket) });
    const { authentication, submissions } = this.#options;
    const tls = this.#tls !== undefined;
    const connection = new RpcConnection(socket, {
      inbound: side === 'inbound',
      limits: this.#limits,
      logger,
      ...(side === 'inbound' && authentication !== undefined
        ? { server: serverOptions(authentication, tls) }
        : {}),
      ...(side === 'inbound' || side === undefined ? {} : { client: clientOptions(side, tls) }),
    });
    const session = new MasterSession({
      id,
      connection,
      sparks,
      handler: this.#options.handler,
      ...(submissions === undefined ? {} : { submissions }),
      // Nobody is listened to before.
      peer: { authenticated: authentication !== undefined, remoteAddress: socket.remoteAddress },
      address: this.address,
      askTimeoutMs: this.#options.askTimeoutMs ?? DEFAULT_ASK_TIMEOUT_MS,
      logger,
    });
    this.#connections.add(connection);
    connection.receiveWith({
      request: (envelope) => session.request(envelope),
      peerRefused: (error) => session.peerRefused(error),
      oneWay: (envelope) => session.oneWay(envelope),
      closed: (reason) => {
        this.#connections.delete(connection);
        session.closed(reason);
      },
    });
    return { session, connection };
  }
}

import { createServer, type Server, type Socket } from 'node:net';
import { hostname } from 'node:os';
import type { ClassDescriptorSource } from '@spark-mesos/java-serialization';
import { ANSWER_CLASSES, REQUIRED_CLASSES, TELLING_CLASSES } from './answer-classes.ts';
import { SparkRpcError } from './errors.ts';
import { firstByte } from './first-byte.ts';
import type { Logger } from './logger.ts';
import type { DriverHandle, MasterHandler } from './master-handler.ts';
import { MasterSession } from './master-session.ts';
import type { EndpointReference } from './messages/endpoint-reference.ts';
import { formatRpcAddress, type RpcAddress } from './rpc-address.ts';
import { DEFAULT_ASK_TIMEOUT_MS, DEFAULT_CONNECT_TIMEOUT_MS, dial } from './rpc-client.ts';
import { type ConnectionLimits, DEFAULT_CONNECTION_LIMITS, RpcConnection } from './rpc-connection.ts';

// driver ──TCP──► RpcConnection ──► MasterSession ──► MasterHandler (the cluster manager)
//    ▲                 ▲                                   │
//    └─────────────────┴────────── DriverHandle ◄──────────┘

/** How many connections are held at once where nothing else is said. */
export const DEFAULT_MAX_CONNECTIONS = 10_000;

/** Where the shapes of Spark's classes come from; `ClassPath` of java-serialization is one. */
export interface DescribedClasses {
  descriptors(names: readonly string[]): Promise<ClassDescriptorSource>;
}

/** Options of {@link MasterEndpoint.listen}. */
export interface MasterEndpointOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** The jars of the drivers' Spark. */
  readonly classPath: DescribedClasses;
  readonly handler: MasterHandler;
  readonly logger: Logger;
  /** Under which host others reach this one; default `host`, or this machine's name where that is a wildcard. */
  readonly advertisedHost?: string;
  readonly maxConnections?: number;
  readonly limits?: Partial<ConnectionLimits>;
  /** How long a driver may take to answer. */
  readonly askTimeoutMs?: number;
  /**
   * Takes connections that do not begin as Spark's do (those begin with a zero, the highest byte of a frame's length),
   * such as HTTP on the same port. The first byte is still to be read. Without it they end as junk.
   */
  readonly takeOther?: (socket: Socket, firstByte: number) => void;
  /** Closes the endpoint when it is aborted. */
  readonly signal?: AbortSignal;
}

/** What {@link MasterEndpoint.recall} needs to know of a driver. */
export interface RecallOptions {
  /** The driver's RPC server. */
  readonly address: RpcAddress;
  readonly appId: string;
  readonly masterWebUiUrl?: string;
}

/** No frame is as long as 2^56 bytes. */
const SPARK_FIRST_BYTE = 0;

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
  readonly #classPath: ClassDescriptorSource;
  readonly #limits: ConnectionLimits;
  readonly #connections = new Set<RpcConnection>();
  /** Sockets that have said nothing yet, and those that speak another protocol. */
  readonly #others = new Set<Socket>();
  #connectionCount = 0;
  #closing: Promise<void> | undefined;

  private constructor(
    server: Server,
    address: RpcAddress,
    options: MasterEndpointOptions,
    classPath: ClassDescriptorSource,
  ) {
    this.#server = server;
    this.address = address;
    this.#options = options;
    this.#classPath = classPath;
    this.#limits = { ...DEFAULT_CONNECTION_LIMITS, ...options.limits };
    server.on('connection', (socket) => {
      if (options.takeOther === undefined) this.#accept(socket, true);
      // It never rejects.
      else void this.#tellApart(socket, options.takeOther);
    });
    server.on('drop', () =>
      options.logger.warn({ maxConnections: server.maxConnections }, 'too many connections'),
    );
    server.on('error', (error) => options.logger.error({ error }, 'the server failed'));
    // It never rejects, and who wants to wait for it calls close() once more.
    options.signal?.addEventListener('abort', () => void this.close(), { once: true });
  }

  /** Resolves once drivers can connect. */
  static async listen(options: MasterEndpointOptions): Promise<MasterEndpoint> {
    const classPath = await options.classPath.descriptors([...ANSWER_CLASSES, ...TELLING_CLASSES]);
    const missing = REQUIRED_CLASSES.find((name) => !classPath.has(name));
    if (missing !== undefined) {
      throw new SparkRpcError(
        'SPARK_RPC_CLASS_UNKNOWN',
        `${missing} is not on the class path: give the directory of a Spark's jars`,
      );
    }
    const server = createServer();
    server.maxConnections = options.maxConnections ?? DEFAULT_MAX_CONNECTIONS;
    const port = await listenOn(server, options.host, options.port);
    const address = { host: options.advertisedHost ?? reachableHost(options.host), port };
    options.logger.info({ url: formatRpcAddress(address) }, 'listening for drivers');
    return new MasterEndpoint(server, address, options, classPath);
  }

  /** How many connections there are, of whatever kind. */
  get connectionCount(): number {
    return this.#connections.size;
  }

  /**
   * Connects to a driver that an earlier master, now gone, had accepted, and has it take this one instead.
   * From then on all is as if the driver had registered here.
   */
  async recall({ address, appId, masterWebUiUrl = '' }: RecallOptions): Promise<DriverHandle> {
    const timeoutMs = this.#options.askTimeoutMs ?? DEFAULT_ASK_TIMEOUT_MS;
    const socket = await dial(address, Math.min(timeoutMs, DEFAULT_CONNECT_TIMEOUT_MS));
    const { session, connection } = this.#accept(socket, false);
    const reference: EndpointReference = { name: DRIVER_ENDPOINT, address };
    const timer = setTimeout(() => {
      connection.abort(
        `${formatRpcAddress(address)} did not acknowledge the new master within ${timeoutMs} ms`,
      );
    }, timeoutMs);
    try {
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
    for (const socket of this.#others) socket.destroy();
    await Promise.all(
      [...this.#connections].map((connection) => connection.close('the endpoint was closed')),
    );
    await stopped;
  }

  async #tellApart(socket: Socket, takeOther: (socket: Socket, firstByte: number) => void): Promise<void> {
    this.#others.add(socket);
    socket.on('close', () => this.#others.delete(socket));
    const byte = await firstByte(socket, this.#limits.frameTimeoutMs);
    if (byte === undefined || this.#closing !== undefined) {
      socket.destroy();
    } else if (byte === SPARK_FIRST_BYTE) {
      this.#others.delete(socket);
      this.#accept(socket, true);
    } else {
      takeOther(socket, byte);
    }
  }

  #accept(socket: Socket, inbound: boolean): { session: MasterSession; connection: RpcConnection } {
    this.#connectionCount += 1;
    const id = `connection-${this.#connectionCount}`;
    const logger = this.#options.logger.child({ connection: id, peer: peerOf(socket) });
    const connection = new RpcConnection(socket, inbound, this.#limits, logger);
    const session = new MasterSession({
      id,
      connection,
      classPath: this.#classPath,
      handler: this.#options.handler,
      address: this.address,
      askTimeoutMs: this.#options.askTimeoutMs ?? DEFAULT_ASK_TIMEOUT_MS,
      logger,
    });
    this.#connections.add(connection);
    connection.receiveWith({
      request: (envelope) => session.request(envelope),
      authenticate: (mechanism) => session.authenticate(mechanism),
      oneWay: (envelope) => session.oneWay(envelope),
      closed: (reason) => {
        this.#connections.delete(connection);
        session.closed(reason);
      },
    });
    return { session, connection };
  }
}

function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const message = `cannot listen on ${host}:${port}: ${cause.message}`;
      reject(new SparkRpcError('SPARK_RPC_LISTEN_FAILED', message, { cause }));
    });
    server.listen({ host, port }, () => {
      server.removeAllListeners('error');
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function reachableHost(host: string): string {
  return host === '0.0.0.0' || host === '::' || host === '' ? hostname() : host;
}

function peerOf(socket: Socket): string {
  return `${socket.remoteAddress}:${socket.remotePort}`;
}

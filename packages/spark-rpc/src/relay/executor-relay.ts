import { createServer, type Server, type Socket } from 'node:net';
import type { ClassDescriptorSource } from '@spark-mesos/java-serialization';
import { loadTls, type TlsMaterial } from '@spark-mesos/spark-network';
import { DEFAULT_CONNECTION_LIMITS } from '../connection-limits.ts';
import { dial } from '../dial.ts';
import { SparkRpcError } from '../errors.ts';
import { InboundDoor } from '../inbound-door.ts';
import { listenOn, peerOf, reachableHost } from '../listening.ts';
import type { Logger } from '../logger.ts';
import { formatRpcAddress, type RpcAddress } from '../rpc-address.ts';
import { clientOptions, serverOptions } from '../security.ts';
import type { RelayedExecutor, RelayGate } from './gate.ts';
import { guardedGate } from './guarded-gate.ts';
import { HeldBudget } from './held-budget.ts';
import { KILL_TASK_CLASS } from './kill-task.ts';
import { DEFAULT_RELAY_LIMITS, type RelayLimits } from './limits.ts';
import { RelayConnection } from './relay-connection.ts';
import { RelayLeg } from './relay-leg.ts';
import type { ExecutorRelayOptions, TaskRelay } from './relay-options.ts';

/**
 * Stands between the executors of one application and their driver, which take it for each other, and holds back each
 * task until a gate lets it pass.
 */
export class ExecutorRelay implements TaskRelay {
  readonly address: RpcAddress;
  readonly #server: Server;
  readonly #options: ExecutorRelayOptions;
  readonly #gate: RelayGate;
  readonly #classes: ClassDescriptorSource;
  readonly #limits: RelayLimits;
  readonly #budget: HeldBudget;
  readonly #tls: TlsMaterial | undefined;
  readonly #door: InboundDoor;
  readonly #legs = new Set<RelayLeg>();
  readonly #connections = new Set<RelayConnection>();
  readonly #executors = new Map<string, RelayConnection>();
  #connectionCount = 0;
  #closing: Promise<void> | undefined;

  private constructor(
    server: Server,
    address: RpcAddress,
    options: ExecutorRelayOptions,
    classes: ClassDescriptorSource,
    tls: TlsMaterial | undefined,
  ) {
    this.#server = server;
    this.address = address;
    this.#options = options;
    this.#gate = guardedGate(options.gate, options.logger);
    this.#classes = classes;
    this.#limits = { ...DEFAULT_RELAY_LIMITS, ...options.limits };
    this.#budget = new HeldBudget(this.#limits.maxHeldBytesInAll);
    this.#tls = tls;
    this.#door = new InboundDoor({
      tls,
      limits: { ...DEFAULT_CONNECTION_LIMITS, frameTimeoutMs: this.#limits.connectTimeoutMs },
      enter: (socket) => void this.#enter(socket),
      takeOther: undefined,
      takeTls: undefined,
      refused: (socket, { code, message: reason }) =>
        options.logger.warn({ peer: peerOf(socket), code, reason }, 'refused an executor'),
    });
    server.on('connection', (socket) => this.#door.welcome(socket));
    server.on('drop', () =>
      options.logger.warn({ maxConnections: server.maxConnections }, 'too many connections'),
    );
    server.on('error', (error) => options.logger.error({ error }, 'the relay failed'));
    // It never rejects, and who wants to wait for it calls close() once more.
    options.signal?.addEventListener('abort', () => void this.close(), { once: true });
  }

  /** Resolves once executors can connect. */
  static async listen(options: ExecutorRelayOptions): Promise<ExecutorRelay> {
    const classes = await options.classPath.descriptors([KILL_TASK_CLASS]);
    if (!classes.has(KILL_TASK_CLASS)) {
      throw new SparkRpcError(
        'SPARK_RPC_CLASS_UNKNOWN',
        `${KILL_TASK_CLASS} is not on the class path: give the directory of a Spark's jars`,
      );
    }
    const tls = options.tls === undefined ? undefined : await loadTls(options.tls);
    const server = createServer();
    server.maxConnections = options.limits?.maxConnections ?? DEFAULT_RELAY_LIMITS.maxConnections;
    const port = await listenOn(server, options.host, options.port);
    const address = { host: options.advertisedHost ?? reachableHost(options.host), port };
    const driver = formatRpcAddress(options.driver);
    options.logger.info({ url: formatRpcAddress(address), driver }, 'listening for executors');
    return new ExecutorRelay(server, address, options, classes, tls);
  }

  /** How many connections there are, of which an executor has one, and another while it starts. */
  get connectionCount(): number {
    return this.#connections.size;
  }

  pass(executorId: string, taskId: number): boolean {
    return this.#executors.get(executorId)?.pass(taskId) ?? false;
  }

  kill(executorId: string, taskId: number, reason: string): boolean {
    return this.#executors.get(executorId)?.kill(taskId, reason) ?? false;
  }

  announceCores(executorId: string, cores: number): boolean {
    const connection = this.#executors.get(executorId);
    connection?.announceCores(cores);
    return connection !== undefined;
  }

  disconnectExecutor(executorId: string, reason: string): boolean {
    const connection = this.#executors.get(executorId);
    connection?.end(reason);
    return connection !== undefined;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const stopped = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    this.#door.close();
    const reason = 'the relay was closed';
    for (const connection of this.#connections) connection.end(reason);
    for (const leg of this.#legs) leg.close(reason);
    await Promise.all([...this.#legs].map((leg) => leg.closed));
    await stopped;
  }

  async #enter(socket: Socket): Promise<void> {
    this.#connectionCount += 1;
    const id = `relayed-${this.#connectionCount}`;
    const logger = this.#options.logger.child({ connection: id, peer: peerOf(socket) });
    const executor = this.#executorLeg(socket);
    try {
      const { connectTimeoutMs } = this.#limits;
      // Nobody reaches the driver through the relay without having shown that he may.
      await executor.authenticate(connectTimeoutMs);
      const driver = this.#driverLeg(await dial(this.#options.driver, connectTimeoutMs, this.#tls));
      await driver.authenticate(connectTimeoutMs);
      this.#join(executor, driver, logger);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const code = error instanceof SparkRpcError ? error.code : undefined;
      logger.warn({ code, reason }, 'an executor is not connected with its driver');
      executor.close(reason);
    }
  }

  #executorLeg(socket: Socket): RelayLeg {
    const { authentication } = this.#options;
    return this.#leg(
      new RelayLeg(socket, {
        name: 'the executor',
        maxFrameBytes: this.#limits.maxFrameBytes,
        ...(authentication === undefined
          ? {}
          : { server: serverOptions(authentication, this.#tls !== undefined) }),
      }),
    );
  }

  #driverLeg(socket: Socket): RelayLeg {
    const { authentication } = this.#options;
    return this.#leg(
      new RelayLeg(socket, {
        name: 'the driver',
        maxFrameBytes: this.#limits.maxFrameBytes,
        ...(authentication === undefined
          ? {}
          : { client: clientOptions(authentication, this.#tls !== undefined) }),
      }),
    );
  }

  #leg(leg: RelayLeg): RelayLeg {
    this.#legs.add(leg);
    void leg.closed.then(() => this.#legs.delete(leg));
    if (this.#closing !== undefined) leg.close('the relay was closed');
    return leg;
  }

  #join(executor: RelayLeg, driver: RelayLeg, logger: Logger): void {
    const gate = this.#gate;
    const connection: RelayConnection = new RelayConnection({
      executor,
      driver,
      limits: this.#limits,
      budget: this.#budget,
      classes: this.#classes,
      logger,
      listener: {
        executorRegistered: (registered) => this.#register(connection, registered, logger),
        taskHeld: (task) => gate.taskHeld(task),
        killTask: (executorId, taskId) => gate.killTask(executorId, taskId),
        taskEnded: (executorId, taskId, state) => gate.taskEnded(executorId, taskId, state),
        ended: (reason) => this.#ended(connection, reason),
      },
    });
    this.#connections.add(connection);
    connection.start();
  }

  #register(connection: RelayConnection, executor: RelayedExecutor, logger: Logger): boolean {
    const { executorId } = executor;
    if (this.#executors.has(executorId)) {
      logger.warn({ executorId }, 'another executor of this id is connected');
      return false;
    }
    this.#executors.set(executorId, connection);
    logger.info({ executorId, hostname: executor.hostname, cores: executor.cores }, 'executor connected');
    this.#gate.executorConnected(executor);
    return true;
  }

  #ended(connection: RelayConnection, reason: string): void {
    this.#connections.delete(connection);
    const executorId = connection.executor?.executorId;
    if (executorId === undefined || this.#executors.get(executorId) !== connection) return;
    this.#executors.delete(executorId);
    this.#options.logger.info({ executorId, reason }, 'executor disconnected');
    this.#gate.executorDisconnected(executorId, reason);
  }
}

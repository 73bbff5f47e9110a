import {
  type ClassDescriptorSource,
  type JavaValue,
  writeObjectStream,
} from '@spark-mesos/java-serialization';
import { loadTls, type TlsSettings } from '@spark-mesos/spark-network';
import { decodeAnswer } from './answers.ts';
import { type ConnectionLimits, DEFAULT_CONNECTION_LIMITS } from './connection-limits.ts';
import { dial } from './dial.ts';
import { SparkRpcError } from './errors.ts';
import type { Logger } from './logger.ts';
import {
  CHECK_EXISTENCE_CLASS,
  ENDPOINT_VERIFIER,
  encodeCheckExistence,
} from './messages/check-existence.ts';
import { encodeRetrieveSparkAppConfig, SCHEDULER_ENDPOINT } from './messages/retrieve-spark-app-config.ts';
import { ObjectBuilder } from './object-builder.ts';
import { formatRpcAddress, type RpcAddress } from './rpc-address.ts';
import { RpcConnection } from './rpc-connection.ts';
import { clientOptions, type RpcAuthentication } from './security.ts';
import { settingsOf } from './settings-request.ts';

/** How long to wait for a connection, and for an answer, where nothing else is said. */
export const DEFAULT_CONNECT_TIMEOUT_MS = 10_000;
/** How long to wait for an answer, where nothing else is said. */
export const DEFAULT_ASK_TIMEOUT_MS = 30_000;

/** Options of {@link RpcClient.connect}. */
export interface RpcClientOptions {
  readonly address: RpcAddress;
  /** The classes of the Spark that listens there; see `ClassPath.descriptors` and {@link ANSWER_CLASSES}. */
  readonly classes: ClassDescriptorSource;
  readonly logger: Logger;
  /** How long to wait for the connection, its authentication included. */
  readonly connectTimeoutMs?: number;
  readonly askTimeoutMs?: number;
  readonly limits?: Partial<ConnectionLimits>;
  /** `spark.authenticate`: how the other side has it, too. */
  readonly authentication?: RpcAuthentication;
  /** `spark.ssl.rpc.enabled`: speaks TLS. */
  readonly tls?: TlsSettings;
}

/** Makes the objects of a message in the shape that the peer's classes have. */
export type BuildMessage = (build: ObjectBuilder) => JavaValue;

/** Talks to the endpoints of another RpcEnv over a connection of its own, as an executor does: it has no server. */
export class RpcClient {
  readonly #connection: RpcConnection;
  readonly #options: RpcClientOptions;

  private constructor(connection: RpcConnection, options: RpcClientOptions) {
    this.#connection = connection;
    this.#options = options;
  }

  /** Connects and, where asked for, authenticates. */
  static async connect(options: RpcClientOptions): Promise<RpcClient> {
    const { address, authentication, connectTimeoutMs = DEFAULT_CONNECT_TIMEOUT_MS } = options;
    const tls = options.tls === undefined ? undefined : await loadTls(options.tls);
    const socket = await dial(address, connectTimeoutMs, tls);
    const logger = options.logger.child({ peer: formatRpcAddress(address) });
    const connection = new RpcConnection(socket, {
      inbound: false,
      limits: { ...DEFAULT_CONNECTION_LIMITS, ...options.limits },
      logger,
      ...(authentication === undefined ? {} : { client: clientOptions(authentication, tls !== undefined) }),
    });
    connection.receiveWith({
      request: (envelope) =>
        Promise.reject(
          new SparkRpcError('SPARK_RPC_UNKNOWN_ENDPOINT', `there is no endpoint ${envelope.endpoint} here`),
        ),
      oneWay: (envelope) => connection.refuse(`there is no endpoint ${envelope.endpoint} here`),
      closed: (reason) => logger.debug({ reason }, 'disconnected'),
    });
    await authenticateWithin(connection, connectTimeoutMs);
    return new RpcClient(connection, options);
  }

  /** Whether questions can still be asked. */
  get isOpen(): boolean {
    return this.#connection.isOpen;
  }

  /** Whether the RpcEnv has an endpoint of this name. */
  async hasEndpoint(name: string): Promise<boolean> {
    const answer = await this.ask(ENDPOINT_VERIFIER, (build) => encodeCheckExistence(build, name));
    const value =
      typeof answer === 'object' && answer?.kind === 'object' ? answer.fields.get('value') : answer;
    if (typeof value === 'boolean') return value;
    throw new SparkRpcError('SPARK_RPC_UNEXPECTED_VALUE', `a Boolean answers ${CHECK_EXISTENCE_CLASS}`);
  }

  /** Asks an endpoint, and resolves to its answer. */
  async ask(endpoint: string, message: BuildMessage): Promise<JavaValue> {
    const timeoutMs = this.#options.askTimeoutMs ?? DEFAULT_ASK_TIMEOUT_MS;
    return decodeAnswer(await this.#connection.ask(this.#envelope(endpoint, message), timeoutMs));
  }

  /** Sends an endpoint a message that it does not answer. */
  send(endpoint: string, message: BuildMessage): void {
    this.#connection.send(this.#envelope(endpoint, message));
  }

  /** Asks a driver for the settings of its application. */
  async retrieveSettings(profileId: number): Promise<ReadonlyMap<string, string>> {
    return settingsOf(
      await this.ask(SCHEDULER_ENDPOINT, (build) => encodeRetrieveSparkAppConfig(build, profileId)),
    );
  }

  /** Ends the connection; what was asked and not answered is rejected. */
  close(): Promise<void> {
    return this.#connection.close('closed by us');
  }

  #envelope(endpoint: string, message: BuildMessage) {
    const content = writeObjectStream(message(new ObjectBuilder(this.#options.classes)));
    return { sender: undefined, receiver: this.#options.address, endpoint, content };
  }
}

/** Waits until both sides have authenticated themselves, but not for ever. */
export async function authenticateWithin(connection: RpcConnection, timeoutMs: number): Promise<void> {
  const timer = setTimeout(() => connection.abort(`not authenticated within ${timeoutMs} ms`), timeoutMs);
  try {
    await connection.authenticated();
  } finally {
    clearTimeout(timer);
  }
}

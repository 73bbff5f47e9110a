import {
  boxBoolean,
  JavaObject,
  type JavaValue,
  readObjectStream,
  writeObjectStream,
} from '@spark-mesos/java-serialization';
import type { Envelope } from './envelope.ts';
import { SparkRpcError } from './errors.ts';
import type { SparkClasses } from './known-spark.ts';
import type { Logger } from './logger.ts';
import type { DriverHandle, MasterHandler } from './master-handler.ts';
import { decodeMasterMessage } from './master-message.ts';
import {
  CHECK_EXISTENCE_CLASS,
  decodeCheckExistence,
  ENDPOINT_VERIFIER,
} from './messages/check-existence.ts';
import type { EndpointReference } from './messages/endpoint-reference.ts';
import type { RegisterApplication } from './messages/register-application.ts';
import { ObjectBuilder } from './object-builder.ts';
import { PeerClasses } from './peer-classes.ts';
import { foreignApplication, mismatchRefusal, unknownEndpoint } from './refusals.ts';
import { RegisteredDriver } from './registered-driver.ts';
import type { RpcAddress } from './rpc-address.ts';
import type { RpcReceiver } from './rpc-connection.ts';
import { describeValue } from './scala/values.ts';
import type { SessionConnection } from './session-connection.ts';
import {
  answerSubmission,
  type ConnectionPeer,
  NO_SUBMISSIONS,
  type SubmissionHandler,
  type SubmissionPeer,
} from './submissions.ts';

/** The endpoint that drivers talk to. */
export const MASTER_ENDPOINT = 'Master';
/** The endpoint that executors watch: they end when the connection on which they asked for it does. */
export const WORKER_ENDPOINT = 'Worker';

const UNKNOWN_PEER: ConnectionPeer = { authenticated: false, remoteAddress: undefined };

/** What a {@link MasterSession} is made of. */
export interface MasterSessionOptions {
  readonly id: string;
  readonly connection: SessionConnection;
  /** Those that the peer may have. */
  readonly sparks: readonly SparkClasses[];
  readonly handler: MasterHandler;
  /** Runs drivers; without it nobody does. */
  readonly submissions?: SubmissionHandler;
  /** Who it is that talks to us. */
  readonly peer?: ConnectionPeer;
  /** Ours, until the peer has said by which one it knows us. */
  readonly address: RpcAddress;
  readonly askTimeoutMs: number;
  readonly logger: Logger;
}

interface Recall {
  readonly driver: RegisteredDriver;
  readonly resolve: (driver: DriverHandle) => void;
  readonly reject: (error: SparkRpcError) => void;
}

/**
 * A standalone master's side of the conversation with one peer, with no I/O of its own. The peer is
 *
 * - `unknown` at first: anything that connects, executors that watch the endpoint Worker among them;
 * - `recalled` once it was told that this master has taken over, until it acknowledges that;
 * - a driver once it has registered an application or acknowledged; it stays one until the connection ends.
 */
export class MasterSession implements RpcReceiver {
  readonly #options: MasterSessionOptions;
  readonly #classes: PeerClasses;
  readonly #peer: SubmissionPeer;
  readonly #logger: Logger;
  #address: RpcAddress;
  #driver: RegisteredDriver | undefined;
  #recall: Recall | undefined;
  #refusalReported = false;

  constructor(options: MasterSessionOptions) {
    this.#options = options;
    const classes = new PeerClasses(options.sparks);
    this.#classes = classes;
    this.#peer = {
      ...(options.peer ?? UNKNOWN_PEER),
      get sparks() {
        return classes.fitting;
      },
    };
    this.#logger = options.logger;
    this.#address = options.address;
  }

  async request(envelope: Envelope): Promise<Uint8Array> {
    try {
      return writeObjectStream(await this.#answer(envelope.endpoint, this.#read(envelope)));
    } catch (error) {
      this.#options.connection.refuse(messageOf(error), { endpoint: envelope.endpoint, code: codeOf(error) });
      throw error;
    }
  }

  peerRefused(error: SparkRpcError): void {
    this.#reportRefusal(error);
  }

  oneWay(envelope: Envelope): void {
    try {
      if (envelope.endpoint !== MASTER_ENDPOINT) throw unknownEndpoint(envelope.endpoint);
      this.#take(this.#read(envelope));
    } catch (error) {
      if (isForNobody(error)) {
        this.#logger.debug({ endpoint: envelope.endpoint, reason: error.message }, 'ignored a message');
        return;
      }
      this.#options.connection.refuse(messageOf(error), { endpoint: envelope.endpoint, code: codeOf(error) });
    }
  }

  closed(reason: string): void {
    this.#recall?.reject(new SparkRpcError('SPARK_RPC_DISCONNECTED', reason));
    this.#recall = undefined;
    const driver = this.#driver;
    this.#driver = undefined;
    if (driver === undefined) return;
    this.#logger.info({ appId: driver.appId, reason }, 'driver disconnected');
    this.#tell('driverDisconnected', () => this.#options.handler.driverDisconnected(driver));
  }

  /** Tells a driver that lost its master that this one has taken over; resolves once it has acknowledged that. */
  recall(reference: EndpointReference, appId: string, masterWebUiUrl: string): Promise<DriverHandle> {
    const driver = this.#newDriver(reference, appId);
    return new Promise((resolve, reject) => {
      this.#recall = { driver, resolve, reject };
      driver.masterChanged(masterWebUiUrl);
    });
  }

  /** Reads a message, and learns from it what the peer's classes look like as long as there is need. */
  #read(envelope: Envelope): JavaValue {
    const message = readObjectStream(envelope.content);
    if (this.#driver === undefined) {
      if (envelope.receiver !== undefined && this.#recall === undefined) this.#address = envelope.receiver;
      this.#classes.learn(message);
    }
    return message;
  }

  async #answer(endpoint: string, message: JavaValue): Promise<JavaValue> {
    this.#checkClasses();
    if (endpoint === ENDPOINT_VERIFIER) return boxBoolean(knowsEndpoint(message));
    if (endpoint !== MASTER_ENDPOINT) throw unknownEndpoint(endpoint);
    const request = decodeMasterMessage(message);
    const { handler } = this.#options;
    switch (request.kind) {
      case 'RequestExecutors':
        if (!this.#isOwn(request.appId)) return boxBoolean(false);
        return this.#decide(request.kind, () => handler.requestExecutors(request.appId, request.totals));
      case 'KillExecutors':
        if (!this.#isOwn(request.appId)) return boxBoolean(false);
        return this.#decide(request.kind, () => handler.killExecutors(request.appId, request.executorIds));
      case 'RequestSubmitDriver':
      case 'RequestDriverStatus':
      case 'RequestKillDriver':
        return answerSubmission(request, {
          build: new ObjectBuilder(this.#classes),
          classes: this.#classes,
          handler: this.#options.submissions ?? NO_SUBMISSIONS,
          peer: this.#peer,
          master: this.#master,
          logger: this.#logger,
        });
      case 'RegisterApplication':
      case 'UnregisterApplication':
      case 'MasterChangeAcknowledged':
        throw new SparkRpcError(
          'SPARK_RPC_UNKNOWN_MESSAGE',
          `${request.kind} is a message without an answer`,
        );
    }
  }

  #take(message: JavaValue): void {
    const request = decodeMasterMessage(message);
    switch (request.kind) {
      case 'RegisterApplication':
        this.#register(request);
        return;
      case 'UnregisterApplication':
        this.#unregister(request.appId);
        return;
      case 'MasterChangeAcknowledged':
        this.#acknowledge(request.appId);
        return;
      case 'RequestExecutors':
      case 'KillExecutors':
      case 'RequestSubmitDriver':
      case 'RequestDriverStatus':
      case 'RequestKillDriver':
        throw new SparkRpcError(
          'SPARK_RPC_UNKNOWN_MESSAGE',
          `${request.kind} is a question, and none was asked`,
        );
    }
  }

  #register({ application, driver: reference }: RegisterApplication): void {
    if (this.#driver !== undefined) {
      this.#registerAgain(this.#driver);
      return;
    }
    const driver = this.#newDriver(reference);
    try {
      this.#checkClasses();
    } catch (error) {
      // The driver may or may not be able to read this; the log has it in any case.
      driver.applicationRemoved(messageOf(error));
      throw error;
    }
    this.#driver = driver;
    this.#logger.info({ name: application.name, driver: driver.address }, 'driver registers an application');
    this.#tell('registerApplication', () => this.#options.handler.registerApplication(application, driver));
  }

  /** A driver that has had no answer for 20 s repeats itself. There is one application all the same. */
  #registerAgain(driver: RegisteredDriver): void {
    this.#logger.info({ appId: driver.appId }, 'driver repeats its registration');
    if (driver.appId !== undefined) driver.registeredApplication(driver.appId);
  }

  #unregister(appId: string): void {
    const driver = this.#driver;
    if (driver === undefined || driver.appId !== appId) throw foreignApplication(appId);
    this.#tell('unregisterApplication', () => this.#options.handler.unregisterApplication(appId, driver));
  }

  #acknowledge(appId: string): void {
    const recall = this.#recall;
    if (recall === undefined || recall.driver.appId !== appId) throw foreignApplication(appId);
    this.#recall = undefined;
    this.#driver = recall.driver;
    this.#logger.info({ appId }, 'driver has taken this master for its own');
    recall.resolve(recall.driver);
  }

  /** Nobody has a say in the application of another connection, whatever id it names. */
  #isOwn(appId: string): boolean {
    if (this.#driver?.appId === appId) return true;
    this.#options.connection.refuse(foreignApplication(appId).message);
    return false;
  }

  #checkClasses(): void {
    const mismatches = this.#driver === undefined ? this.#classes.mismatches() : [];
    if (mismatches.length === 0) return;
    const refusal = mismatchRefusal(mismatches);
    this.#reportRefusal(refusal);
    throw refusal;
  }

  #reportRefusal(refusal: SparkRpcError): void {
    if (this.#refusalReported) return;
    this.#refusalReported = true;
    this.#tell('driverRefused', () => this.#options.handler.driverRefused?.(refusal));
  }

  #newDriver(reference: EndpointReference, appId?: string): RegisteredDriver {
    const { id, connection, askTimeoutMs } = this.#options;
    const shared = { id, connection, askTimeoutMs, classes: this.#classes, logger: this.#logger };
    return new RegisteredDriver({ ...shared, reference, master: this.#master }, appId);
  }

  get #master(): EndpointReference {
    return { name: MASTER_ENDPOINT, address: this.#address };
  }

  /** A cluster manager that fails to decide has not done it. */
  async #decide(what: string, call: () => Promise<boolean> | boolean): Promise<JavaValue> {
    try {
      return boxBoolean(await call());
    } catch (error) {
      this.#logger.error({ error }, `${what} failed`);
      return boxBoolean(false);
    }
  }

  #tell(what: string, call: () => void): void {
    try {
      call();
    } catch (error) {
      this.#logger.error({ error }, `${what} failed`);
    }
  }
}

function knowsEndpoint(message: JavaValue): boolean {
  if (!(message instanceof JavaObject) || message.className !== CHECK_EXISTENCE_CLASS) {
    throw new SparkRpcError(
      'SPARK_RPC_UNKNOWN_MESSAGE',
      `the endpoint ${ENDPOINT_VERIFIER} knows no message of class ${describeValue(message)}`,
    );
  }
  const { name } = decodeCheckExistence(message);
  return name === MASTER_ENDPOINT || name === WORKER_ENDPOINT;
}

/** A newer Spark may say what this master does not know: nobody waits for an answer to it. */
function isForNobody(error: unknown): error is SparkRpcError {
  return (
    error instanceof SparkRpcError &&
    (error.code === 'SPARK_RPC_UNKNOWN_MESSAGE' || error.code === 'SPARK_RPC_UNKNOWN_ENDPOINT')
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

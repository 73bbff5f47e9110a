import { type JavaValue, writeObjectStream } from '@spark-mesos/java-serialization';
import { decodeAnswer } from './answers.ts';
import type { Envelope } from './envelope.ts';
import { SparkRpcError } from './errors.ts';
import type { Logger } from './logger.ts';
import type { DriverHandle } from './master-handler.ts';
import { encodeApplicationRemoved } from './messages/application-removed.ts';
import type { EndpointReference } from './messages/endpoint-reference.ts';
import { type ExecutorAdded, encodeExecutorAdded } from './messages/executor-added.ts';
import { knowsExecutorState } from './messages/executor-state.ts';
import { type ExecutorUpdated, encodeExecutorUpdated } from './messages/executor-updated.ts';
import { encodeMasterChanged } from './messages/master-changed.ts';
import { encodeRegisteredApplication } from './messages/registered-application.ts';
import { encodeRetrieveSparkAppConfig, SCHEDULER_ENDPOINT } from './messages/retrieve-spark-app-config.ts';
import { encodeWorkerRemoved, WORKER_REMOVED_CLASS } from './messages/worker-removed.ts';
import { ObjectBuilder } from './object-builder.ts';
import type { PeerClasses } from './peer-classes.ts';
import type { RpcAddress } from './rpc-address.ts';
import type { SessionConnection } from './session-connection.ts';
import { settingsOf } from './settings-request.ts';

/** What a {@link RegisteredDriver} is made of. */
export interface RegisteredDriverOptions {
  readonly id: string;
  /** The driver's endpoint for news of its executors. */
  readonly reference: EndpointReference;
  /** Our own endpoint, as the driver knows it. */
  readonly master: EndpointReference;
  readonly connection: SessionConnection;
  readonly classes: PeerClasses;
  readonly askTimeoutMs: number;
  readonly logger: Logger;
}

/** A driver as its cluster manager has it: every message goes over the connection that the driver made. */
export class RegisteredDriver implements DriverHandle {
  readonly #options: RegisteredDriverOptions;
  #appId: string | undefined;

  /** @param appId where the driver has been accepted before, by a master that is no more */
  constructor(options: RegisteredDriverOptions, appId?: string) {
    this.#options = options;
    this.#appId = appId;
  }

  get id(): string {
    return this.#options.id;
  }

  get address(): RpcAddress {
    return this.#options.reference.address;
  }

  get sparks(): readonly string[] {
    return this.#options.classes.fitting;
  }

  speakAs(spark: string): void {
    this.#options.classes.prefer(spark);
  }

  /** Undefined until the application has been accepted. */
  get appId(): string | undefined {
    return this.#appId;
  }

  registeredApplication(appId: string): void {
    if (this.#appId !== undefined && this.#appId !== appId) {
      throw new SparkRpcError(
        'SPARK_RPC_UNEXPECTED_VALUE',
        `this driver is registered as ${this.#appId} already`,
      );
    }
    this.#appId = appId;
    this.#send((build) => encodeRegisteredApplication(build, { appId, master: this.#options.master }));
    this.#options.logger.info({ appId }, 'application registered');
  }

  executorAdded(executor: ExecutorAdded): void {
    this.#send((build) => encodeExecutorAdded(build, executor));
  }

  executorUpdated(update: ExecutorUpdated): void {
    if (!knowsExecutorState(this.#options.classes, update.state)) {
      this.#unknown(update.state);
      return;
    }
    this.#send((build) => encodeExecutorUpdated(build, update));
  }

  workerRemoved(workerId: string, host: string, message: string): void {
    if (!this.#options.classes.has(WORKER_REMOVED_CLASS)) {
      this.#unknown('WorkerRemoved');
      return;
    }
    this.#send((build) => encodeWorkerRemoved(build, { workerId, host, message }));
  }

  applicationRemoved(message: string): void {
    this.#send((build) => encodeApplicationRemoved(build, { message }));
  }

  /** Tells a driver whose master is gone that this one has taken over. */
  masterChanged(masterWebUiUrl: string): void {
    this.#send((build) => encodeMasterChanged(build, { master: this.#options.master, masterWebUiUrl }));
  }

  /**
   * Goes over the connection that the driver made, since RpcEnvs talk both ways on any. A second one to the
   * driver's own server would have to get through its firewall, and to authenticate itself there.
   */
  async retrieveSettings(profileId: number): Promise<ReadonlyMap<string, string>> {
    const envelope = this.#envelope(SCHEDULER_ENDPOINT, (build) =>
      encodeRetrieveSparkAppConfig(build, profileId),
    );
    const answer = await this.#options.connection.ask(envelope, this.#options.askTimeoutMs);
    return settingsOf(decodeAnswer(answer));
  }

  close(): void {
    // Nobody waits for the end: the handler is told of it by driverDisconnected.
    void this.#options.connection.close('closed by us');
  }

  #unknown(what: string): void {
    this.#options.logger.debug({ what }, 'the driver is not told what its Spark does not know');
  }

  #send(message: (build: ObjectBuilder) => JavaValue): void {
    this.#options.connection.send(this.#envelope(this.#options.reference.name, message));
  }

  #envelope(endpoint: string, message: (build: ObjectBuilder) => JavaValue): Envelope {
    const { classes, master } = this.#options;
    const content = writeObjectStream(message(new ObjectBuilder(classes)));
    return { sender: master.address, receiver: this.address, endpoint, content };
  }
}

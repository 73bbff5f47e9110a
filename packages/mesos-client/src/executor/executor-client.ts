import {
  codecOf,
  DEFAULT_MAX_RECORD_BYTES,
  type MesosCodec,
  type MesosContentType,
  mesos,
} from '@spark-mesos/mesos-proto';
import { DEFAULT_BACK_OFF } from '../back-off.ts';
import { CallSender, type CallTarget } from '../calls/call-sender.ts';
import { type Clock, SYSTEM_CLOCK } from '../clock.ts';
import { MesosError } from '../errors.ts';
import { EventQueue } from '../event-queue.ts';
import type { HttpChannelOptions } from '../http/channel.ts';
import type { TlsOptions } from '../http/tls.ts';
import { type Logger, SILENT_LOGGER } from '../logger.ts';
import { type RandomBytes, randomUuid } from '../uuid.ts';
import { type ExecutorEnvironment, parseExecutorEnvironment } from './environment.ts';
import type { ExecutorClientEvent } from './events.ts';
import { ExecutorSession } from './session.ts';
import { UnacknowledgedWork } from './unacknowledged.ts';

/** Settings of an {@link ExecutorClient}. */
export interface ExecutorClientOptions {
  /** Who and where we are. Default: what `parseExecutorEnvironment` reads in the environment of the process. */
  readonly environment?: ExecutorEnvironment;
  readonly contentType?: MesosContentType;
  readonly tls?: TlsOptions;
  /** How long the first subscription may take, all tries together; an agent itself waits a minute. */
  readonly registrationTimeoutMs?: number;
  /** How long one try may take. */
  readonly attemptTimeoutMs?: number;
  /** How long the answer to a call may take. */
  readonly callTimeoutMs?: number;
  /** Events that wait for the consumer before no more are read. */
  readonly maxQueuedEvents?: number;
  readonly maxRecordBytes?: number;
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** Seconds since 1970, for the timestamps of updates. */
  readonly nowSeconds?: () => number;
  /** For back-off. */
  readonly random?: () => number;
  /** For the UUIDs of updates. */
  readonly randomBytes?: RandomBytes;
}

const DEFAULTS = {
  registrationTimeoutMs: 60_000,
  attemptTimeoutMs: 10_000,
  callTimeoutMs: 30_000,
  maxQueuedEvents: 1_000,
  maxRecordBytes: DEFAULT_MAX_RECORD_BYTES,
} as const;

/**
 * An executor's connection to its agent: subscribes, takes tasks, sends updates until they are acknowledged.
 *
 * ```ts
 * const executor = new ExecutorClient();
 * for await (const event of executor.events()) {
 *   const task = event.kind === 'mesos' ? event.event.launch?.task : undefined;
 *   if (task) await executor.update({ taskId: task.taskId, state: mesos.v1.TaskState.TASK_FINISHED });
 * }
 * ```
 */
export class ExecutorClient {
  readonly environment: ExecutorEnvironment;
  readonly #codec: MesosCodec;
  readonly #queue: EventQueue<ExecutorClientEvent>;
  readonly #work = new UnacknowledgedWork();
  readonly #session: ExecutorSession;
  readonly #sender: CallSender<CallTarget>;
  readonly #logger: Logger;
  readonly #nowSeconds: () => number;
  readonly #randomBytes: RandomBytes | undefined;
  /** One after another, also where one has to be repeated: no RUNNING may come after its FINISHED. */
  #updatesInTurn: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  /** Throws MESOS_ENVIRONMENT_INVALID when this is no executor of an agent; connects to nothing yet. */
  constructor(options: ExecutorClientOptions = {}) {
    const settings = { ...DEFAULTS, ...options };
    this.environment = options.environment ?? parseExecutorEnvironment(process.env);
    const { agentUrl, authenticationToken, domainSocket } = this.environment;
    const clock = options.clock ?? SYSTEM_CLOCK;
    const random = options.random ?? Math.random;
    this.#codec = codecOf(options.contentType ?? 'protobuf');
    this.#queue = new EventQueue(settings.maxQueuedEvents);
    this.#logger = options.logger ?? SILENT_LOGGER;
    this.#nowSeconds = options.nowSeconds ?? (() => Date.now() / 1000);
    this.#randomBytes = options.randomBytes;
    const headers: Record<string, string> =
      authenticationToken === undefined ? {} : { authorization: `Bearer ${authenticationToken}` };
    const channelOptions: HttpChannelOptions = {
      headers,
      connectTimeoutMs: settings.attemptTimeoutMs,
      answerTimeoutMs: settings.callTimeoutMs,
      tls: options.tls,
      socketPath: domainSocket,
    };
    this.#session = new ExecutorSession({
      url: agentUrl,
      codec: this.#codec,
      queue: this.#queue,
      clock,
      logger: this.#logger,
      channelOptions,
      maxRecordBytes: settings.maxRecordBytes,
      settings: { ...settings, ...this.environment, agent: agentUrl.host, random },
      call: (attempt) =>
        this.#call({ type: mesos.v1.executor.Call.Type.SUBSCRIBE, subscribe: this.#work.tellAll(attempt) }),
      heed: (event) => this.#work.heed(event),
    });
    this.#sender = new CallSender({
      session: this.#session,
      peer: 'agent',
      mediaType: this.#codec.mediaType,
      clock,
      channelOptions,
      backOff: DEFAULT_BACK_OFF,
      random,
    });
    this.#session.onChange(() => this.#sendUntold());
  }

  /**
   * Subscribes, at the first call, and gives what happens.
   *
   * For one reader. Ends after `failed`, after `close`, and some time after `shutdown`: when the agent ends the stream
   * or its grace period is over.
   */
  events(): AsyncIterableIterator<ExecutorClientEvent> {
    this.#session.apply({ kind: 'start' });
    return this.#queue;
  }

  /**
   * Tells a step of a task. UUID, source, executor and, unless given, time are put in.
   *
   * Resolves when the agent has taken it or, without a subscription, at once: until it is acknowledged, an update is
   * told again with every subscription. Throws MESOS_REFUSED when the agent calls it wrong, and MESOS_CLOSED.
   */
  async update(status: Omit<mesos.v1.ITaskStatus, 'uuid' | 'source' | 'executorId'>): Promise<Uint8Array> {
    const uuid = randomUuid(this.#randomBytes);
    const update: mesos.v1.executor.Call.IUpdate = {
      status: {
        timestamp: this.#nowSeconds(),
        ...status,
        uuid,
        source: mesos.v1.TaskStatus.Source.SOURCE_EXECUTOR,
        executorId: { value: this.environment.executorId },
      },
    };
    const { phase } = this.#session.state;
    if (phase === 'closed' || phase === 'failed') {
      throw this.#session.absence();
    }
    const { active } = this.#session;
    // With an attempt that never was, it counts as not yet told.
    this.#work.add(update, active?.attempt ?? -1);
    if (active !== undefined) {
      await this.#sendUpdate(update);
    }
    return uuid;
  }

  /** Bytes for the scheduler, which may get lost on the way. Throws MESOS_NOT_SUBSCRIBED without a subscription. */
  async message(data: Uint8Array): Promise<void> {
    const call = { type: mesos.v1.executor.Call.Type.MESSAGE, message: { data } };
    await this.#sender.send({ body: () => this.#encode(call), repeatable: false });
  }

  /** Resolves when every update has been acknowledged, or when none can be any more. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      const stops: (() => void)[] = [];
      const look = () => {
        const { phase } = this.#session.state;
        if (this.#work.updates === 0 || phase === 'closed' || phase === 'failed') {
          for (const stop of stops) {
            stop();
          }
          resolve();
        }
      };
      stops.push(this.#work.onAcknowledged(look), this.#session.onChange(look));
      look();
    });
  }

  /** Updates that nobody has acknowledged yet. */
  get unacknowledged(): number {
    return this.#work.updates;
  }

  /** Ends every connection, and the events. Tasks are the caller's to end. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#session.close();
    await this.#sender.close();
  }

  /** Sends what came up while SUBSCRIBE was on its way. */
  #sendUntold(): void {
    const { active } = this.#session;
    if (active === undefined) {
      return;
    }
    for (const update of this.#work.takeUntold(active.attempt)) {
      this.#sendUpdate(update).catch((error: unknown) => {
        // Whoever made it has had its answer; there is nobody else to tell.
        this.#logger.warn(
          { taskId: update.status.taskId.value, problem: String(error) },
          'the agent refuses an update',
        );
      });
    }
  }

  #sendUpdate(update: mesos.v1.executor.Call.IUpdate): Promise<void> {
    const sent = this.#updatesInTurn.then(() => this.#trySendUpdate(update));
    this.#updatesInTurn = sent.catch(() => {
      // Told to whoever waits for `sent`; the next one has its own turn.
    });
    return sent;
  }

  async #trySendUpdate(update: mesos.v1.executor.Call.IUpdate): Promise<void> {
    try {
      await this.#sender.send({
        body: () => this.#encode({ type: mesos.v1.executor.Call.Type.UPDATE, update }),
        repeatable: true,
      });
    } catch (error) {
      if (!(error instanceof MesosError) || isFinal(error)) {
        this.#work.drop(update);
        throw error;
      }
      this.#logger.debug(
        { taskId: update.status.taskId.value, problem: error.message },
        'an update is kept for the next subscription',
      );
      // There would be none as long as this one stands, though it is of no use.
      const { active } = this.#session;
      if (active !== undefined) {
        this.#session.lost(active.attempt, error);
      }
    }
  }

  #call(call: Omit<mesos.v1.executor.ICall, 'executorId' | 'frameworkId'>): mesos.v1.executor.ICall {
    const { frameworkId, executorId } = this.environment;
    return { ...call, frameworkId: { value: frameworkId }, executorId: { value: executorId } };
  }

  #encode(call: Omit<mesos.v1.executor.ICall, 'executorId' | 'frameworkId'>): Uint8Array {
    return this.#codec.encode(mesos.v1.executor.Call, this.#call(call));
  }
}

/** Whether the agent would say the same again. */
function isFinal({ code }: MesosError): boolean {
  switch (code) {
    case 'MESOS_REFUSED':
    case 'MESOS_UNAUTHENTICATED':
    case 'MESOS_FORBIDDEN':
      return true;
    default:
      return false;
  }
}

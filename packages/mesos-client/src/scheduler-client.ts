import { codecOf, type MesosCodec, mesos } from '@spark-mesos/mesos-proto';
import { AcknowledgingEvents } from './acknowledging-events.ts';
import { DEFAULT_BACK_OFF } from './back-off.ts';
import { CallSender } from './calls/call-sender.ts';
import { acknowledgeCall, isRepeatable, subscribeCall, teardownCall } from './calls/scheduler-calls.ts';
import { type Clock, SYSTEM_CLOCK } from './clock.ts';
import { isInDoubt, isRetriable, MesosError } from './errors.ts';
import { EventQueue } from './event-queue.ts';
import type { SchedulerClientEvent } from './events.ts';
import { basicAuthorization, type Credentials } from './http/authorization.ts';
import type { HttpChannelOptions } from './http/channel.ts';
import { schemeOf } from './http/tls.ts';
import { type Logger, SILENT_LOGGER } from './logger.ts';
import { createMasterDetector } from './master/create-detector.ts';
import { SCHEDULER_CLIENT_DEFAULTS, type SchedulerClientOptions } from './scheduler-client-options.ts';
import { type ActiveSubscription, SubscriptionSession } from './subscription/session.ts';

/**
 * A framework's connection to its master: subscribes, stays subscribed, and sends calls.
 *
 * ```ts
 * const client = new SchedulerClient({ master: '127.0.0.1:5050', framework: { user: 'me', name: 'example' } });
 * for await (const event of client.events()) {
 *   if (event.kind === 'mesos' && event.event.update) await client.acknowledge(event.event.update.status);
 * }
 * ```
 */
export class SchedulerClient {
  readonly #codec: MesosCodec;
  readonly #queue: EventQueue<SchedulerClientEvent>;
  readonly #events: AsyncIterableIterator<SchedulerClientEvent>;
  readonly #session: SubscriptionSession;
  readonly #sender: CallSender<ActiveSubscription>;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #teardownTimeoutMs: number;
  readonly #credentials: Credentials | undefined;
  #closing: Promise<void> | undefined;

  /** Throws when the address cannot be understood or the framework lacks a required field; connects to nothing yet. */
  constructor(options: SchedulerClientOptions) {
    const settings = { ...SCHEDULER_CLIENT_DEFAULTS, ...options };
    const framework = withPrincipal(options.framework, options.credentials);
    this.#credentials = options.credentials;
    this.#codec = codecOf(options.contentType ?? 'protobuf');
    // Fails here rather than at the first try.
    this.#codec.encode(
      mesos.v1.scheduler.Call,
      subscribeCall(framework, options.suppressedRoles, options.offerConstraints),
    );
    this.#queue = new EventQueue(settings.maxQueuedEvents);
    this.#events =
      options.acknowledgeAutomatically === true
        ? new AcknowledgingEvents(this.#queue, (call) => this.#acknowledgeLater(call))
        : this.#queue;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#logger = options.logger ?? SILENT_LOGGER;
    this.#teardownTimeoutMs = settings.teardownTimeoutMs;
    const scheme = schemeOf(options.master, options.tls);
    const detector =
      options.detector ??
      createMasterDetector(options.master, {
        prefer: scheme === 'https' ? 'hostname' : 'ip',
        // Before the time for the first subscription is up, so that its error says what is missing.
        detectTimeoutMs: Math.min(settings.attemptTimeoutMs, settings.registrationTimeoutMs / 2),
        logger: this.#logger,
        clock: this.#clock,
        random: options.random ?? Math.random,
      });
    const random = options.random ?? Math.random;
    const backOff = options.backOff ?? DEFAULT_BACK_OFF;
    const channelOptions: HttpChannelOptions = {
      headers: basicAuthorization(options.credentials),
      connectTimeoutMs: settings.attemptTimeoutMs,
      answerTimeoutMs: settings.callTimeoutMs,
      tls: options.tls,
    };
    this.#session = new SubscriptionSession({
      description: {
        framework,
        suppressedRoles: options.suppressedRoles ?? [],
        offerConstraints: options.offerConstraints,
      },
      detector,
      scheme,
      codec: this.#codec,
      queue: this.#queue,
      clock: this.#clock,
      logger: this.#logger,
      channelOptions,
      maxRecordBytes: settings.maxRecordBytes,
      settings: {
        registrationTimeoutMs: settings.registrationTimeoutMs,
        attemptTimeoutMs: settings.attemptTimeoutMs,
        missedHeartbeats: settings.missedHeartbeats,
        backOff,
        random,
        master: detector.description,
      },
    });
    this.#sender = new CallSender({
      session: this.#session,
      peer: 'master',
      mediaType: this.#codec.mediaType,
      clock: this.#clock,
      channelOptions,
      backOff,
      random,
    });
    closeOnAbort(this, options.signal);
  }

  /** The id that the master has given, or that the client was made with. */
  get frameworkId(): string | undefined {
    return this.#session.state.frameworkId;
  }

  /**
   * Subscribes, at the first call, and gives what happens.
   *
   * For one reader; leaving the loop leaves the rest for the next one. Ends after `failed`, `close` and `teardown`.
   * Where the reader is slow, the client stops reading, and the master keeps its events.
   */
  events(): AsyncIterableIterator<SchedulerClientEvent> {
    this.#session.apply({ kind: 'start' });
    return this.#events;
  }

  /**
   * Sends a call in the name of the framework. Calls arrive in the order in which they are made.
   *
   * Resolves when the master has taken it; that says nothing of what comes of it. Throws a {@link MesosError};
   * {@link isRetriable} tells whether the call may be sent again after the next `subscribed`.
   */
  async call(call: mesos.v1.scheduler.ICall): Promise<void> {
    const { updateFramework } = call;
    if (updateFramework == null) {
      await this.#send(call);
      return;
    }
    const { frameworkInfo, suppressedRoles, offerConstraints } = updateFramework;
    const framework = withPrincipal(frameworkInfo, this.#credentials);
    const { frameworkId } = this;
    const named =
      framework.id == null && frameworkId !== undefined
        ? { ...framework, id: { value: frameworkId } }
        : framework;
    await this.#send({ ...call, updateFramework: { ...updateFramework, frameworkInfo: named } });
    this.#session.describe({
      framework,
      suppressedRoles: suppressedRoles ?? [],
      offerConstraints: offerConstraints ?? undefined,
    });
  }

  /**
   * Tells the master that an update has been dealt with; without it, it comes again, and no other for the task.
   *
   * Does nothing for updates that must not be acknowledged, nor without a subscription: the update will come again.
   */
  async acknowledge(status: mesos.v1.ITaskStatus): Promise<void> {
    const call = acknowledgeCall(status);
    if (call !== undefined) {
      await this.#sendAcknowledgement(call);
    }
  }

  /**
   * Removes the framework, which ends its tasks, and closes the client.
   *
   * Waits a little for a subscription that is being made again, since a master takes no call without one; throws
   * when the framework cannot be removed. It is closed in any case.
   */
  async teardown(): Promise<void> {
    const { everSubscribed, frameworkId, phase } = this.#session.state;
    const mayBeKnown = everSubscribed || frameworkId !== undefined || phase === 'subscribing';
    try {
      if (phase !== 'idle' && mayBeKnown && this.#closing === undefined) {
        await this.#sendTeardown();
      }
    } finally {
      await this.close();
    }
  }

  /** Ends every connection, and the events. The framework lives on for its failover timeout. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#session.close();
    await this.#sender.close();
  }

  #send(call: mesos.v1.scheduler.ICall): Promise<void> {
    const encode = (frameworkId: string) =>
      this.#codec.encode(mesos.v1.scheduler.Call, { ...call, frameworkId: { value: frameworkId } });
    return this.#sender.send({
      body: ({ frameworkId }) => encode(frameworkId),
      repeatable: isRepeatable(call),
    });
  }

  async #sendAcknowledgement(call: mesos.v1.scheduler.ICall): Promise<void> {
    try {
      await this.#send(call);
    } catch (error) {
      const comesAgain = isRetriable(error) || (error instanceof MesosError && isInDoubt(error));
      if (!comesAgain) {
        throw error;
      }
      this.#logger.debug({ problem: String(error) }, 'an update stays unacknowledged');
    }
  }

  #acknowledgeLater(call: mesos.v1.scheduler.ICall): void {
    this.#sendAcknowledgement(call).catch((error: unknown) => {
      // There is nobody to tell; the update comes again.
      this.#logger.warn({ problem: String(error) }, 'an update cannot be acknowledged');
    });
  }

  async #sendTeardown(): Promise<void> {
    if (!(await this.#subscribedWithin(this.#teardownTimeoutMs))) {
      const { phase, lastProblem } = this.#session.state;
      if (phase === 'failed') {
        return;
      }
      throw new MesosError(
        'MESOS_NOT_SUBSCRIBED',
        `framework ${this.frameworkId} is not torn down, for want of a subscription: ${lastProblem?.message ?? phase}`,
        { cause: lastProblem },
      );
    }
    this.#session.apply({ kind: 'leave' });
    try {
      await this.#send(teardownCall());
    } catch (error) {
      if (!(error instanceof MesosError && error.masterText === 'Framework cannot be found')) {
        throw error;
      }
    }
  }

  #subscribedWithin(delayMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (subscribed: boolean) => {
        cancelTimer();
        stopListening();
        resolve(subscribed);
      };
      const look = () => {
        const { phase } = this.#session.state;
        if (phase === 'subscribed') {
          settle(true);
        } else if (phase === 'failed' || phase === 'closed') {
          settle(false);
        }
      };
      const cancelTimer = this.#clock.setTimer(() => settle(false), delayMs);
      const stopListening = this.#session.onChange(look);
      look();
    });
  }
}

/** A master refuses a framework whose principal is not the one that authenticates. */
function withPrincipal(framework: mesos.v1.IFrameworkInfo, credentials: Credentials | undefined) {
  return credentials === undefined || framework.principal != null
    ? framework
    : { ...framework, principal: credentials.principal };
}

function closeOnAbort(client: SchedulerClient, signal: AbortSignal | undefined): void {
  if (signal === undefined) {
    return;
  }
  const close = () => {
    client.close().catch(() => {
      // Whoever waits for the end calls close() and gets the same promise.
    });
  };
  if (signal.aborted) {
    close();
  } else {
    signal.addEventListener('abort', close, { once: true });
  }
}

import type { MesosCodec, mesos } from '@spark-mesos/mesos-proto';
import type { CallSession, CallTarget } from '../calls/call-sender.ts';
import { subscribeCall } from '../calls/scheduler-calls.ts';
import type { Clock } from '../clock.ts';
import { MesosError } from '../errors.ts';
import type { EventQueue } from '../event-queue.ts';
import type { SchedulerClientEvent } from '../events.ts';
import { HttpChannel, type HttpChannelOptions } from '../http/channel.ts';
import type { Logger } from '../logger.ts';
import { formatAddress, type MasterAddress } from '../master/address.ts';
import type { MasterDetector } from '../master/detector.ts';
import { TimerSet } from '../timer-set.ts';
import {
  initialState,
  type SubscriptionEffect,
  type SubscriptionInput,
  type SubscriptionSettings,
  type SubscriptionState,
  type SubscriptionTimer,
} from './state.ts';
import { stepSubscription } from './step.ts';
import { runSubscription } from './stream.ts';

/*
 *   clock ──timer──┐                        ┌── detect ──► detector
 *   stream ─event──┼─► step ─► state        ├── subscribe ─► channel ─► stream
 *   client ─lost───┘        └─► effects ────┼── setTimer ─► clock
 *                                           └── emit ─────► queue ─► consumer
 */

const SCHEDULER_PATH = '/api/v1/scheduler';

/** What a framework says of itself when it subscribes. */
export interface FrameworkDescription {
  readonly framework: mesos.v1.IFrameworkInfo;
  readonly suppressedRoles: readonly string[];
  readonly offerConstraints: mesos.v1.scheduler.IOfferConstraints | undefined;
}

/** What a {@link SubscriptionSession} is made of. */
export interface SubscriptionSessionOptions {
  /** What each SUBSCRIBE says, until {@link SubscriptionSession.describe} changes it. */
  readonly description: FrameworkDescription;
  readonly detector: MasterDetector;
  readonly scheme: 'http' | 'https';
  readonly codec: MesosCodec;
  readonly queue: EventQueue<SchedulerClientEvent>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: SubscriptionSettings;
  readonly channelOptions: HttpChannelOptions;
  readonly maxRecordBytes: number;
}

/** A subscription that stands, as calls need it. */
export interface ActiveSubscription extends CallTarget {
  readonly frameworkId: string;
}

/** Carries out what the steps of a subscription ask for: timers, connections, events for the consumer. */
export class SubscriptionSession implements CallSession<ActiveSubscription> {
  readonly #options: SubscriptionSessionOptions;
  readonly #timers: TimerSet<SubscriptionTimer>;
  /** Connections that are ending; closing waits for them. */
  readonly #running = new Set<Promise<void>>();
  readonly #listeners = new Set<() => void>();
  #state: SubscriptionState;
  #connection: AbortController | undefined;
  #address: MasterAddress | undefined;
  #description: FrameworkDescription;

  constructor(options: SubscriptionSessionOptions) {
    this.#options = options;
    this.#timers = new TimerSet(options.clock, (timer) => this.apply({ kind: 'timer', timer }));
    this.#description = options.description;
    this.#state = initialState(options.description.framework.id?.value);
  }

  get state(): SubscriptionState {
    return this.#state;
  }

  /** The subscription while it stands, also while it is being given up. */
  get active(): ActiveSubscription | undefined {
    const { phase, attempt, url, frameworkId, streamId } = this.#state;
    const stands = phase === 'subscribed' || phase === 'leaving';
    return stands && url !== undefined && frameworkId !== undefined && streamId !== undefined
      ? { attempt, url, frameworkId, headers: { 'mesos-stream-id': streamId } }
      : undefined;
  }

  /** When a teardown ends the stream, its own answer is still to come. */
  get answerExpected(): boolean {
    return this.#state.phase === 'closed';
  }

  /** Why no call can be sent now. */
  absence(): MesosError {
    const { phase, lastProblem } = this.#state;
    if (phase === 'closed' || phase === 'failed') {
      const why = phase === 'failed' && lastProblem !== undefined ? `: ${lastProblem.message}` : '';
      const text = `no call can be sent: the client is ${phase}${why}`;
      return new MesosError('MESOS_CLOSED', text, { cause: lastProblem });
    }
    const text = 'no call can be sent without a subscription; wait for the event "subscribed"';
    return new MesosError('MESOS_NOT_SUBSCRIBED', text, { cause: lastProblem });
  }

  /** The framework has changed: to subscribe again as it was would change it back. */
  describe(description: FrameworkDescription): void {
    this.#description = description;
  }

  /** A call has learnt that the subscription is over. */
  lost(attempt: number, problem: MesosError): void {
    this.apply({ kind: 'lost', attempt, problem });
  }

  /** Takes what happened and does what follows from it. */
  apply(input: SubscriptionInput): void {
    const before = this.#state;
    const { state, effects } = stepSubscription(before, input, this.#options.settings);
    this.#state = state;
    if (state.phase !== before.phase) {
      this.#options.logger.debug(
        { from: before.phase, to: state.phase, attempt: state.attempt, master: state.url?.host },
        'the subscription changes phase',
      );
    }
    for (const effect of effects) {
      this.#perform(effect);
    }
    if (state !== before) {
      for (const listener of [...this.#listeners]) {
        listener();
      }
    }
  }

  /** Calls back after every change of state, until the function returned is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.apply({ kind: 'close' });
    await Promise.all(this.#running);
    await this.#options.detector.close();
  }

  #perform(effect: SubscriptionEffect): void {
    const { logger, queue } = this.#options;
    switch (effect.kind) {
      case 'detect':
        this.#run((signal) => this.#detect(effect.attempt, signal));
        break;
      case 'subscribe':
        this.#run((signal) => this.#subscribe(effect, signal));
        break;
      case 'abort':
        this.#connection?.abort();
        this.#connection = undefined;
        break;
      case 'setTimer':
        this.#timers.set(effect.timer, effect.delayMs);
        break;
      case 'clearTimer':
        this.#timers.clear(effect.timer);
        break;
      case 'emit':
        queue.push(effect.event);
        this.#logEvent(effect.event);
        break;
      case 'retrying':
        logger.warn(
          { code: effect.problem.code, problem: effect.problem.message, delayMs: effect.delayMs },
          'no subscription; trying again',
        );
        break;
      case 'finish':
        queue.finish({ discard: effect.discard });
        break;
    }
  }

  #logEvent(event: SchedulerClientEvent): void {
    const { logger } = this.#options;
    const master = this.#state.url?.host;
    if (event.kind === 'subscribed') {
      const { frameworkId, resubscribed } = event;
      logger.info({ frameworkId, master, resubscribed }, 'subscribed');
    } else if (event.kind === 'failed') {
      // The reader of the events gets the error, and says it where people look.
      logger.info({ code: event.error.code, problem: event.error.message }, 'the subscription has failed');
    }
  }

  /** Starts work of the present try, which the effect `abort` ends. */
  #run(work: (signal: AbortSignal) => Promise<void>): void {
    const controller = new AbortController();
    this.#connection = controller;
    const running = work(controller.signal).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #detect(attempt: number, signal: AbortSignal): Promise<void> {
    const { detector, scheme } = this.#options;
    try {
      this.#address = await detector.detect(this.#address, signal);
      const url = new URL(`${scheme}://${formatAddress(this.#address)}${SCHEDULER_PATH}`);
      this.apply({ kind: 'detected', attempt, url });
    } catch (error) {
      if (!signal.aborted) {
        const problem =
          error instanceof MesosError
            ? error
            : new MesosError(
                'MESOS_UNREACHABLE',
                `cannot find a Mesos master by ${detector.description}: ${error}`,
                {
                  cause: error,
                },
              );
        this.apply({ kind: 'lost', attempt, problem });
      }
    }
  }

  async #subscribe(
    effect: Extract<SubscriptionEffect, { kind: 'subscribe' }>,
    signal: AbortSignal,
  ): Promise<void> {
    const { codec, queue, channelOptions, maxRecordBytes } = this.#options;
    const { framework, suppressedRoles, offerConstraints } = this.#description;
    const { attempt, url, frameworkId } = effect;
    const named = frameworkId === undefined ? framework : { ...framework, id: { value: frameworkId } };
    const channel = new HttpChannel(url, { ...channelOptions, answerTimeoutMs: 0 });
    const watching = this.#watchLeader(attempt, signal);
    await runSubscription({
      attempt,
      channel,
      codec,
      call: subscribeCall(named, suppressedRoles, offerConstraints),
      maxRecordBytes,
      signal,
      apply: (input) => this.apply(input),
      room: () => (queue.isFull ? queue.drained() : undefined),
    });
    await channel.close();
    await watching;
  }

  /** Ends the subscription when the detector sees another master lead: the old one may hang rather than end it. */
  async #watchLeader(attempt: number, signal: AbortSignal): Promise<void> {
    const { detector } = this.#options;
    if (detector.changed === undefined || this.#address === undefined) {
      return;
    }
    try {
      let leader = this.#address;
      do {
        leader = await detector.changed(leader, signal);
        // A redirect may have led there before the news came.
      } while (formatAddress(leader) === this.#state.url?.host);
      const text = `master ${this.#state.url?.host} leads no more; ${formatAddress(leader)} does`;
      this.apply({ kind: 'lost', attempt, problem: new MesosError('MESOS_NOT_LEADER', text) });
    } catch {
      // Aborted, since the subscription has ended by itself.
    }
  }
}

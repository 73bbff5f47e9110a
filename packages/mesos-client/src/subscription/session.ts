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
import { SessionCore } from '../session-core.ts';
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

type OwnEffect = Extract<SubscriptionEffect, { kind: 'detect' | 'subscribe' }>;

/** Carries out what the steps of a scheduler's subscription ask for. */
export class SubscriptionSession implements CallSession<ActiveSubscription> {
  readonly #options: SubscriptionSessionOptions;
  readonly #core: SessionCore<
    SubscriptionState,
    SubscriptionInput,
    SubscriptionTimer,
    SchedulerClientEvent,
    OwnEffect
  >;
  #address: MasterAddress | undefined;
  #description: FrameworkDescription;

  constructor(options: SubscriptionSessionOptions) {
    const { queue, clock, logger, settings, description } = options;
    this.#options = options;
    this.#description = description;
    this.#core = new SessionCore({
      ...{ queue, clock, logger },
      initial: initialState(description.framework.id?.value),
      step: (state, input) => stepSubscription(state, input, settings),
      timer: (timer) => ({ kind: 'timer', timer }),
      perform: (effect) => this.#perform(effect),
      emitted: (event) => this.#logEvent(event),
      peer: () => ({ master: this.state.url?.host }),
    });
  }

  get state(): SubscriptionState {
    return this.#core.state;
  }

  /** The subscription while it stands, also while it is being given up. */
  get active(): ActiveSubscription | undefined {
    const { phase, attempt, url, frameworkId, streamId } = this.state;
    const stands = phase === 'subscribed' || phase === 'leaving';
    return stands && url !== undefined && frameworkId !== undefined && streamId !== undefined
      ? { attempt, url, frameworkId, headers: { 'mesos-stream-id': streamId } }
      : undefined;
  }

  /** When a teardown ends the stream, its own answer is still to come. */
  get answerExpected(): boolean {
    return this.state.phase === 'closed';
  }

  /** Why no call can be sent now. */
  absence(): MesosError {
    const { phase, lastProblem } = this.state;
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
    this.#core.apply(input);
  }

  /** Calls back after every change of state, until the function returned is called. */
  onChange(listener: () => void): () => void {
    return this.#core.onChange(listener);
  }

  async close(): Promise<void> {
    this.apply({ kind: 'close' });
    await this.#core.settled();
    await this.#options.detector.close();
  }

  #perform(effect: OwnEffect): void {
    this.#core.run((signal) =>
      effect.kind === 'detect' ? this.#detect(effect.attempt, signal) : this.#subscribe(effect, signal),
    );
  }

  #logEvent(event: SchedulerClientEvent): void {
    const { logger } = this.#options;
    const master = this.state.url?.host;
    if (event.kind === 'subscribed') {
      const { frameworkId, resubscribed } = event;
      logger.info({ frameworkId, master, resubscribed }, 'subscribed');
    } else if (event.kind === 'failed') {
      // The reader of the events gets the error, and says it where people look.
      logger.info({ code: event.error.code, problem: event.error.message }, 'the subscription has failed');
    }
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

  async #subscribe(effect: Extract<OwnEffect, { kind: 'subscribe' }>, signal: AbortSignal): Promise<void> {
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
      } while (formatAddress(leader) === this.state.url?.host);
      const text = `master ${this.state.url?.host} leads no more; ${formatAddress(leader)} does`;
      this.apply({ kind: 'lost', attempt, problem: new MesosError('MESOS_NOT_LEADER', text) });
    } catch {
      // Aborted, since the subscription has ended by itself.
    }
  }
}

import { type MesosCodec, mesos } from '@spark-mesos/mesos-proto';
import type { CallSession, CallTarget } from '../calls/call-sender.ts';
import type { Clock } from '../clock.ts';
import { MesosError } from '../errors.ts';
import type { EventQueue } from '../event-queue.ts';
import { HttpChannel, type HttpChannelOptions } from '../http/channel.ts';
import { expectStream, readEvents, streamProblem } from '../http/event-stream.ts';
import { refusal } from '../http/problems.ts';
import type { Logger } from '../logger.ts';
import { SessionCore } from '../session-core.ts';
import type { ExecutorClientEvent } from './events.ts';
import {
  type ExecutorEffect,
  type ExecutorInput,
  type ExecutorSettings,
  type ExecutorState,
  type ExecutorTimer,
  INITIAL_EXECUTOR_STATE,
} from './state.ts';
import { stepExecutor } from './step.ts';

/*
 *   clock ──timer──┐                        ┌── subscribe ─► channel ─► stream
 *   stream ─event──┼─► step ─► state        ├── setTimer ─► clock
 *   calls ──lost───┘        └─► effects ────┴── emit ─────► queue ─► consumer
 */

const { Event, Call } = mesos.v1.executor;

/** What an {@link ExecutorSession} is made of. */
export interface ExecutorSessionOptions {
  readonly url: URL;
  readonly codec: MesosCodec;
  readonly queue: EventQueue<ExecutorClientEvent>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly settings: ExecutorSettings;
  readonly channelOptions: HttpChannelOptions;
  readonly maxRecordBytes: number;
  /** The SUBSCRIBE of an attempt. */
  readonly call: (attempt: number) => mesos.v1.executor.ICall;
  /** Takes each event before the consumer gets it. */
  readonly heed: (event: mesos.v1.executor.IEvent) => void;
}

type OwnEffect = Extract<ExecutorEffect, { kind: 'subscribe' }>;

/** Carries out what the steps of an executor's subscription ask for. */
export class ExecutorSession implements CallSession<CallTarget> {
  readonly answerExpected = false;
  readonly #options: ExecutorSessionOptions;
  readonly #core: SessionCore<ExecutorState, ExecutorInput, ExecutorTimer, ExecutorClientEvent, OwnEffect>;

  constructor(options: ExecutorSessionOptions) {
    const { queue, clock, logger, settings, url } = options;
    this.#options = options;
    this.#core = new SessionCore({
      ...{ queue, clock, logger },
      initial: INITIAL_EXECUTOR_STATE,
      step: (state, input) => stepExecutor(state, input, settings),
      timer: (timer) => ({ kind: 'timer', timer }),
      perform: ({ attempt }) => this.#core.run((signal) => this.#runAttempt(attempt, signal)),
      emitted: (event) => this.#logEvent(event),
      peer: () => ({ agent: url.host }),
    });
  }

  get state(): ExecutorState {
    return this.#core.state;
  }

  get active(): CallTarget | undefined {
    const { phase, connected, attempt } = this.state;
    const stands = phase === 'subscribed' || (phase === 'shuttingDown' && connected);
    return stands ? { attempt, url: this.#options.url, headers: {} } : undefined;
  }

  absence(): MesosError {
    const { phase, lastProblem } = this.state;
    const over = phase === 'closed' || phase === 'failed';
    return new MesosError(
      over ? 'MESOS_CLOSED' : 'MESOS_NOT_SUBSCRIBED',
      over ? `no call can be sent: the client is ${phase}` : 'no call can be sent without a subscription',
      { cause: lastProblem },
    );
  }

  lost(attempt: number, problem: MesosError): void {
    this.apply({ kind: 'lost', attempt, problem });
  }

  onChange(listener: () => void): () => void {
    return this.#core.onChange(listener);
  }

  /** Takes what happened and does what follows from it. */
  apply(input: ExecutorInput): void {
    this.#core.apply(input);
  }

  async close(): Promise<void> {
    this.apply({ kind: 'close' });
    await this.#core.settled();
  }

  #logEvent(event: ExecutorClientEvent): void {
    const { logger, url } = this.#options;
    if (event.kind === 'subscribed') {
      logger.info({ agent: url.host, resubscribed: event.resubscribed }, 'subscribed');
    } else if (event.kind === 'shutdown') {
      logger.info({ reason: event.reason, graceMs: event.graceMs }, 'shutting down');
    } else if (event.kind === 'failed') {
      logger.error({ code: event.error.code, problem: event.error.message }, 'the subscription has failed');
    }
  }

  async #runAttempt(attempt: number, signal: AbortSignal): Promise<void> {
    const { url, channelOptions } = this.#options;
    const channel = new HttpChannel(url, { ...channelOptions, answerTimeoutMs: 0 });
    try {
      await this.#readStream(attempt, channel, signal);
      throw new MesosError('MESOS_CONNECTION_LOST', `agent ${url.host} has ended the stream`);
    } catch (error) {
      if (!signal.aborted) {
        this.lost(attempt, streamProblem(url, error, 'agent'));
      }
    }
    await channel.close();
  }

  async #readStream(attempt: number, channel: HttpChannel, signal: AbortSignal): Promise<void> {
    const { url, codec, queue, maxRecordBytes, call, heed } = this.#options;
    const body = codec.encode(Call, call(attempt));
    const headers = { 'content-type': codec.mediaType, accept: codec.mediaType };
    const response = await channel.post(body, headers, signal);
    if (response.status !== 200) {
      throw refusal(url, response.status, await response.text(), 'agent');
    }
    expectStream(url, response, codec, 'agent');
    this.apply({ kind: 'accepted', attempt });
    await readEvents(response.body, {
      codec,
      eventType: Event,
      maxRecordBytes,
      signal,
      event: (event) => {
        heed(event);
        this.apply({ kind: 'event', attempt, event });
      },
      room: () => (queue.isFull ? queue.drained() : undefined),
    });
  }
}

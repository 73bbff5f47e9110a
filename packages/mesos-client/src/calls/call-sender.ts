import { type MesosCodec, mesos } from '@spark-mesos/mesos-proto';
import { type BackOffSettings, backOffMs } from '../back-off.ts';
import type { Clock } from '../clock.ts';
import { MesosError } from '../errors.ts';
import { HttpChannel, type HttpChannelOptions } from '../http/channel.ts';
import { connectionProblem, refusal } from '../http/problems.ts';
import type { ActiveSubscription, SubscriptionSession } from '../subscription/session.ts';
import { redirectTarget } from '../subscription/stream.ts';
import { isRepeatable } from './scheduler-calls.ts';

/** What a {@link CallSender} is made of. */
export interface CallSenderOptions {
  readonly session: SubscriptionSession;
  readonly codec: MesosCodec;
  readonly clock: Clock;
  readonly channelOptions: HttpChannelOptions;
  readonly backOff: BackOffSettings;
  readonly random: () => number;
}

/** How often a call is sent to a master that says that it cannot serve now. */
const MAX_TRIES = 5;

interface CallConnection {
  readonly attempt: number;
  readonly channel: HttpChannel;
}

/** Sends calls on a connection of their own, which lives as long as the subscription that they belong to. */
export class CallSender {
  readonly #options: CallSenderOptions;
  #connection: CallConnection | undefined;
  #closed = false;
  /** Connections of subscriptions that are over; closing waits for them. */
  readonly #ending = new Set<Promise<void>>();

  constructor(options: CallSenderOptions) {
    this.#options = options;
    options.session.onChange(() => this.#dropStaleConnection());
  }

  /** Sends the call, again while the master is busy, and where the connection broke and repeating does no harm. */
  async send(call: mesos.v1.scheduler.ICall): Promise<void> {
    const subscription = this.#subscription();
    const { frameworkId } = subscription;
    const body = this.#options.codec.encode(mesos.v1.scheduler.Call, {
      ...call,
      frameworkId: { value: frameworkId },
    });
    for (let tries = 1; ; tries += 1) {
      const problem = await this.#trySend(subscription, body);
      if (problem === undefined) {
        return;
      }
      this.#tellSession(subscription, problem);
      if (!this.#stillStands(subscription)) {
        throw this.#overtaken(call, problem);
      }
      const again =
        (problem.code === 'MESOS_UNAVAILABLE' && tries < MAX_TRIES) ||
        (problem.code === 'MESOS_CONNECTION_LOST' && tries === 1 && isRepeatable(call));
      if (!again) {
        throw problem;
      }
      await this.#wait(tries, subscription);
      if (!this.#stillStands(subscription)) {
        throw this.#overtaken(call, problem);
      }
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#dropStaleConnection();
    await Promise.all(this.#ending);
  }

  #subscription(): ActiveSubscription {
    const { session } = this.#options;
    const { active } = session;
    if (active !== undefined) {
      return active;
    }
    const { phase, lastProblem } = session.state;
    if (phase === 'closed' || phase === 'failed') {
      const why = phase === 'failed' && lastProblem !== undefined ? `: ${lastProblem.message}` : '';
      throw new MesosError('MESOS_CLOSED', `no call can be sent: the client is ${phase}${why}`, {
        cause: lastProblem,
      });
    }
    throw new MesosError(
      'MESOS_NOT_SUBSCRIBED',
      'no call can be sent without a subscription; wait for the event "subscribed"',
      { cause: lastProblem },
    );
  }

  async #trySend(subscription: ActiveSubscription, body: Uint8Array): Promise<MesosError | undefined> {
    const { url, streamId } = subscription;
    try {
      const response = await this.#channel(subscription).post(body, {
        'content-type': this.#options.codec.mediaType,
        accept: this.#options.codec.mediaType,
        'mesos-stream-id': streamId,
      });
      const target = redirectTarget(url, response);
      const text = await response.text();
      if (target !== undefined) {
        return new MesosError('MESOS_NOT_LEADER', `master ${url.host} leads no more; ${target.host} does`);
      }
      // UPDATE_FRAMEWORK is answered with 200, all others with 202.
      return response.status === 202 || response.status === 200
        ? undefined
        : refusal(url, response.status, text);
    } catch (error) {
      return connectionProblem(url, error);
    }
  }

  /** Some answers mean that the subscription is over, though its stream has not yet said so. */
  #tellSession({ attempt }: ActiveSubscription, problem: MesosError): void {
    switch (problem.code) {
      case 'MESOS_NOT_SUBSCRIBED':
      case 'MESOS_NOT_LEADER':
      case 'MESOS_UNREACHABLE':
        this.#options.session.apply({ kind: 'lost', attempt, problem });
        break;
      default:
    }
  }

  #stillStands({ attempt }: { readonly attempt: number }): boolean {
    return this.#options.session.active?.attempt === attempt;
  }

  /** The subscription ended under the call. What cannot be repeated may have arrived all the same. */
  #overtaken(call: mesos.v1.scheduler.ICall, problem: MesosError): MesosError {
    if (problem.code !== 'MESOS_CONNECTION_LOST' || !isRepeatable(call)) {
      return problem;
    }
    return new MesosError('MESOS_NOT_SUBSCRIBED', `the subscription ended before the call was answered`, {
      cause: problem,
    });
  }

  #channel({ attempt, url }: ActiveSubscription): HttpChannel {
    if (this.#connection?.attempt !== attempt) {
      this.#dropStaleConnection();
      this.#connection = { attempt, channel: new HttpChannel(url, this.#options.channelOptions) };
    }
    return this.#connection.channel;
  }

  #dropStaleConnection(): void {
    // When a teardown ends the stream, its own answer is still to come.
    const answerExpected = this.#options.session.state.phase === 'closed' && !this.#closed;
    if (this.#connection === undefined || this.#stillStands(this.#connection) || answerExpected) {
      return;
    }
    const ending = this.#connection.channel.close().finally(() => this.#ending.delete(ending));
    this.#connection = undefined;
    this.#ending.add(ending);
  }

  /** Waits before the next try, though not for a subscription that has ended. */
  #wait(tries: number, subscription: ActiveSubscription): Promise<void> {
    const { clock, backOff, random, session } = this.#options;
    return new Promise((resolve) => {
      const settle = () => {
        cancelTimer();
        stopListening();
        resolve();
      };
      const cancelTimer = clock.setTimer(settle, backOffMs(backOff, tries, random));
      const stopListening = session.onChange(() => {
        if (!this.#stillStands(subscription)) {
          settle();
        }
      });
    });
  }
}

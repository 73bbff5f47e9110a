import { type BackOffSettings, backOffMs } from '../back-off.ts';
import type { Clock } from '../clock.ts';
import { isInDoubt, MesosError } from '../errors.ts';
import { HttpChannel, type HttpChannelOptions } from '../http/channel.ts';
import { connectionProblem, type Peer, refusal } from '../http/problems.ts';
import { redirectTarget } from '../http/redirect.ts';

/** Where calls go to while a subscription stands. */
export interface CallTarget {
  /** Of the subscription: a later one has a higher number. */
  readonly attempt: number;
  readonly url: URL;
  /** What each call must show. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What calls need of the subscription that they belong to. */
export interface CallSession<T extends CallTarget> {
  /** Undefined while no call can be sent. */
  readonly active: T | undefined;
  /** Whether answers still come though the subscription has ended. */
  readonly answerExpected: boolean;
  /** Why no call can be sent now. */
  absence(): MesosError;
  /** A call has learnt that the subscription is over. */
  lost(attempt: number, problem: MesosError): void;
  /** Calls back after every change, until the function returned is called. */
  onChange(listener: () => void): () => void;
}

/** A call with what becomes of it when its connection breaks. */
export interface OutgoingCall<T extends CallTarget> {
  readonly body: (target: T) => Uint8Array;
  /** Whether a call that may have arrived can be sent again and does no harm if it had. */
  readonly repeatable: boolean;
}

/** What a {@link CallSender} is made of. */
export interface CallSenderOptions<T extends CallTarget> {
  readonly session: CallSession<T>;
  readonly peer: Peer;
  readonly mediaType: string;
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
export class CallSender<T extends CallTarget> {
  readonly #options: CallSenderOptions<T>;
  #connection: CallConnection | undefined;
  #closed = false;
  /** Connections of subscriptions that are over; closing waits for them. */
  readonly #ending = new Set<Promise<void>>();

  constructor(options: CallSenderOptions<T>) {
    this.#options = options;
    options.session.onChange(() => this.#dropStaleConnection());
  }

  /** Sends the call, again while the master is busy, and where the connection broke and repeating does no harm. */
  async send(call: OutgoingCall<T>): Promise<void> {
    const target = this.#options.session.active;
    if (target === undefined) {
      throw this.#options.session.absence();
    }
    const body = call.body(target);
    for (let tries = 1; ; tries += 1) {
      const problem = await this.#trySend(target, body);
      if (problem === undefined) {
        return;
      }
      this.#tellSession(target, problem);
      if (!this.#stillStands(target)) {
        throw overtaken(call, problem);
      }
      const again =
        (problem.code === 'MESOS_UNAVAILABLE' &&
          tries < MAX_TRIES &&
          (call.repeatable || !isInDoubt(problem))) ||
        (problem.code === 'MESOS_CONNECTION_LOST' && tries === 1 && call.repeatable);
      if (!again) {
        throw problem;
      }
      await this.#wait(tries, target);
      if (!this.#stillStands(target)) {
        throw overtaken(call, problem);
      }
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#dropStaleConnection();
    await Promise.all(this.#ending);
  }

  async #trySend(target: T, body: Uint8Array): Promise<MesosError | undefined> {
    const { url, headers } = target;
    const { mediaType, peer } = this.#options;
    try {
      const response = await this.#channel(target).post(body, {
        'content-type': mediaType,
        accept: mediaType,
        ...headers,
      });
      const redirect = redirectTarget(url, response);
      const text = await response.text();
      if (redirect !== undefined) {
        return new MesosError('MESOS_NOT_LEADER', `master ${url.host} leads no more; ${redirect.host} does`);
      }
      // UPDATE_FRAMEWORK is answered with 200, all others with 202.
      return response.status === 202 || response.status === 200
        ? undefined
        : refusal(url, response.status, text, peer);
    } catch (error) {
      return connectionProblem(url, error, peer);
    }
  }

  /** Some answers mean that the subscription is over, though its stream has not yet said so. */
  #tellSession({ attempt }: T, problem: MesosError): void {
    switch (problem.code) {
      case 'MESOS_NOT_SUBSCRIBED':
      case 'MESOS_NOT_LEADER':
      case 'MESOS_UNREACHABLE':
        this.#options.session.lost(attempt, problem);
        break;
      default:
    }
  }

  #stillStands({ attempt }: { readonly attempt: number }): boolean {
    return this.#options.session.active?.attempt === attempt;
  }

  #channel({ attempt, url }: T): HttpChannel {
    if (this.#connection?.attempt !== attempt) {
      this.#dropStaleConnection();
      this.#connection = { attempt, channel: new HttpChannel(url, this.#options.channelOptions) };
    }
    return this.#connection.channel;
  }

  #dropStaleConnection(): void {
    const answerExpected = this.#options.session.answerExpected && !this.#closed;
    if (this.#connection === undefined || this.#stillStands(this.#connection) || answerExpected) {
      return;
    }
    const ending = this.#connection.channel.close().finally(() => this.#ending.delete(ending));
    this.#connection = undefined;
    this.#ending.add(ending);
  }

  /** Waits before the next try, though not for a subscription that has ended. */
  #wait(tries: number, target: T): Promise<void> {
    const { clock, backOff, random, session } = this.#options;
    return new Promise((resolve) => {
      const settle = () => {
        cancelTimer();
        stopListening();
        resolve();
      };
      const cancelTimer = clock.setTimer(settle, backOffMs(backOff, tries, random));
      const stopListening = session.onChange(() => {
        if (!this.#stillStands(target)) {
          settle();
        }
      });
    });
  }
}

/** The subscription ended under the call. What cannot be repeated may have arrived all the same. */
function overtaken<T extends CallTarget>(call: OutgoingCall<T>, problem: MesosError): MesosError {
  if (problem.code !== 'MESOS_CONNECTION_LOST' || !call.repeatable) {
    return problem;
  }
  return new MesosError('MESOS_NOT_SUBSCRIBED', `the subscription ended before the call was answered`, {
    cause: problem,
  });
}

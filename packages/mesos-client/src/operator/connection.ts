import {
  codecOf,
  DEFAULT_MAX_RECORD_BYTES,
  type DecodableClass,
  type EncodableClass,
  type MesosCodec,
  type MesosContentType,
} from '@spark-mesos/mesos-proto';
import { type BackOffSettings, backOffMs, DEFAULT_BACK_OFF } from '../back-off.ts';
import { type Clock, SYSTEM_CLOCK } from '../clock.ts';
import { isInDoubt, MesosError } from '../errors.ts';
import { basicAuthorization, type Credentials } from '../http/authorization.ts';
import { type ChannelResponse, HttpChannel, type HttpChannelOptions } from '../http/channel.ts';
import { streamProblem } from '../http/event-stream.ts';
import { type Peer, refusal } from '../http/problems.ts';
import { redirectTarget } from '../http/redirect.ts';
import type { TlsOptions } from '../http/tls.ts';
import { formatAddress, type MasterAddress } from '../master/address.ts';
import type { MasterDetector } from '../master/detector.ts';

/** What the clients for operators have in common. */
export interface OperatorOptions {
  readonly contentType?: MesosContentType;
  readonly credentials?: Credentials;
  /** Connects with TLS. An address with `https://` before it asks for that too. */
  readonly tls?: TlsOptions;
  /** How long a connection may take. */
  readonly connectTimeoutMs?: number;
  /** How long the answer to a call may take to begin. */
  readonly callTimeoutMs?: number;
  /** How often a call is sent where nobody answers, or the master says that it cannot serve now. */
  readonly maxTries?: number;
  readonly backOff?: BackOffSettings;
  /** Of an answer, or of a record of a stream. */
  readonly maxAnswerBytes?: number;
  readonly clock?: Clock;
  /** Spreads tries; `Math.random` by default. */
  readonly random?: () => number;
}

/** The options with their defaults. */
export type OperatorSettings = Required<Omit<OperatorOptions, 'contentType' | 'credentials' | 'tls'>>;

/** A message with its type. */
export interface TypedMessage<T> {
  readonly type: EncodableClass<T>;
  readonly message: T;
}

const DEFAULTS: OperatorSettings = {
  connectTimeoutMs: 10_000,
  callTimeoutMs: 30_000,
  maxTries: 5,
  backOff: DEFAULT_BACK_OFF,
  maxAnswerBytes: DEFAULT_MAX_RECORD_BYTES,
  clock: SYSTEM_CLOCK,
  random: Math.random,
};
const API_PATH = '/api/v1';
const MAX_REDIRECTS = 8;

/** What is sent. */
export interface OperatorRequest {
  readonly path: string;
  readonly body: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether it can be sent again though it may have arrived. */
  readonly repeatable: boolean;
}

/** An answer whose body is still to be read, and the connection on which it comes. */
export interface OpenAnswer {
  readonly channel: HttpChannel;
  readonly response: ChannelResponse;
}

/** Finds the one who is to be asked, asks, and asks again where that does no harm. */
export class OperatorConnection {
  readonly codec: MesosCodec;
  readonly settings: OperatorSettings;
  readonly peer: Peer;
  readonly #scheme: 'http' | 'https';
  readonly #detector: MasterDetector;
  readonly #channelOptions: HttpChannelOptions;
  readonly #ending = new AbortController();
  /** To whom calls go, until that one fails or sends us on. */
  #channel: HttpChannel | undefined;
  /** Who was asked last, for messages. */
  #asked: URL | undefined;
  #failed: MasterAddress | undefined;
  /** One after another, in the order in which they are made: so does the other side. */
  #inTurn: Promise<unknown> = Promise.resolve();

  constructor(peer: Peer, scheme: 'http' | 'https', detector: MasterDetector, options: OperatorOptions) {
    this.settings = { ...DEFAULTS, ...options };
    this.codec = codecOf(options.contentType ?? 'protobuf');
    this.peer = peer;
    this.#scheme = scheme;
    this.#detector = detector;
    this.#channelOptions = {
      headers: basicAuthorization(options.credentials),
      connectTimeoutMs: this.settings.connectTimeoutMs,
      answerTimeoutMs: this.settings.callTimeoutMs,
      tls: options.tls,
    };
  }

  /** Sends a call; gives the answer, if there is one. A question is asked again also when its connection broke. */
  async call<T, R>(
    call: TypedMessage<T>,
    responseType: DecodableClass<R>,
    isQuestion: boolean,
  ): Promise<R | undefined> {
    const bytes = await this.post({ path: API_PATH, ...this.#encode(call), repeatable: isQuestion });
    try {
      return bytes.length === 0 ? undefined : this.codec.decode(responseType, bytes);
    } catch (error) {
      throw this.problemOf(error);
    }
  }

  /** Sends anything; gives the body of the answer. */
  post(request: OperatorRequest): Promise<Uint8Array> {
    const answered = this.#inTurn.then(() => this.#post(request));
    this.#inTurn = answered.catch(() => {
      // Told to whoever waits for `answered`; the next one has its own turn.
    });
    return answered;
  }

  /** Opens a stream of events, on a connection of its own that the caller closes. */
  async openStream<T>(call: TypedMessage<T>, signal: AbortSignal): Promise<OpenAnswer> {
    const request = { path: API_PATH, ...this.#encode(call) };
    return await this.#try(async () => {
      const channel = this.#open(await this.#detect(), { answerTimeoutMs: 0 });
      return await this.#ask(channel, request, signal);
    });
  }

  /** Aborts when the client is closed. */
  get ending(): AbortSignal {
    return this.#ending.signal;
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#channel?.close();
    await this.#detector.close();
  }

  /** What an error that came while asking, or while reading an answer, stands for. */
  problemOf(error: unknown): MesosError {
    if (this.ending.aborted) {
      const text = 'the client was closed before the call was answered';
      return new MesosError('MESOS_CLOSED', text, { cause: error });
    }
    const asked = this.#asked ?? new URL(`${this.#scheme}://${this.peer}`);
    return streamProblem(asked, error, this.peer);
  }

  async #post(request: OperatorRequest): Promise<Uint8Array> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#try(async () => {
          const channel = this.#channel ?? this.#open(await this.#detect(), {});
          const answer = await this.#ask(channel, request, this.ending);
          this.#channel = answer.channel;
          return await answer.response.bytes(this.settings.maxAnswerBytes);
        });
      } catch (error) {
        const again = tries < this.settings.maxTries && mayHelp(error as MesosError, request.repeatable);
        if (this.ending.aborted || !again) {
          throw error;
        }
        await this.#wait(backOffMs(this.settings.backOff, tries, this.settings.random));
      }
    }
  }

  /** Whatever goes wrong, the next call goes to whom the detector then names. */
  async #try<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const channel = this.#channel;
      this.#channel = undefined;
      await channel?.close();
      const problem = this.problemOf(error);
      this.#failed = mayHelp(problem, true) && this.#asked !== undefined ? addressOf(this.#asked) : undefined;
      throw problem;
    }
  }

  /** Asks, goes on where redirects lead, and gives the first answer that is none. Else closes the connection. */
  async #ask(
    first: HttpChannel,
    { path, body, headers }: Omit<OperatorRequest, 'repeatable'>,
    signal: AbortSignal,
  ): Promise<OpenAnswer> {
    let channel = first;
    let target = path;
    try {
      for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
        this.#asked = channel.url;
        const response = await channel.post(body, headers, signal, target);
        const redirect = redirectTarget(channel.url, response);
        if (redirect === undefined && (response.status === 200 || response.status === 202)) {
          return { channel, response };
        }
        const text = await response.text();
        if (redirect === undefined) {
          throw operatorRefusal(channel.url, response.status, text, this.peer);
        }
        await channel.close();
        target = redirect.pathname + redirect.search;
        channel = this.#open(redirect, {});
      }
      throw new MesosError('MESOS_NOT_LEADER', 'the masters send their callers around in a circle');
    } catch (error) {
      await channel.close();
      throw error;
    }
  }

  #encode<T>(call: TypedMessage<T>): Pick<OperatorRequest, 'body' | 'headers'> {
    const { mediaType } = this.codec;
    return {
      body: this.codec.encode(call.type, call.message),
      headers: { 'content-type': mediaType, accept: mediaType },
    };
  }

  async #detect(): Promise<URL> {
    if (this.ending.aborted) {
      throw new MesosError('MESOS_CLOSED', 'the client is closed');
    }
    const address = await this.#detector.detect(this.#failed, this.ending);
    this.#failed = undefined;
    return new URL(`${this.#scheme}://${formatAddress(address)}${API_PATH}`);
  }

  #open(url: URL, options: Partial<HttpChannelOptions>): HttpChannel {
    return new HttpChannel(url, { ...this.#channelOptions, ...options });
  }

  #wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        this.ending.removeEventListener('abort', done);
        resolve();
      };
      const cancel = this.settings.clock.setTimer(done, delayMs);
      this.ending.addEventListener('abort', done, { once: true });
    });
  }
}

/** Whether the same call may fare better, and does no harm if it had arrived. */
function mayHelp(problem: MesosError, repeatable: boolean): boolean {
  switch (problem.code) {
    case 'MESOS_UNREACHABLE':
    case 'MESOS_UNAVAILABLE':
    case 'MESOS_NOT_LEADER':
    case 'MESOS_CONNECTION_LOST':
      return repeatable || !isInDoubt(problem);
    default:
      return false;
  }
}

/** Here 404 also means that there is no such file, agent or machine. */
function operatorRefusal(url: URL, status: number, text: string, peer: Peer): MesosError {
  if (status !== 404) {
    return refusal(url, status, text, peer);
  }
  const said = text.trim() === '' ? 'what was asked for is not there' : text.trim();
  return new MesosError('MESOS_REFUSED', `${peer} ${url.host} answers 404: ${said}`, {
    status,
    masterText: text,
  });
}

function addressOf(url: URL): MasterAddress {
  const port = url.protocol === 'https:' ? 443 : 80;
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port === '' ? port : Number(url.port) };
}

import { Client, type Dispatcher } from 'undici';
import { MesosError } from '../errors.ts';
import { type TlsOptions, tlsConnectionOptions } from './tls.ts';

/** Longest text of a refusal that is read. */
const MAX_TEXT_BYTES = 64 * 1024;

/** An answer whose body is still to be read. */
export interface ChannelResponse {
  readonly status: number;
  header(name: string): string | undefined;
  /** The body as text, cut where it is too long; for refusals. */
  text(): Promise<string>;
  /** The whole body; throws MESOS_PROTOCOL when it is longer than that. */
  bytes(maxBytes: number): Promise<Uint8Array>;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Settings of a {@link HttpChannel}. */
export interface HttpChannelOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly connectTimeoutMs: number;
  /** How long an answer may take to begin, and then to go on; 0 for no limit. */
  readonly answerTimeoutMs: number;
  /** For URLs with https. */
  readonly tls?: TlsOptions | undefined;
  /** Path of a Unix domain socket to connect to in place of the URL's host. */
  readonly socketPath?: string | undefined;
}

/**
 * One connection to one master or agent, on which requests follow one another.
 *
 * In order, because it works on calls in the order of their arrival: a REVIVE must not overtake the SUPPRESS
 * before it. The body goes out at once: Mesos does not answer `Expect: 100-continue`.
 */
export class HttpChannel {
  readonly url: URL;
  readonly #client: Client;
  readonly #options: HttpChannelOptions;

  constructor(url: URL, options: HttpChannelOptions) {
    this.url = url;
    this.#options = options;
    this.#client = new Client(url.origin, {
      pipelining: 1,
      connect: {
        timeout: options.connectTimeoutMs,
        ...tlsConnectionOptions(options.tls ?? {}),
        ...(options.socketPath === undefined ? {} : { socketPath: options.socketPath }),
      },
      headersTimeout: options.answerTimeoutMs,
      // Streams have no limit: they are silent for as long as they like, and whoever reads them watches the heartbeats.
      bodyTimeout: options.answerTimeoutMs,
    });
  }

  /** Sends a POST, to the path of the URL unless another one is given; rejects when no answer comes. */
  async post(
    body: Uint8Array,
    headers: Readonly<Record<string, string>>,
    signal?: AbortSignal,
    path: string = this.url.pathname + this.url.search,
  ): Promise<ChannelResponse> {
    const response = await this.#client.request({
      method: 'POST',
      path,
      headers: { ...this.#options.headers, ...headers },
      body,
      ...(signal === undefined ? {} : { signal }),
    });
    return new UndiciResponse(response);
  }

  /** Ends the connection and whatever is under way on it. */
  async close(): Promise<void> {
    await this.#client.destroy();
  }
}

class UndiciResponse implements ChannelResponse {
  readonly #response: Dispatcher.ResponseData;

  constructor(response: Dispatcher.ResponseData) {
    this.#response = response;
  }

  get status(): number {
    return this.#response.statusCode;
  }

  get body(): AsyncIterable<Uint8Array> {
    return this.#response.body as AsyncIterable<Uint8Array>;
  }

  header(name: string): string | undefined {
    const value = this.#response.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  async bytes(maxBytes: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of this.body) {
      parts.push(part);
      size += part.length;
      if (size > maxBytes) {
        throw new MesosError('MESOS_PROTOCOL', `an answer is longer than ${maxBytes} bytes (maxAnswerBytes)`);
      }
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  }

  async text(): Promise<string> {
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of this.body) {
      parts.push(part);
      size += part.length;
      if (size >= MAX_TEXT_BYTES) {
        break;
      }
    }
    return Buffer.concat(parts).toString('utf8', 0, MAX_TEXT_BYTES);
  }
}

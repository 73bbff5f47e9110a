import { clockSkewMs } from '../../shared/clock-skew.ts';
import { parseJson, request } from '../../shared/request.ts';

/** Where the API is, relative to the page. */
const ROOT = 'api/v2/';

let made = 0;

/** The API of the dispatcher that the page came from, asked as somebody: with a token, or as nobody in particular. */
export class DispatcherApi {
  /** Tells one from another, so that what was asked as somebody else is not shown. */
  readonly identity: string;
  readonly #token: string | undefined;
  #clockSkewMs = 0;

  constructor(token?: string) {
    made += 1;
    this.identity = String(made);
    this.#token = token;
  }

  get hasToken(): boolean {
    return this.#token !== undefined;
  }

  /** How far the dispatcher's clock is ahead of the reader's, as far as is known. */
  get clockSkewMs(): number {
    return this.#clockSkewMs;
  }

  /** What every request has to say. */
  get headers(): Readonly<Record<string, string>> {
    return this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` };
  }

  /** The address of something in the API. */
  pathOf(path: string, query: Readonly<Record<string, string>> = {}): string {
    const text = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')).toString();
    return `${ROOT}${path}${text === '' ? '' : `?${text}`}`;
  }

  /** Reads something. */
  async read(
    path: string,
    query: Readonly<Record<string, string>> = {},
    signal?: AbortSignal,
  ): Promise<unknown> {
    const address = this.pathOf(path, query);
    const { bytes, serverTimeMs } = await request(address, signal, undefined, this.headers);
    this.#clockSkewMs = clockSkewMs(serverTimeMs, Date.now(), this.#clockSkewMs);
    return parseJson(address, bytes);
  }

  /** Changes something; the key makes sure that it is done once, however often it is asked for. */
  async change(path: string, question: object, idempotencyKey?: string): Promise<unknown> {
    const address = this.pathOf(path);
    const headers = {
      ...this.headers,
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    };
    return parseJson(address, (await request(address, undefined, question, headers)).bytes);
  }

  /** Has something forgotten. */
  async remove(path: string): Promise<void> {
    await request(this.pathOf(path), undefined, undefined, this.headers, 'DELETE');
  }
}

/** A key that nobody else has. `randomUUID` is not to be had over plain HTTP. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `page-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

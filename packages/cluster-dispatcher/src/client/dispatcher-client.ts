import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { z } from 'zod';
import { API_ROOT } from '../rest/v2/api-root.ts';
import {
  createdShape,
  explanationShape,
  killedShape,
  logShape,
  pageShape,
  problemShape,
  submissionShape,
} from '../rest/v2/shapes.ts';
import { DispatcherClientError } from './client-error.ts';

/** What a {@link DispatcherClient} is made of. */
export interface DispatcherClientOptions {
  /** `http://host:port` or `https://host:port`; the port of submissions and that of the page both do. */
  readonly url: string;
  /** Shown as `Authorization: Bearer …`. */
  readonly token?: string | undefined;
  readonly timeoutMs?: number | undefined;
}

/** A submission as the API shows it. */
export type SubmissionView = z.infer<typeof submissionShape>;
/** A part of the list of submissions. */
export type SubmissionPageView = z.infer<typeof pageShape>;
/** A part of a log. */
export type LogPartView = z.infer<typeof logShape>;
/** Why a submission is where it is. */
export type ExplanationView = z.infer<typeof explanationShape>;
/** What became of a submission. */
export type CreatedView = z.infer<typeof createdShape>;

/** What is to be run. */
export interface NewSubmission {
  readonly appResource: string;
  readonly mainClass?: string;
  readonly arguments?: readonly string[];
  readonly properties?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  /** Of the Spark that its driver is to run, one of the dispatcher's. */
  readonly sparkVersion?: string;
}

/** Which submissions are wanted; each has several values with commas between, as the API takes it. */
export type ListQuery = Readonly<
  Partial<
    Record<
      'state' | 'finalState' | 'queue' | 'owner' | 'search' | 'sort' | 'order' | 'offset' | 'limit',
      string
    >
  >
>;

const TIMEOUT_MS = 15_000;
const LONGEST_ANSWER_BYTES = 64 * 1024 * 1024;
/** Who leads may change while one is sent there. */
const MAX_HOPS = 3;

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly location: string | undefined;
}

interface Call<Shape extends z.ZodType> {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly shape: Shape;
}

/**
 * Asks a dispatcher by its API.
 *
 * ```ts
 * const client = new DispatcherClient({ url: 'http://dispatcher:8081' });
 * const { submissionId } = await client.submit({ appResource: 'https://files/app.jar', properties });
 * ```
 */
export class DispatcherClient {
  readonly #options: DispatcherClientOptions;

  constructor(options: DispatcherClientOptions) {
    this.#options = options;
  }

  /** A page of drivers, the newest first unless the query says otherwise. */
  list(query: ListQuery = {}): Promise<SubmissionPageView> {
    return this.#call({ path: '/submissions', query, shape: pageShape });
  }

  /** With an idempotency key a call that had no answer may be made again. */
  submit(submission: NewSubmission, idempotencyKey?: string): Promise<CreatedView> {
    const headers: Record<string, string> =
      idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
    return this.#call({
      method: 'POST',
      path: '/submissions',
      body: submission,
      headers,
      shape: createdShape,
    });
  }

  /** One driver with all that is known of it. */
  status(submissionId: string): Promise<SubmissionView> {
    return this.#call({ path: pathOf(submissionId), shape: submissionShape });
  }

  /** Why a driver is where it is, and what it waits for. */
  explain(submissionId: string): Promise<ExplanationView> {
    return this.#call({ path: `${pathOf(submissionId)}/explain`, shape: explanationShape });
  }

  /** Ends a driver, or takes it off the queue. `graceMs`: how long it may take to end by itself. */
  kill(submissionId: string, graceMs?: number): Promise<z.infer<typeof killedShape>> {
    const body = graceMs === undefined ? {} : { graceMs };
    return this.#call({ method: 'POST', path: `${pathOf(submissionId)}/kill`, body, shape: killedShape });
  }

  /** Part of a log; the last part where no offset is given. */
  log(
    submissionId: string,
    range: { readonly file: 'stdout' | 'stderr'; readonly offset?: number; readonly attempt?: number },
  ): Promise<LogPartView> {
    const query = {
      file: range.file,
      offset: range.offset === undefined ? undefined : String(range.offset),
      attempt: range.attempt === undefined ? undefined : String(range.attempt),
    };
    return this.#call({ path: `${pathOf(submissionId)}/log`, query, shape: logShape });
  }

  async #call<Shape extends z.ZodType>(call: Call<Shape>): Promise<z.output<Shape>> {
    const { status, text } = await this.#follow(call);
    const body = jsonOf(text);
    if (status >= 300) throw this.#refusal(status, body);
    const read = call.shape.safeParse(body);
    if (read.success) return read.data;
    throw new DispatcherClientError(
      'DISPATCHER_CLIENT_PROTOCOL',
      `what answers at ${this.#options.url} is no dispatcher of spark-mesos, or one of another version`,
    );
  }

  #refusal(status: number, body: unknown): DispatcherClientError {
    const read = problemShape.safeParse(body);
    if (!read.success) {
      const message = `${this.#options.url} answers with status ${status}, and not as a dispatcher of spark-mesos does`;
      return new DispatcherClientError('DISPATCHER_CLIENT_PROTOCOL', message);
    }
    const { code, detail, problems = [] } = read.data;
    const all = problems.map(({ setting, message }) => `${setting}: ${message}`).join('\n');
    return new DispatcherClientError('DISPATCHER_CLIENT_REFUSED', all || detail, {
      problem: { status, code, problems },
    });
  }

  /** One that does not lead sends those who ask to the one that does. */
  async #follow(call: Call<z.ZodType>): Promise<Answer> {
    let url = this.#urlOf(call);
    for (let hops = 0; ; hops += 1) {
      const answer = await this.#send(call, url);
      if (answer.status !== 307 || answer.location === undefined || hops === MAX_HOPS) return answer;
      const next = URL.canParse(answer.location, url.href) ? new URL(answer.location, url) : undefined;
      const protocols = url.protocol === 'https:' ? ['https:'] : ['http:', 'https:'];
      // A token that goes there by HTTPS goes nowhere by HTTP.
      if (next === undefined || !protocols.includes(next.protocol)) return answer;
      url = next;
    }
  }

  #urlOf({ path, query = {} }: Call<z.ZodType>): URL {
    const url = new URL(`${API_ROOT}${path}`, this.#options.url);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, value);
    return url;
  }

  /** With `node:http`: `fetch` refuses ports on which browsers expect no web server. */
  #send({ method = 'GET', body, headers = {} }: Call<z.ZodType>, url: URL): Promise<Answer> {
    const { token, timeoutMs = TIMEOUT_MS } = this.#options;
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    const content = body === undefined ? undefined : JSON.stringify(body);
    const all = {
      ...headers,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(content === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const unreachable = (cause: unknown) =>
      new DispatcherClientError(
        'DISPATCHER_CLIENT_UNREACHABLE',
        `the dispatcher ${url.origin} ${reasonOf(cause, timeoutMs)}`,
        {
          cause,
        },
      );
    return new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(timeoutMs);
      const asked = request(url, { method, headers: all, agent: false, signal }, (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.byteLength;
          if (bytes > LONGEST_ANSWER_BYTES) asked.destroy(new Error('answers with more than can be read'));
          else chunks.push(chunk);
        });
        response.on('error', (error) => reject(unreachable(error)));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            text: Buffer.concat(chunks).toString('utf8'),
            location: response.headers.location,
          }),
        );
      });
      asked.on('error', (error) => reject(unreachable(error)));
      asked.end(content);
    });
  }
}

function pathOf(submissionId: string): string {
  return `/submissions/${encodeURIComponent(submissionId)}`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonOf(cause: unknown, timeoutMs: number): string {
  const { name, code, message } = cause as NodeJS.ErrnoException;
  if (name === 'AbortError' || name === 'TimeoutError') return `does not answer within ${timeoutMs / 1000} s`;
  return code === 'ECONNREFUSED'
    ? 'is not there: nothing listens at its address'
    : `does not answer: ${message}`;
}

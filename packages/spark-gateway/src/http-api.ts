import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { hostname } from 'node:os';
import type { Logger } from '@spark-mesos/scheduler-utils';
import {
  applicationListShape,
  type Explanation,
  explanationShape,
  type ListedApplication,
} from './explanation.ts';
import { METRICS_CONTENT_TYPE, metricsText } from './metrics.ts';

/** What a {@link HttpApi} is made of. */
export interface HttpApiOptions {
  /** Every application that there is. */
  readonly list: () => readonly ListedApplication[];
  /** The one with this id. */
  readonly explain: (applicationId: string) => Explanation | undefined;
  /** Whether others than this machine are answered. */
  readonly openToAll: boolean;
  /** Names under which this machine is known beside its own. */
  readonly hosts: readonly string[];
  readonly logger: Logger;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** Of text that goes out as it is; absent: the body goes out as JSON. */
  readonly contentType?: string;
}

/** Where Spark's own clients submit drivers by REST. */
const SUBMISSIONS = /^\/v\d+\/submissions\//;
const EXPLAIN = /^\/api\/v1\/applications\/([^/]+)\/explain$/;
const LONGEST_REQUEST_MS = 10_000;
const MOST_CONNECTIONS = 100;

/**
 * What the gateway tells of its applications over HTTP: read only, and without secrets. It has no port of its own;
 * connections are handed in.
 *
 * ```text
 * GET /api/v1/applications                the applications, each with one sentence on how it is
 * GET /api/v1/applications/<id>/explain   what one wants, holds, was offered, and why it took no more
 * GET /metrics                            figures of all of them together, for Prometheus
 * ```
 */
export class HttpApi {
  readonly #options: HttpApiOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(options: HttpApiOptions) {
    this.#options = options;
    this.#server = createServer(
      { requestTimeout: LONGEST_REQUEST_MS, headersTimeout: LONGEST_REQUEST_MS, maxHeaderSize: 16 * 1024 },
      (request, response) => this.#answer(request, response),
    );
    this.#server.keepAliveTimeout = LONGEST_REQUEST_MS;
  }

  /** Takes a connection on which somebody speaks HTTP. */
  take(socket: Socket): void {
    if (this.#sockets.size >= MOST_CONNECTIONS) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    this.#server.emit('connection', socket);
  }

  /** Ends every connection. */
  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    try {
      send(response, this.#decide(request));
    } catch (error) {
      this.#options.logger.error({ error: String(error) }, 'a request could not be answered');
      send(response, problem(500, 'the gateway could not answer; its log says why'));
    }
  }

  #decide(request: IncomingMessage): Answer {
    const { pathname } = new URL(request.url ?? '/', 'http://gateway');
    if (SUBMISSIONS.test(pathname)) return noSubmissions();
    const refusal = this.#refusal(request);
    if (refusal !== undefined) return refusal;
    if (pathname === '/api/v1/applications') {
      return { status: 200, body: applicationListShape.parse({ applications: this.#options.list() }) };
    }
    if (pathname === '/metrics') {
      const text = metricsText(this.#options.list(), Date.now());
      return { status: 200, body: text, contentType: METRICS_CONTENT_TYPE };
    }
    const id = EXPLAIN.exec(pathname)?.[1];
    if (id === undefined) {
      return problem(404, `there is nothing at ${pathname}; /api/v1/applications lists what there is`);
    }
    const wanted = decoded(id);
    const found = this.#options.explain(wanted);
    if (found === undefined) return problem(404, `this gateway has no application ${wanted}`);
    return { status: 200, body: explanationShape.parse(found) };
  }

  /** Who must not ask, and how. */
  #refusal({ method, socket, headers }: IncomingMessage) {
    if (!this.#options.openToAll && !isLoopback(socket.remoteAddress)) {
      return problem(403, 'this gateway answers HTTP from its own machine only');
    }
    // A page in a browser may have its own name lead here (DNS rebinding); it cannot send another Host than that name.
    if (!isOwnHost(headers.host, this.#options.hosts)) {
      return problem(403, 'the Host of the request is none of this machine');
    }
    return method === 'GET' || method === 'HEAD' ? undefined : problem(405, 'only GET is answered');
  }
}

/** Whether an address is of this very machine. */
export function isLoopback(address: string | undefined): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address ?? '');
}

/** Whether a Host header names this machine: by a number, as localhost, or by one of its names. */
export function isOwnHost(header: string | undefined, hosts: readonly string[]): boolean {
  const name = /^(\[[^\]]*\]|[^:]*)(:\d+)?$/.exec(header ?? '')?.[1]?.toLowerCase();
  if (name === undefined || name === '') return false;
  if (isIP(name.replace(/^\[|\]$/g, '')) !== 0) return true;
  return ['localhost', hostname(), ...hosts].some((host) => host.toLowerCase() === name);
}

/** In the form of Spark's REST protocol, so that `spark-submit` shows it (SubmitRestProtocolResponse). */
function noSubmissions() {
  const message = 'spark-mesos: this gateway runs no drivers; submit with --deploy-mode client';
  return { status: 501, body: { action: 'ErrorResponse', message, serverSparkVersion: 'spark-mesos' } };
}

function problem(status: number, error: string) {
  return { status, body: { error } };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function send(response: ServerResponse, { status, body, contentType }: Answer): void {
  response.writeHead(status, {
    'content-type': contentType ?? 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(status === 405 ? { allow: 'GET, HEAD' } : {}),
  });
  const text = contentType === undefined ? `${JSON.stringify(body)}\n` : String(body);
  response.end(response.req.method === 'HEAD' ? undefined : text);
}

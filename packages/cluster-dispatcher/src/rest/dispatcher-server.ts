import type { ServerOptions } from 'node:https';
import type { Socket } from 'node:net';
import type { Logger } from '@spark-mesos/scheduler-utils';
import {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
} from 'fastify';
import type { LeaderCard } from '../high-availability/leader-card.ts';
import { redirectTo } from '../high-availability/redirect.ts';
import { DEFAULT_DOOR_LIMITS, type DoorLimits, HttpDoor } from '../http/http-door.ts';
import type { DispatcherSpark } from '../launch/driver-spark.ts';
import type { LogReader } from '../logs/log-reader.ts';
import { Access } from '../security/access.ts';
import type { AccessRules } from '../security/access-file.ts';
import type { RateLimitRules } from '../security/rate-limit.ts';
import type { DispatcherService } from '../service.ts';
import { Gate } from './gate.ts';
import { type Applications, addOperationsRoutes, type PageFile, sendFile } from './operations-routes.ts';
import { RequestProblem } from './problem.ts';
import { errorReply } from './v1/reply.ts';
import { addV1Routes, isV1Path, sendV1 } from './v1/routes.ts';
import { API_ROOT } from './v2/api-root.ts';
import { EventStreams } from './v2/event-stream.ts';
import { addV2Routes } from './v2/routes.ts';
import { defined, type LinkBases } from './v2/views.ts';

// sockets ──► HttpDoor ──► fastify ──► v1 (Spark's protocol), v2 (our API), operations (metrics, health, page)
//                                           └────────── all through the Gate ──────────┘

/** What a {@link DispatcherServer} is made of. */
export interface DispatcherServerOptions {
  readonly service: DispatcherService;
  readonly access: AccessRules;
  /** What replies of protocol v1 give as the server's Spark. */
  readonly serverSparkVersion: string;
  /** The Sparks that drivers may run, where there are several: a driver has the one of its client's version. */
  readonly sparks?: readonly DispatcherSpark[] | undefined;
  /** Our own version. */
  readonly version: string;
  readonly logger: Logger;
  readonly rateLimit?: RateLimitRules | undefined;
  /** The longest body of a request; 1 MiB where it is not given. */
  readonly maxBodyBytes?: number | undefined;
  /** Names of this machine that pages may use beside its own. */
  readonly hosts?: readonly string[] | undefined;
  /** Answers HTTPS, and nothing else, unless `plainAllowed`. */
  readonly tls?: ServerOptions | undefined;
  /** With `tls`: answers plain HTTP as well, as Spark's own clients speak no other. */
  readonly plainAllowed?: boolean | undefined;
  readonly links?: LinkBases | undefined;
  readonly logs?: LogReader | undefined;
  /** The text of `/metrics`. */
  readonly metrics?: (() => Promise<{ readonly type: string; readonly text: string }>) | undefined;
  readonly applications?: Applications | undefined;
  /** The files of the page, by their paths. */
  readonly page?: ReadonlyMap<string, PageFile> | undefined;
  readonly limits?: Partial<DoorLimits> | undefined;
  /** The dispatcher that leads, while another one does: requests are sent there. */
  readonly leader?: (() => LeaderCard | undefined) | undefined;
}

const MAX_BODY_BYTES = 1_048_576;

/** What is at / of the port of the page where there is no page. */
const SIGNPOST = {
  api: `${API_ROOT}/openapi.json`,
  health: '/healthz',
  readiness: '/readyz',
  metrics: '/metrics',
};

/** Nothing is loaded from elsewhere, nothing is framed, and no form goes anywhere. */
const CONTENT_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/**
 * The dispatcher over HTTP: Spark's submission protocol v1, our own API v2, metrics, health and the page.
 *
 * It is given connections that somebody else accepted, so that it can share the port of Spark's RPC, and may listen on a port
 * of its own as well.
 */
export class DispatcherServer {
  readonly #door: HttpDoor;
  readonly #app: FastifyInstance;
  readonly #streams = new EventStreams();

  private constructor(app: FastifyInstance, door: HttpDoor, streams: EventStreams) {
    this.#app = app;
    this.#door = door;
    this.#streams = streams;
  }

  /** Resolves once connections can be taken. */
  static async start(options: DispatcherServerOptions): Promise<DispatcherServer> {
    const { service, access, rateLimit, hosts = [], tls, plainAllowed = false, version } = options;
    const gate = new Gate({
      access: new Access(access),
      rateLimit,
      hosts,
      secureOnly: tls !== undefined && !plainAllowed,
      logger: options.logger,
    });
    const app = fastify({
      bodyLimit: options.maxBodyBytes ?? MAX_BODY_BYTES,
      routerOptions: { ignoreTrailingSlash: false },
      exposeHeadRoutes: true,
      schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
    });
    // Each protocol reads bodies in its own way; v1 never looks at their type.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    const headers = {
      'content-security-policy': CONTENT_POLICY,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      ...(tls === undefined ? {} : { 'strict-transport-security': 'max-age=31536000' }),
    };
    app.addHook('onRequest', (request, reply, done) => {
      void reply.headers(headers);
      const leader = options.leader?.();
      done(leader && redirectTo(leader, request.raw, door.isOwn(request.raw)));
    });
    app.setErrorHandler((error: FastifyError | RequestProblem, request, reply) =>
      sendProblem(problemOf(error, options.logger), request, reply, options.serverSparkVersion),
    );
    const streams = new EventStreams();
    const { links = {}, logs } = options;
    addOperationsRoutes(app, {
      service,
      gate,
      ...defined({ metrics: options.metrics, applications: options.applications, page: options.page }),
    });
    const { sparks = [] } = options;
    addV2Routes(app, { service, gate, version, streams, links, logs, sparks });
    const landing = options.page?.get('/');
    addV1Routes(app, {
      service,
      gate,
      serverSparkVersion: options.serverSparkVersion,
      sparks,
      landing: (request, reply) => {
        if (!door.isOwn(request.raw)) return undefined;
        return landing === undefined ? reply.send(SIGNPOST) : sendFile(reply, landing);
      },
    });
    await app.ready();
    const limits = { ...DEFAULT_DOOR_LIMITS, ...defined(options.limits ?? {}) };
    const door = new HttpDoor((request, response) => app.routing(request, response), tls, limits);
    return new DispatcherServer(app, door, streams);
  }

  /** Takes a connection on which somebody speaks HTTP. */
  take(socket: Socket): void {
    this.#door.take(socket);
  }

  /** Takes a connection on which somebody speaks HTTPS. */
  takeSecure(socket: Socket): void {
    this.#door.takeSecure(socket);
  }

  /** Listens on a port of its own as well, where the page is; resolves to the port. */
  listen(host: string, port: number): Promise<number> {
    return this.#door.listen(host, port);
  }

  /** Ends what follows events: whoever does asks again, and is sent to the one that leads by then. */
  endStreams(): void {
    this.#streams.close();
  }

  /** Lets requests end, and ends all connections. */
  async close(): Promise<void> {
    this.#streams.close();
    await this.#door.close();
    await this.#app.close();
  }
}

/** Requests are checked by the schemas of our own: the compilers of fastify's would be loaded at each start, for nothing. */
function noSchemas(): never {
  throw new Error('no route has a schema of fastify');
}

function problemOf(error: FastifyError | RequestProblem, logger: Logger): RequestProblem {
  if (error instanceof RequestProblem) return error;
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new RequestProblem(413, 'REQUEST_TOO_LARGE', 'the body is longer than allowed here');
  }
  if (typeof error.statusCode === 'number' && error.statusCode < 500) {
    return new RequestProblem(error.statusCode, 'REQUEST_MALFORMED', 'the request is malformed');
  }
  logger.error({ error }, 'a request could not be answered');
  return new RequestProblem(
    500,
    'REQUEST_FAILED',
    'Internal server error; the log of the dispatcher says why',
  );
}

function sendProblem(
  problem: RequestProblem,
  request: FastifyRequest,
  reply: FastifyReply,
  serverSparkVersion: string,
): FastifyReply {
  const { status, code, message, problems, submissionId } = problem;
  void reply.headers(problem.headers);
  if (isV1Path(request.url)) return sendV1(reply, errorReply(status, message), serverSparkVersion);
  return reply
    .code(status)
    .type('application/problem+json')
    .send({
      type: 'about:blank',
      status,
      code,
      detail: message,
      ...(problems.length === 0 ? {} : { problems }),
      ...defined({ submissionId }),
    });
}

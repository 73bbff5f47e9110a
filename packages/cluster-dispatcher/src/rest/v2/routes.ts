import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Gate } from '../gate.ts';
import { RequestProblem } from '../problem.ts';
import { bodyText } from '../v1/routes.ts';
import { API_ROOT } from './api-root.ts';
import type { EventStreams } from './event-stream.ts';
import { HANDLERS, type HandlerContext, linkContext } from './handlers.ts';
import { openApiDocument } from './openapi.ts';
import { OPERATIONS, type Operation, type OperationId } from './operations.ts';
import { eventView } from './views.ts';

/** What the routes are made of. */
export interface V2Options extends HandlerContext {
  readonly gate: Gate;
  readonly version: string;
  readonly streams: EventStreams;
}

const LONGEST_KEY = 200;
const ALL_METHODS = ['GET', 'HEAD', 'POST', 'DELETE', 'PUT', 'PATCH'] as const;

/** Our own API, all of whose operations are in {@link OPERATIONS}. */
export function addV2Routes(app: FastifyInstance, options: V2Options): void {
  let document: ReturnType<typeof openApiDocument> | undefined;
  for (const [id, operation] of Object.entries(OPERATIONS) as [OperationId, Operation][]) {
    const url = `${API_ROOT}${operation.path}`;
    if (id === 'getDocument') {
      app.get(url, () => {
        // Few ask for it, and whoever waits for a dispatcher that starts again need not wait for it too.
        document ??= openApiDocument(options.version);
        return document;
      });
    } else if (id === 'getEvents') {
      app.get(url, (request, reply) => serveEvents(request, reply, options));
    } else {
      app.route({
        method: operation.method,
        url,
        handler: async (request, reply) => {
          const asked = readRequest(request, operation, options);
          const { body, status = operation.answer.status } = await HANDLERS[id](asked, options);
          return reply.code(status).send(body);
        },
      });
    }
  }
  app.route({
    method: [...ALL_METHODS],
    url: `${API_ROOT}/*`,
    handler: (request) => {
      throw nothingThere(request);
    },
  });
}

/** Lets a request in, and checks its form. */
function readRequest(request: FastifyRequest, operation: Operation, { gate }: V2Options) {
  const principal = gate.admit(request.raw, operation.role ?? 'viewer');
  if (operation.method !== 'GET') gate.count(principal, request.raw);
  const key = request.headers['idempotency-key'];
  if (typeof key === 'string' && (key === '' || key.length > LONGEST_KEY)) {
    throw malformed([{ setting: 'Idempotency-Key', message: `has to have 1 to ${LONGEST_KEY} characters` }]);
  }
  const { id = '' } = request.params as { id?: string };
  return {
    id,
    principal,
    query: operation.query === undefined ? {} : checked(operation.query, request.query),
    body: operation.body === undefined ? {} : checked(operation.body, jsonBody(request)),
    idempotencyKey: typeof key === 'string' ? key : undefined,
  };
}

/** Browsers send JSON to other origins only if these allow it, which we do not: so nothing else is taken. */
function jsonBody(request: FastifyRequest): unknown {
  const text = bodyText(request.body);
  if (text === '') return {};
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new RequestProblem(415, 'REQUEST_MEDIA_TYPE', 'the body has to be application/json');
  }
  try {
    return JSON.parse(text ?? '');
  } catch {
    throw malformed([{ setting: 'body', message: 'it is no JSON' }]);
  }
}

function checked<Shape extends z.ZodType>(shape: Shape, value: unknown): z.infer<Shape> {
  const read = shape.safeParse(value);
  if (read.success) return read.data;
  throw malformed(
    read.error.issues.map(({ path, message }) => ({ setting: path.join('.') || 'body', message })),
  );
}

function malformed(
  problems: readonly { readonly setting: string; readonly message: string }[],
): RequestProblem {
  const text = problems.map(({ setting, message }) => `${setting}: ${message}`).join('; ');
  return new RequestProblem(400, 'REQUEST_MALFORMED', text, { problems });
}

function nothingThere(request: FastifyRequest): RequestProblem {
  const path = request.url.replace(/\?.*/s, '');
  const methods = Object.values(OPERATIONS)
    .filter((operation) => pathPattern(operation.path).test(path))
    .map(({ method }) => method);
  if (methods.length === 0) {
    const where = `${API_ROOT}/openapi.json says what there is`;
    return new RequestProblem(404, 'REQUEST_NOT_FOUND', `there is nothing at ${path}; ${where}`);
  }
  return new RequestProblem(405, 'REQUEST_METHOD', `${methods.join(' or ')} is the method for ${path}`, {
    headers: { allow: methods.join(', ') },
  });
}

function pathPattern(path: string): RegExp {
  return new RegExp(`^${API_ROOT}${path.replace(/:id/g, '[^/]+').replaceAll('.', '\\.')}$`);
}

function serveEvents(request: FastifyRequest, reply: FastifyReply, options: V2Options): FastifyReply {
  const { gate, streams, service } = options;
  gate.admit(request.raw, OPERATIONS.getEvents.role);
  if (streams.isFull) {
    throw new RequestProblem(503, 'REQUEST_FAILED', 'too many listen already; try again later', {
      headers: { 'retry-after': '10' },
    });
  }
  reply.hijack();
  streams.serve(reply.raw, {
    service,
    lastEventId: lastEventId(request),
    view: (event) => eventView(event, linkContext(options)),
  });
  return reply;
}

function lastEventId({ headers }: FastifyRequest): number | undefined {
  const text = headers['last-event-id'];
  return typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

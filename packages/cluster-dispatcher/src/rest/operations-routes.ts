import type { FastifyInstance, FastifyReply } from 'fastify';
import type { DispatcherService } from '../service.ts';
import type { Gate } from './gate.ts';
import { RequestProblem } from './problem.ts';

/** The applications of the gateway that runs in the same process, as it shows them. */
export interface Applications {
  /** All of them, as JSON has them. */
  list(): unknown;
  /** One of them, and why it has no more executors; undefined when there is none of that id. */
  explain(applicationId: string): unknown;
}

/** A file of the page. */
export interface PageFile {
  readonly type: string;
  readonly content: Uint8Array;
}

/** What the routes are made of. */
export interface OperationsOptions {
  readonly service: DispatcherService;
  readonly gate: Gate;
  readonly metrics?: () => Promise<{ readonly type: string; readonly text: string }>;
  readonly applications?: Applications;
  readonly page?: ReadonlyMap<string, PageFile>;
}

/** What operators ask for: whether it is alive, whether it is ready, figures; and the page. */
export function addOperationsRoutes(app: FastifyInstance, options: OperationsOptions): void {
  const { service, gate, metrics, applications, page } = options;
  // Alive is what answers: whoever restarts what is only not ready would make it worse.
  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/readyz', (_request, reply) => {
    const { ready, recovered, subscribed, storeWritable, draining } = service.readiness();
    return reply.code(ready ? 200 : 503).send({ ready, recovered, subscribed, storeWritable, draining });
  });
  if (metrics !== undefined) {
    app.get('/metrics', async (request, reply) => {
      gate.admit(request.raw, 'viewer');
      const { type, text } = await metrics();
      return reply.type(type).send(text);
    });
  }
  if (applications !== undefined) addApplications(app, gate, applications);
  if (page !== undefined) addPage(app, page);
}

/** As the gateway answers on a port of its own, so that its clients find it here too. */
function addApplications(app: FastifyInstance, gate: Gate, applications: Applications): void {
  app.get('/api/v1/applications', (request) => {
    gate.admit(request.raw, 'viewer');
    return { applications: applications.list() };
  });
  app.get('/api/v1/applications/:id/explain', (request) => {
    gate.admit(request.raw, 'viewer');
    const { id } = request.params as { readonly id: string };
    const found = applications.explain(id);
    if (found === undefined)
      throw new RequestProblem(404, 'REQUEST_NOT_FOUND', `there is no application ${id}`);
    return found;
  });
}

/** The page needs no role: it holds nothing, and asks the API as whoever looks at it. */
function addPage(app: FastifyInstance, page: ReadonlyMap<string, PageFile>): void {
  for (const [path, file] of page) {
    // On the port of submissions, / is a question of Spark's protocol.
    if (path !== '/') app.get(path, (_request, reply) => sendFile(reply, file));
  }
}

/** Sends a file of the page. */
export function sendFile(reply: FastifyReply, file: PageFile): FastifyReply {
  return reply.type(file.type).send(Buffer.from(file.content));
}

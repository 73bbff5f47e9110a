import { fastify } from 'fastify';
import { metricsOf, type ServiceCounters } from './metrics.ts';
import { portError } from './port-error.ts';

/** What the monitoring port is opened with. */
export interface MonitoringOptions {
  readonly host: string;
  readonly port: number;
  /** Where clients reach the service itself. */
  readonly servicePort: number;
  readonly counters: () => ServiceCounters;
}

/** `/metrics` and `/health`, while they are served. */
export interface Monitoring {
  close(): Promise<void>;
}

/** Serves `/metrics` (Prometheus) and `/health` (JSON) on a port of their own. */
export async function openMonitoring(options: MonitoringOptions): Promise<Monitoring> {
  const { host, port, servicePort, counters } = options;
  const metrics = metricsOf(counters);
  const server = fastify({ bodyLimit: 1024, requestTimeout: 10_000, forceCloseConnections: true });
  server.get('/metrics', async (_request, reply) => {
    void reply.type(metrics.contentType);
    return metrics.metrics();
  });
  // Always 200 while it serves: whoever restarts what is not healthy would only take away what still can be read.
  server.get('/health', () => {
    const { registeredApplications, registeredExecutors, connections, unsavedChanges } = counters();
    return {
      status: unsavedChanges === 0 ? 'ok' : 'degraded',
      port: servicePort,
      registeredApplications,
      registeredExecutors,
      connections,
      unsavedChanges,
    };
  });
  try {
    await server.listen({ host, port });
  } catch (error) {
    await server.close();
    throw portError(error, port, 'name another one with --metrics-port, or 0 for none');
  }
  return { close: () => server.close() };
}

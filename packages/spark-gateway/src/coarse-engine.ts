import { CoarseBackend, coarseSettings, type SchedulerPort } from '@spark-mesos/coarse-backend';
import { SchedulerClient, type SchedulerClientEvent } from '@spark-mesos/mesos-client';
import type { BackendFactory, BackendRequest } from './backend.ts';

/** Engines of coarse mode, each with its own framework at this master. */
export function coarseBackendFactory(master: string): BackendFactory {
  return (request) => {
    const { application, settings, credentials, logger } = request;
    const client = new SchedulerClient({
      master,
      framework: request.framework,
      registrationTimeoutMs: registrationTimeoutMs(request),
      logger,
      ...(credentials?.secret === undefined
        ? {}
        : { credentials: { principal: credentials.principal, secret: credentials.secret } }),
    });
    const backend = new CoarseBackend({
      client: watched(client, request),
      application,
      settings: coarseSettings(settings),
      // With a given id, too, Mesos may know tasks that a driver before this one has left behind.
      frameworkId: request.framework.id?.value,
      logger,
    });
    if (request.adopt !== undefined) backend.adopt(request.adopt.executors, request.adopt);
    return backend;
  };
}

/** A framework that was registered before has the time that the master keeps it for. */
function registrationTimeoutMs({ settings, framework, adopt }: BackendRequest): number {
  if (adopt === undefined) return settings.registrationTimeoutMs;
  return Math.max(settings.registrationTimeoutMs, (framework.failoverTimeout ?? 0) * 1000);
}

/** The client as the engine needs it, with what people are told taken off its stream. */
function watched(client: SchedulerClient, request: BackendRequest): SchedulerPort {
  return {
    events: async function* () {
      for await (const event of client.events()) {
        tell(event, request);
        yield event;
      }
    },
    call: (call) => client.call(call),
    acknowledge: (status) => client.acknowledge(status),
    teardown: () => client.teardown(),
    close: () => client.close(),
  };
}

function tell(event: SchedulerClientEvent, request: BackendRequest): void {
  if (event.kind === 'subscribed' && event.resubscribed) request.onConnection(true);
  if (event.kind === 'disconnected') request.onConnection(false, event.reason);
  if (event.kind !== 'mesos') return;
  const { offers, failure } = event.event;
  if (offers) request.onOffers(offers.offers ?? []);
  // With an executor's id it is that executor alone.
  if (failure?.agentId && !failure.executorId) request.onAgentFailed(failure.agentId.value);
}

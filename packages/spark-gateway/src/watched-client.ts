import { SchedulerClient, type SchedulerClientEvent } from '@spark-mesos/mesos-client';
import type { SchedulerPort } from '@spark-mesos/scheduler-utils';
import type { BackendRequest } from './backend.ts';

/** The framework of an application at its master, as an engine needs it, with what people are told taken off its stream. */
export function watchedClient(master: string, request: BackendRequest): SchedulerPort {
  const { credentials, framework, logger } = request;
  const client = new SchedulerClient({
    master,
    framework,
    registrationTimeoutMs: registrationTimeoutMs(request),
    logger,
    ...(credentials?.secret === undefined
      ? {}
      : { credentials: { principal: credentials.principal, secret: credentials.secret } }),
  });
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

/** A framework that was registered before has the time that the master keeps it for. */
function registrationTimeoutMs({ settings, framework, adopt }: BackendRequest): number {
  if (adopt === undefined) return settings.registrationTimeoutMs;
  return Math.max(settings.registrationTimeoutMs, (framework.failoverTimeout ?? 0) * 1000);
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

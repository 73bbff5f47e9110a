import type { DispatcherMetrics, QueuesView, QueueView, Readiness } from '../model/views.ts';
import type { CoreContext } from './context.ts';

/** So many ids are told of. */
const MAX_NEXT = 1000;

/** What waits, and the limits. */
export function queuesOf(context: CoreContext): QueuesView {
  const { fleet, rules, connection, flow } = context;
  const names = new Set([...rules.queues.keys(), ...fleet.lines.queues]);
  const queues: QueueView[] = [...names].map((name) => {
    const maxQueued = rules.queueMaxQueued.get(name);
    const maxRunning = rules.queueMaxRunning.get(name);
    return {
      name,
      priority: rules.queues.get(name) ?? 0,
      queued: fleet.lines.countOf(name),
      running: fleet.liveOf(name),
      retrying: fleet.retryingOf(name),
      ...(maxQueued === undefined ? {} : { maxQueued }),
      ...(maxRunning === undefined ? {} : { maxRunning }),
    };
  });
  const next: QueuesView['next'][number][] = [];
  for (const line of [fleet.due, fleet.lines]) {
    for (const { id } of line) {
      if (next.length >= MAX_NEXT) break;
      next.push(id);
    }
  }
  const flowing = flow.isSuppressed ? 'suppressed' : 'flowing';
  return {
    queues: queues.sort((one, other) => other.priority - one.priority),
    queued: fleet.lines.size,
    running: fleet.live.size,
    retrying: fleet.retryingCount,
    finished: fleet.finished.size,
    maxQueued: rules.maxQueued,
    maxRunning: rules.maxRunning,
    strictOrder: rules.strictOrder,
    next,
    offers: connection.isSubscribed ? flowing : 'disconnected',
  };
}

/** Whether {@link readinessOf} finds no problem; asked after each event, of which there are many thousands a second. */
export function isReadyNow({ connection, frameworkId, writes, isDraining }: CoreContext): boolean {
  return connection.isSubscribed && frameworkId !== undefined && writes.isWritable && !isDraining;
}

/** Whether submissions can be taken and drivers launched. */
export function readinessOf(context: CoreContext, more: readonly string[] = []): Readiness {
  const { connection, writes, isDraining, frameworkId } = context;
  const problems = [
    ...more,
    ...(connection.isSubscribed && frameworkId === undefined
      ? ['the id of its framework is not written down yet']
      : []),
    ...(connection.isSubscribed
      ? []
      : [`not subscribed: ${connection.problem ?? 'no master has answered yet'}`]),
    ...(writes.isWritable ? [] : [`nothing can be written down: ${writes.lastProblem}`]),
    ...(isDraining ? ['the dispatcher is being shut down'] : []),
  ];
  return {
    ready: problems.length === 0,
    recovered: true,
    subscribed: connection.isSubscribed,
    storeWritable: writes.isWritable,
    draining: isDraining,
    ...(frameworkId === undefined ? {} : { frameworkId }),
    ...(connection.master === undefined ? {} : { master: connection.master }),
    problems,
  };
}

/** Counters and durations (rule D84). */
export function metricsOf({ fleet, metrics, writes }: CoreContext): DispatcherMetrics {
  return {
    waitingDrivers: fleet.lines.size,
    launchedDrivers: fleet.live.size,
    retryDrivers: fleet.retryingCount,
    finishedDrivers: fleet.finished.size,
    submissionsTotal: metrics.submissionsTotal,
    launchesTotal: metrics.launchesTotal,
    retriesTotal: metrics.retriesTotal,
    killsTotal: metrics.killsTotal,
    offersTotal: metrics.offersTotal,
    offersDeclinedTotal: metrics.offersDeclinedTotal,
    storeWritesTotal: writes.writesTotal,
    storeFailuresTotal: writes.failuresTotal,
    endedByTaskState: Object.fromEntries(metrics.endedByTaskState),
    submitToFirstLaunchMs: metrics.submitToFirstLaunchMs.slice(-1000),
    submitToFinishMs: metrics.submitToFinishMs.slice(-1000),
    launchToFinishMs: metrics.launchToFinishMs.slice(-1000),
    launchToRetryMs: metrics.launchToRetryMs.slice(-1000),
    submitToExceptionMs: metrics.submitToExceptionMs.slice(-1000),
    retryCounts: metrics.retryCounts.slice(-1000),
  };
}

import type { RegistryCounters, ResolverCounters, ServingCounters } from '@spark-mesos/external-shuffle';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** All figures of the service at one moment. */
export type ServiceCounters = RegistryCounters & ResolverCounters & ServingCounters;

const PREFIX = 'spark_mesos_shuffle_';

/** What each figure means, in the words of `/metrics` and of the documentation. */
export const METRIC_MEANINGS: Readonly<Record<keyof ServiceCounters, string>> = {
  registeredApplications: 'applications that are known',
  registeredDrivers: 'drivers that are watched for silence',
  registeredExecutors: 'executors whose files are served',
  registrationsTotal: 'registrations of executors that were taken',
  registrationsRefusedTotal: 'registrations of executors that were refused',
  heartbeatsTotal: 'heartbeats of drivers',
  heartbeatsUnknownTotal: 'heartbeats of drivers that are not known',
  applicationsRemovedTotal: 'applications that were forgotten, by word, silence or age',
  directoriesToRemove: 'directories that are to be deleted and are still there',
  directoriesRemovedTotal: 'directories that were deleted',
  directoryRemovalFailuresTotal: 'directories that could not be deleted, once for each try',
  unsavedChanges: 'registrations that are held in memory, and could not be written to the store',
  indexCacheHitsTotal: 'index files that were found in memory',
  indexCacheMissesTotal: 'index files that had to be read',
  indexCacheEvictionsTotal: 'index files that were dropped from memory for others',
  indexCacheEntries: 'index files in memory',
  indexCacheBytes: 'memory for index files',
  filesRefusedTotal: 'files that are not plain, or not where they seem to be',
  blocksRemovedTotal: 'blocks that were deleted by word of a driver',
  openFiles: 'data files that are open',
  filesOpenedTotal: 'data files that were opened',
  connections: 'connections that are open',
  connectionsTotal: 'connections that were opened',
  connectionsRefusedTotal: 'connections that were refused, because there are as many as may be',
  connectionsIdleTotal: 'connections that were closed because nothing went over them any more',
  authenticatedConnectionsTotal: 'connections that have shown that they know the secret',
  authenticationFailuresTotal: 'connections that have not, where they had to',
  authorizationFailuresTotal: "requests for what is another application's",
  protocolErrorsTotal: 'connections that were closed because of what came over them',
  exceptionsTotal: 'requests that failed because of a fault of this side',
  openStreams: 'streams of blocks that are open',
  chunksInTransfer: 'blocks that are on their way',
  chunksTotal: 'blocks that were sent',
  chunkFailuresTotal: 'blocks that could not be sent',
  blockBytesTotal: 'bytes of blocks that were sent',
  bytesSentTotal: 'all bytes that were sent',
  bytesReceivedTotal: 'all bytes that came',
  openBlockRequestsTotal: '`OpenBlocks` and `FetchShuffleBlocks`, which Spark counts as one',
  openBlockRequestMillisecondsTotal: 'time that they took',
  registerExecutorRequestsTotal: 'requests to register an executor',
  registerExecutorRequestMillisecondsTotal: 'time that they took',
  requestsTotal: 'all requests but those for blocks',
  requestFailuresTotal: 'those of them that were answered with a failure',
  bufferBytes: 'memory of buffers for blocks on their way',
};

/**
 * Spark's own metrics of the service, by the names that Spark's Prometheus servlet gives them
 * (org.apache.spark.metrics.sink.PrometheusServlet), and the figure that each is.
 */
const SPARK_NAMES = [
  ['registeredExecutorsSize_Value', 'gauge', ({ registeredExecutors }) => registeredExecutors],
  ['numActiveConnections_Count', 'gauge', ({ connections }) => connections],
  ['numCaughtExceptions_Count', 'counter', ({ exceptionsTotal }) => exceptionsTotal],
  ['blockTransferRate_Count', 'counter', ({ chunksTotal }) => chunksTotal],
  ['blockTransferRateBytes_Count', 'counter', ({ blockBytesTotal }) => blockBytesTotal],
  ['blockTransferMessageRate_Count', 'counter', ({ openBlockRequestsTotal }) => openBlockRequestsTotal],
  ['openBlockRequestLatencyMillis_Count', 'counter', ({ openBlockRequestsTotal }) => openBlockRequestsTotal],
  [
    'openBlockRequestLatencyMillis_Mean',
    'gauge',
    (counters) => mean(counters.openBlockRequestMillisecondsTotal, counters.openBlockRequestsTotal),
  ],
  [
    'registerExecutorRequestLatencyMillis_Count',
    'counter',
    ({ registerExecutorRequestsTotal }) => registerExecutorRequestsTotal,
  ],
  [
    'registerExecutorRequestLatencyMillis_Mean',
    'gauge',
    (counters) =>
      mean(counters.registerExecutorRequestMillisecondsTotal, counters.registerExecutorRequestsTotal),
  ],
] as const satisfies readonly (readonly [
  string,
  'gauge' | 'counter',
  (counters: ServiceCounters) => number,
])[];

/** Of all since the start; Spark's own forgets with time. */
function mean(total: number, count: number): number {
  return count === 0 ? 0 : total / count;
}

/** The figures of the service and of its process, read when they are asked for. */
export function metricsOf(read: () => ServiceCounters): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const key of Object.keys(read()) as (keyof ServiceCounters)[]) {
    const kind = key.endsWith('Total') ? 'counter' : 'gauge';
    addMetric(registry, kind, metricName(key), METRIC_MEANINGS[key], () => read()[key]);
  }
  for (const [name, kind, figure] of SPARK_NAMES) {
    addMetric(registry, kind, `metrics_shuffleService_${name}`, "As Spark's own service counts it", () =>
      figure(read()),
    );
  }
  return registry;
}

/** `blockBytesTotal` is `spark_mesos_shuffle_block_bytes_total`. */
function metricName(key: string): string {
  return `${PREFIX}${key.replace(/([A-Z])/g, '_$1').toLowerCase()}`;
}

function addMetric(
  registry: Registry,
  kind: 'gauge' | 'counter',
  name: string,
  help: string,
  value: () => number,
): void {
  const registers = [registry];
  if (kind === 'gauge') {
    const gauge: Gauge = new Gauge({ name, help, registers, collect: () => gauge.set(value()) });
    return;
  }
  const counter: Counter = new Counter({
    name,
    help,
    registers,
    collect: () => {
      counter.reset();
      counter.inc(value());
    },
  });
}

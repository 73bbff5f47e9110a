import type { RegistryCounters, ResolverCounters, ServingCounters } from '@spark-mesos/external-shuffle';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** All figures of the service at one moment. */
export type ServiceCounters = RegistryCounters & ResolverCounters & ServingCounters;

const PREFIX = 'spark_mesos_shuffle_';

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
    addMetric(registry, kind, metricName(key), wordsOf(key).join(' '), () => read()[key]);
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
  return `${PREFIX}${wordsOf(key).join('_')}`;
}

function wordsOf(key: string): string[] {
  return key.split(/(?=[A-Z])/).map((word) => word.toLowerCase());
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

import type { DispatcherMetrics, Readiness } from '@spark-mesos/cluster-dispatcher';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** Where the figures come from. */
export interface MetricSources {
  readonly metrics: () => DispatcherMetrics;
  readonly readiness: () => Readiness;
}

const PREFIX = 'spark_mesos_dispatcher_';
const QUANTILES = [0.5, 0.9, 0.99, 1];

type NumberKey = {
  [Key in keyof DispatcherMetrics]: DispatcherMetrics[Key] extends number ? Key : never;
}[keyof DispatcherMetrics];

const GAUGES = [
  'waitingDrivers',
  'launchedDrivers',
  'retryDrivers',
  'finishedDrivers',
] as const satisfies readonly NumberKey[];

const COUNTERS = [
  'submissionsTotal',
  'launchesTotal',
  'retriesTotal',
  'killsTotal',
  'offersTotal',
  'offersDeclinedTotal',
  'storeWritesTotal',
  'storeFailuresTotal',
] as const satisfies readonly NumberKey[];

/** What is told of the latest values, not of their sum: the fork's timers and its histogram, in their names. */
const DISTRIBUTIONS = [
  ['submit_to_first_launch_seconds', 'submitToFirstLaunchMs', 1000],
  ['submit_to_finish_seconds', 'submitToFinishMs', 1000],
  ['submit_to_exception_seconds', 'submitToExceptionMs', 1000],
  ['launch_to_finish_seconds', 'launchToFinishMs', 1000],
  ['launch_to_retry_seconds', 'launchToRetryMs', 1000],
  ['retry_counts', 'retryCounts', 1],
] as const;

/** The figures of the dispatcher and of its process, read when they are asked for (rule D84). */
export function metricsOf({ metrics, readiness }: MetricSources): Registry {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, value: () => number) => {
    const own: Gauge = new Gauge({ name, help, registers, collect: () => own.set(value()) });
  };
  for (const key of GAUGES) {
    gauge(`${PREFIX}${snake(key)}`, words(key), () => metrics()[key]);
  }
  // The original's own, by the names that Spark's Prometheus servlet gives them.
  for (const key of GAUGES.slice(0, 3)) {
    gauge(
      `metrics_mesos_cluster_${key}_Value`,
      "As Spark's own dispatcher counts them",
      () => metrics()[key],
    );
  }
  for (const key of COUNTERS)
    addCounter(registry, `${PREFIX}${snake(key)}`, words(key), () => metrics()[key]);
  const ended: Counter = new Counter({
    name: `${PREFIX}attempts_ended_total`,
    help: 'attempts that have ended, by the state of their task',
    labelNames: ['state'],
    registers,
    collect: () => {
      ended.reset();
      for (const [state, count] of Object.entries(metrics().endedByTaskState)) ended.inc({ state }, count);
    },
  });
  for (const [name, key, unit] of DISTRIBUTIONS) {
    const values: Gauge = new Gauge({
      name: `${PREFIX}${name}`,
      help: `${name.replaceAll('_', ' ')}, of the latest 1000`,
      labelNames: ['quantile'],
      registers,
      collect: () => {
        values.reset();
        const sorted = metrics()[key].toSorted((first, second) => first - second);
        for (const quantile of sorted.length === 0 ? [] : QUANTILES) {
          values.set({ quantile: String(quantile) }, quantileOf(sorted, quantile) / unit);
        }
      },
    });
  }
  for (const key of ['ready', 'subscribed', 'storeWritable'] as const) {
    gauge(`${PREFIX}${snake(key)}`, `1 while ${words(key)}`, () => (readiness()[key] ? 1 : 0));
  }
  return registry;
}

/** The value below which that part of the sorted values lies. */
export function quantileOf(sorted: readonly number[], quantile: number): number {
  return sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)] ?? 0;
}

function addCounter(registry: Registry, name: string, help: string, value: () => number): void {
  const counter: Counter = new Counter({
    name,
    help,
    registers: [registry],
    collect: () => {
      counter.reset();
      counter.inc(value());
    },
  });
}

function snake(key: string): string {
  return words(key).replaceAll(' ', '_');
}

function words(key: string): string {
  return key.replace(/([A-Z])/g, ' $1').toLowerCase();
}

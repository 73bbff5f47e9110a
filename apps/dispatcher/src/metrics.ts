import type { DispatcherMetrics, Readiness } from '@spark-mesos/cluster-dispatcher';
import { GATEWAY_METRICS, type ListedApplication } from '@spark-mesos/spark-gateway';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** Where the figures come from. */
export interface MetricSources {
  readonly metrics: () => DispatcherMetrics;
  readonly readiness: () => Readiness;
  /** Those of the gateway in this process. */
  readonly applications: () => readonly ListedApplication[];
}

const PREFIX = 'spark_mesos_dispatcher_';
const QUANTILES = [0.5, 0.9, 0.99, 1];

type NumberKey = {
  [Key in keyof DispatcherMetrics]: DispatcherMetrics[Key] extends number ? Key : never;
}[keyof DispatcherMetrics];

/** A figure and what it means, in the words of `/metrics` and of the documentation. */
type Named<Key> = readonly (readonly [key: Key, meaning: string])[];

/** The first three are the original's own, too. */
const GAUGES = [
  ['waitingDrivers', 'drivers that wait for their first launch'],
  ['launchedDrivers', 'drivers with a task'],
  ['retryDrivers', 'drivers that will be started again'],
  ['finishedDrivers', 'finished drivers that are remembered'],
] as const satisfies Named<NumberKey>;

const COUNTERS = [
  ['submissionsTotal', 'drivers that were taken'],
  ['launchesTotal', 'tasks that were launched'],
  ['retriesTotal', 'ends after which a driver is started again'],
  ['killsTotal', 'wishes to end a driver'],
  ['offersTotal', 'offers that came'],
  ['offersDeclinedTotal', 'offers that were given back'],
  ['storeWritesTotal', 'changes of the state'],
  ['storeFailuresTotal', 'changes that the store did not take'],
] as const satisfies Named<NumberKey>;

/** What is told of the latest values, not of their sum: the fork's timers and its histogram, in their names. */
const DISTRIBUTIONS = [
  [
    'submit_to_first_launch_seconds',
    'submitToFirstLaunchMs',
    1000,
    'from the submission to the first launch of a driver',
  ],
  ['submit_to_finish_seconds', 'submitToFinishMs', 1000, 'from the submission to the end of a driver'],
  [
    'submit_to_exception_seconds',
    'submitToExceptionMs',
    1000,
    'from the submission to the end of a driver that could not be launched',
  ],
  [
    'launch_to_finish_seconds',
    'launchToFinishMs',
    1000,
    'from the launch of a task to the end of its driver',
  ],
  ['launch_to_retry_seconds', 'launchToRetryMs', 1000, 'from the launch of a task to an end that is retried'],
  ['retry_counts', 'retryCounts', 1, 'how often drivers that have ended had been started again'],
] as const;

const STATES = [
  ['ready', '1 while `/readyz` says so'],
  ['subscribed', '1 while a master hears the dispatcher'],
  ['storeWritable', '1 while the last change of the state went well'],
] as const satisfies Named<keyof Readiness>;

/** The figures of the dispatcher and of its process, read when they are asked for (rule D84). */
export function metricsOf({ metrics, readiness, applications }: MetricSources): Registry {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, value: () => number) => {
    const own: Gauge = new Gauge({ name, help, registers, collect: () => own.set(value()) });
  };
  for (const [key, meaning] of GAUGES) gauge(`${PREFIX}${snake(key)}`, meaning, () => metrics()[key]);
  // The original's own, by the names that Spark's Prometheus servlet gives them.
  for (const [key, meaning] of GAUGES.slice(0, 3)) {
    gauge(`metrics_mesos_cluster_${key}_Value`, `${meaning}, by the original's name`, () => metrics()[key]);
  }
  for (const [key, meaning] of COUNTERS) {
    addCounter(registry, `${PREFIX}${snake(key)}`, meaning, () => metrics()[key]);
  }
  const ended: Counter = new Counter({
    name: `${PREFIX}attempts_ended_total`,
    help: "tasks that have ended, by Mesos's name of their state",
    labelNames: ['state'],
    registers,
    collect: () => {
      ended.reset();
      for (const [state, count] of Object.entries(metrics().endedByTaskState)) ended.inc({ state }, count);
    },
  });
  for (const [name, key, unit, meaning] of DISTRIBUTIONS) {
    const values: Gauge = new Gauge({
      name: `${PREFIX}${name}`,
      help: `${meaning}, of the latest 1000`,
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
  for (const [key, meaning] of STATES)
    gauge(`${PREFIX}${snake(key)}`, meaning, () => (readiness()[key] ? 1 : 0));
  for (const { name, help, labelNames, samples } of GATEWAY_METRICS) {
    const figure: Gauge = new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers,
      collect: () => {
        figure.reset();
        for (const [labels, value] of samples(applications(), Date.now())) figure.set(labels, value);
      },
    });
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
  return key.replace(/([A-Z])/g, '_$1').toLowerCase();
}

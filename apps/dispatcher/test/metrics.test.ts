import { readFileSync } from 'node:fs';
import { LateDispatcher } from '@spark-mesos/cluster-dispatcher';
import { expect, test } from 'vitest';
import { metricsOf, quantileOf } from '../src/metrics.ts';

const PI = {
  id: 'f-1',
  name: 'pi',
  user: 'me',
  phase: 'running',
  registeredAt: '2026-01-01T00:00:00.000Z',
  sentence: 'has what it wants',
  executors: 2,
  cores: 4,
};

test("D84: the original's gauges are there by their names, and counters, states and durations beside them", async () => {
  const late = new LateDispatcher();
  const metrics = {
    ...late.metrics(),
    waitingDrivers: 1,
    launchedDrivers: 2,
    retryDrivers: 3,
    submissionsTotal: 6,
    endedByTaskState: { TASK_FAILED: 4 },
    submitToFirstLaunchMs: [300, 100, 200],
    submitToExceptionMs: [1500],
    retryCounts: [0, 0, 4],
  };
  const registry = metricsOf({
    metrics: () => metrics,
    readiness: () => ({ ...late.readiness(), ready: true }),
    applications: () => [PI],
  });
  const text = await registry.metrics();
  expect(await registry.metrics()).toContain('submissions_total 6');
  for (const line of [
    'metrics_mesos_cluster_waitingDrivers_Value 1',
    'metrics_mesos_cluster_launchedDrivers_Value 2',
    'metrics_mesos_cluster_retryDrivers_Value 3',
    'spark_mesos_dispatcher_retry_drivers 3',
    'spark_mesos_dispatcher_submissions_total 6',
    'spark_mesos_dispatcher_attempts_ended_total{state="TASK_FAILED"} 4',
    'spark_mesos_dispatcher_submit_to_first_launch_seconds{quantile="0.5"} 0.2',
    'spark_mesos_dispatcher_submit_to_first_launch_seconds{quantile="1"} 0.3',
    'spark_mesos_dispatcher_submit_to_exception_seconds{quantile="0.5"} 1.5',
    'spark_mesos_dispatcher_retry_counts{quantile="0.5"} 0',
    'spark_mesos_dispatcher_retry_counts{quantile="1"} 4',
    'spark_mesos_dispatcher_ready 1',
    'spark_mesos_gateway_applications{phase="running"} 1',
    'spark_mesos_gateway_cores 4',
    'spark_mesos_dispatcher_store_writable 0',
  ]) {
    expect(text).toContain(`${line}\n`);
  }
});

test('D84: the README names every metric, and no other', async () => {
  const late = new LateDispatcher();
  const registry = metricsOf({
    metrics: () => late.metrics(),
    readiness: () => late.readiness(),
    applications: () => [],
  });
  const names = registry.getMetricsAsArray().map(({ name }) => name);
  const own = names.filter((name) => !/^(process|nodejs)_/.test(name));
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const named = [...readme.matchAll(/^\| `((?:spark_mesos|metrics_mesos)_\w+)/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual(own.sort());
});

test('a quantile is a value that was measured', () => {
  expect(quantileOf([1, 2, 3, 4], 0.5)).toBe(2);
  expect(quantileOf([1], 0.99)).toBe(1);
  expect(quantileOf([1, 2], 1)).toBe(2);
});

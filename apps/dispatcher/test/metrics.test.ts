import { LateDispatcher } from '@spark-mesos/cluster-dispatcher';
import { expect, test } from 'vitest';
import { metricsOf, quantileOf } from '../src/metrics.ts';

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
  };
  const registry = metricsOf({
    metrics: () => metrics,
    readiness: () => ({ ...late.readiness(), ready: true }),
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
    'spark_mesos_dispatcher_ready 1',
    'spark_mesos_dispatcher_store_writable 0',
  ]) {
    expect(text).toContain(`${line}\n`);
  }
});

test('a quantile is a value that was measured', () => {
  expect(quantileOf([1, 2, 3, 4], 0.5)).toBe(2);
  expect(quantileOf([1], 0.99)).toBe(1);
  expect(quantileOf([1, 2], 1)).toBe(2);
});

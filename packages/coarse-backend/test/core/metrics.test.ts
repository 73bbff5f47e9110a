import { parseConstraints } from '@spark-mesos/scheduler-utils';
import { describe, expect, test } from 'vitest';
import { Harness, SMALL } from './harness.ts';

const roomy = { cpus: 4, memMiB: 8192, attributes: { rack: 'r1' } };

describe('metrics', () => {
  test('C82: figures have the names that the fork gave them', () => {
    const settings = { coresMax: 3, gpusMax: 4, constraints: parseConstraints('rack:r1') };
    const harness = new Harness(settings).subscribed().wants({ ...SMALL, total: 2 });
    harness
      .advance(500)
      .offers({ id: 'o1', agentId: 'a', ...roomy, gpus: 2 }, { id: 'o2', cpus: 4, memMiB: 8192 });
    harness.offers({ id: 'o3', agentId: 'b', ...roomy, cpus: 0.5 });
    harness.advance(2000).update('p-0', 'TASK_RUNNING').advance(2000).update('p-1', 'TASK_RUNNING');
    expect(harness.scheduler.metrics(harness.nowMs)).toEqual({
      'executor.resource.cores': 2,
      'executor.resource.cores_of_max': 2 / 3,
      'executor.resource.mean_cores_per_task': 1,
      'executor.resource.gpus': 2,
      'executor.resource.gpus_of_max': 0.5,
      'executor.resource.mean_gpus_per_task': 1,
      'executor.count': 2,
      'executor.count_of_max': 1,
      'executor.failures': 0,
      'executor.known_agents': 1,
      'executor.occupied_agents': 1,
      'executor.blacklisted_agents': 0,
      'executor.mesos.offer': 3,
      'executor.mesos.decline': 2,
      'executor.mesos.decline_unmet': 1,
      'executor.mesos.decline_unused': 1,
      'executor.mesos.launch': 2,
      'executor.mesos.revive': 1,
      'executor.spark_state.running': 2,
      'executor.mesos_state.task_running': 2,
      'executor.start_to_first_launched': 500,
      'executor.start_to_all_launched': 500,
      'executor.start_to_first_running': 2500,
      'executor.launch_to_spark_state.running.count': 2,
      'executor.launch_to_spark_state.running.mean': 3000,
      'executor.launch_to_spark_state.running.max': 4000,
    });
  });

  test('C82: failures and agents that are left out are counted, and declines at the limit of cores', () => {
    const harness = new Harness({ coresMax: 2 }).subscribed().wants({ ...SMALL, total: 4 });
    harness.offers({ id: 'o1', agentId: 'a', ...roomy }, { id: 'o2', agentId: 'b', ...roomy });
    harness.offers({ id: 'o3', agentId: 'c', ...roomy });
    harness.update('p-0', 'TASK_FAILED').update('p-1', 'TASK_LOST');
    const metrics = harness.scheduler.metrics(harness.nowMs);
    expect(metrics).toMatchObject({
      'executor.failures': 2,
      'executor.blacklisted_agents': 0,
      'executor.known_agents': 2,
      'executor.occupied_agents': 0,
      'executor.mesos.decline_finished': 1,
      'executor.launch_to_spark_state.failed.count': 1,
      'executor.launch_to_spark_state.lost.count': 1,
    });
  });

  test('C82: a state that only a newer Mesos knows is counted as such', () => {
    const harness = new Harness().subscribed();
    const status = { taskId: { value: 'x' }, state: 99 };
    harness.handle({ kind: 'update', status });
    expect(harness.scheduler.metrics(harness.nowMs)).toMatchObject({ 'executor.mesos_state.UNKNOWN': 1 });
  });
});

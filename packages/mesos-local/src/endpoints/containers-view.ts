import { mesos, toMesosJson } from '@spark-mesos/mesos-proto';
import type { AgentCore } from '../agent/agent-core.ts';
import type { ExecutorRecord } from '../agent/model.ts';
import { executorName, executorResources, executorSource } from './agent-state-view.ts';
import { processStatistics } from './process-statistics.ts';

/** All executors of an agent that live. */
export function executorsOf(core: AgentCore): ExecutorRecord[] {
  return [...core.frameworks.values()].flatMap((framework) => [...framework.executors.values()]);
}

/** What a container may take, and what its first process has taken so far. */
export function containerStatistics(executor: ExecutorRecord, nowMs: number): mesos.v1.IResourceStatistics {
  const resources = executorResources(executor);
  const memBytes = Math.round((resources.quantityOf('mem') / 1000) * 2 ** 20);
  const taken = processStatistics(executor.run?.pid);
  return {
    timestamp: nowMs / 1000,
    ...(taken && {
      cpusUserTimeSecs: taken.userSeconds,
      cpusSystemTimeSecs: taken.systemSeconds,
      memRssBytes: taken.residentBytes,
    }),
    cpusSoftLimit: resources.quantityOf('cpus') / 1000,
    memLimitBytes: memBytes,
    memSoftLimitBytes: memBytes,
  };
}

/** `/monitor/statistics`: what each container takes. */
export function statisticsView(core: AgentCore, nowMs: number) {
  return executorsOf(core).map((executor) => ({
    executor_id: executor.id as string,
    executor_name: executorName(executor),
    framework_id: executor.frameworkId as string,
    source: executorSource(executor),
    statistics: toMesosJson(mesos.v1.ResourceStatistics, containerStatistics(executor, nowMs)),
  }));
}

/** `/containers`: the same, with the process of each. */
export function containersView(core: AgentCore, nowMs: number) {
  const statistics = statisticsView(core, nowMs);
  return executorsOf(core).map((executor, index) => ({
    container_id: executor.containerId as string,
    ...statistics[index],
    status: {
      container_id: { value: executor.containerId as string },
      ...(executor.run?.pid !== undefined && { executor_pid: executor.run.pid }),
    },
  }));
}

import type { mesos } from '@spark-mesos/mesos-proto';
import { mesos as mesosNamespace } from '@spark-mesos/mesos-proto';
import type { ExecutorLaunch, ExecutorPlacement } from '../model.ts';

/**
 * The task of an executor. As in the original a container of Mesos's own kind is always named (rule U90), and labels
 * are always there (C17).
 */
export function executorTask(
  executor: ExecutorPlacement,
  launch: ExecutorLaunch,
  resources: mesos.v1.IResource[],
  labels: mesos.v1.ILabels,
): mesos.v1.ITaskInfo {
  return {
    name: launch.name,
    taskId: { value: executor.taskId },
    agentId: { value: executor.agentId },
    resources,
    command: launch.command,
    container: launch.container ?? { type: mesosNamespace.v1.ContainerInfo.Type.MESOS },
    labels: launch.labels ?? labels,
  };
}

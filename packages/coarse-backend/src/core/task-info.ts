import type { mesos } from '@spark-mesos/mesos-proto';
import { mesos as mesosNamespace } from '@spark-mesos/mesos-proto';
import type { ExecutorLaunch, ExecutorPlacement } from '../model.ts';

/** A container of Mesos's own kind is always named, as in the original (rule U90). */
const MESOS_CONTAINER: mesos.v1.IContainerInfo = { type: mesosNamespace.v1.ContainerInfo.Type.MESOS };

/**
 * The task of an executor. Labels are always there (C17), and ports that were found for it are in its environment, as
 * Marathon has it: `PORT0`, `PORT1`, … and all of them in `PORTS`.
 */
export function executorTask(
  executor: ExecutorPlacement,
  { agentId }: mesos.v1.IOffer,
  launch: ExecutorLaunch,
  resources: mesos.v1.IResource[],
  labels: mesos.v1.ILabels,
): mesos.v1.ITaskInfo {
  return {
    name: launch.name,
    taskId: { value: executor.taskId },
    agentId,
    resources,
    command: executor.ports.length === 0 ? launch.command : withPorts(launch.command, executor.ports),
    container: launch.container ?? MESOS_CONTAINER,
    labels: launch.labels ?? labels,
    ...(launch.killPolicy && { killPolicy: launch.killPolicy }),
    ...(launch.healthCheck && { healthCheck: launch.healthCheck }),
  };
}

function withPorts(command: mesos.v1.ICommandInfo, ports: readonly number[]): mesos.v1.ICommandInfo {
  const variables = [
    ...(command.environment?.variables ?? []),
    ...ports.map((port, index) => ({ name: `PORT${index}`, value: String(port) })),
    { name: 'PORTS', value: ports.join(',') },
  ];
  return { ...command, environment: { ...command.environment, variables } };
}

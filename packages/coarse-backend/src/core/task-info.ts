import type { mesos } from '@spark-mesos/mesos-proto';
import { mesos as mesosNamespace } from '@spark-mesos/mesos-proto';
import { CoarseError } from '../errors.ts';
import type { ExecutorLaunch, ExecutorPlacement } from '../model.ts';
import type { TaskMaker } from './acceptance.ts';

/** A container of Mesos's own kind is always named, as in the original (rule U90). */
const MESOS_CONTAINER: mesos.v1.IContainerInfo = { type: mesosNamespace.v1.ContainerInfo.Type.MESOS };

/**
 * Makes the tasks of executors. Labels are always there (C17), and ports that were found for an executor are in its
 * environment, as Marathon has it: `PORT0`, `PORT1`, … and all of them in `PORTS`.
 */
export function taskMaker(
  launchOf: (executor: ExecutorPlacement) => ExecutorLaunch,
  labels: mesos.v1.ILabels,
): TaskMaker {
  return ({ executor, resources }) => {
    const launch = askForLaunch(launchOf, executor);
    return {
      name: launch.name,
      taskId: { value: executor.taskId },
      agentId: { value: executor.agentId },
      resources,
      command: executor.ports.length === 0 ? launch.command : withPorts(launch.command, executor.ports),
      container: launch.container ?? MESOS_CONTAINER,
      labels: launch.labels ?? labels,
      ...(launch.killPolicy && { killPolicy: launch.killPolicy }),
      ...(launch.healthCheck && { healthCheck: launch.healthCheck }),
    };
  };
}

function askForLaunch(
  launchOf: (executor: ExecutorPlacement) => ExecutorLaunch,
  executor: ExecutorPlacement,
): ExecutorLaunch {
  try {
    return launchOf(executor);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `Executor ${executor.executorId} cannot be launched: ${why}`;
    throw new CoarseError('COARSE_LAUNCH_REFUSED', message, { cause });
  }
}

function withPorts(command: mesos.v1.ICommandInfo, ports: readonly number[]): mesos.v1.ICommandInfo {
  const variables = [
    ...(command.environment?.variables ?? []),
    ...ports.map((port, index) => ({ name: `PORT${index}`, value: String(port) })),
    { name: 'PORTS', value: ports.join(',') },
  ];
  return { ...command, environment: { ...command.environment, variables } };
}

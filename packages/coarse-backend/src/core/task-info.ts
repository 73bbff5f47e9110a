import type { mesos } from '@spark-mesos/mesos-proto';
import { mesos as mesosNamespace } from '@spark-mesos/mesos-proto';
import { CoarseError } from '../errors.ts';
import type { ExecutorLaunch, ExecutorPlacement } from '../model.ts';
import type { CoarseSettings } from '../settings.ts';
import type { TasksMaker } from './acceptance.ts';
import type { Executor } from './executor.ts';
import { orderOf } from './takeable.ts';
import { takenResources } from './task-resources.ts';

/** A container of Mesos's own kind is always named, as in the original (rule U90). */
const MESOS_CONTAINER: mesos.v1.IContainerInfo = { type: mesosNamespace.v1.ContainerInfo.Type.MESOS };

/**
 * Makes the tasks of executors. Labels are always there (C17), and ports that were found for an executor are in its
 * environment, as Marathon has it: `PORT0`, `PORT1`, … and all of them in `PORTS`.
 */
export function tasksMaker(
  launchOf: (executor: ExecutorPlacement) => ExecutorLaunch,
  settings: CoarseSettings,
): TasksMaker {
  const order = orderOf(settings);
  return (candidate) => {
    const resources = takenResources(candidate, order, settings);
    return candidate.executors.map((executor, index) =>
      taskOf(executor, resources[index] ?? [], launchOf, settings),
    );
  };
}

function taskOf(
  { placement }: Executor,
  resources: mesos.v1.IResource[],
  launchOf: (executor: ExecutorPlacement) => ExecutorLaunch,
  { taskLabels }: CoarseSettings,
): mesos.v1.ITaskInfo {
  const launch = askForLaunch(launchOf, placement);
  const { taskId, agentId, ports } = placement;
  return {
    name: launch.name,
    taskId: { value: taskId },
    agentId: { value: agentId },
    resources,
    command: ports.length === 0 ? launch.command : withPorts(launch.command, ports),
    container: launch.container ?? MESOS_CONTAINER,
    labels: launch.labels ?? taskLabels,
    ...(launch.killPolicy && { killPolicy: launch.killPolicy }),
    ...(launch.healthCheck && { healthCheck: launch.healthCheck }),
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

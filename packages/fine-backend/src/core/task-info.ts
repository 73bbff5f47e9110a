import { mesos } from '@spark-mesos/mesos-proto';
import { carriedCommand } from '../carrier/carried-command.ts';
import { slotCommand } from '../carrier/slot-command.ts';
import { FineError } from '../errors.ts';
import type { FineExecutorLaunch, FineExecutorPlacement } from '../model.ts';
import type { FineSettings } from '../settings.ts';
import type { FineContext } from './context.ts';
import type { Slot } from './slot.ts';

/** A container of Mesos's own kind is always named, as in the original (rule U90). */
const MESOS_CONTAINER: mesos.v1.IContainerInfo = { type: mesos.v1.ContainerInfo.Type.MESOS };

/** What the task holds by which a Mesos executor is launched: the memory of our program, and none may hold nothing. */
export function anchorMemMiB({ executorProgram }: Pick<FineSettings, 'executorProgram'>): number {
  return executorProgram === undefined ? 1 : 64;
}

/** How to start an executor, or a coded error that says why the application does not know. */
export function launchOf(
  { launchExecutor }: FineContext,
  executor: FineExecutorPlacement,
): FineExecutorLaunch {
  try {
    return launchExecutor(executor);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `Executor ${executor.executorId} cannot be launched: ${why}`;
    throw new FineError('FINE_LAUNCH_REFUSED', message, { cause });
  }
}

/** The task by which an executor is launched: itself, or the first of a Mesos executor (`info`). */
export function executorTask(
  executor: FineExecutorPlacement,
  launch: FineExecutorLaunch,
  resources: mesos.v1.IResource[],
  info: mesos.v1.IExecutorInfo | undefined,
  { taskLabels }: Pick<FineSettings, 'taskLabels'>,
): mesos.v1.ITaskInfo {
  return {
    name: launch.name,
    taskId: { value: executor.taskId },
    agentId: { value: executor.agentId },
    resources,
    labels: launch.labels ?? taskLabels,
    ...(launch.killPolicy && { killPolicy: launch.killPolicy }),
    ...(info === undefined
      ? { command: launch.command, container: launch.container ?? MESOS_CONTAINER }
      : { executor: info }),
  };
}

/** The Mesos executor of an agent. Each of its tasks must name it with all that belongs to it. */
export function executorInfo(
  { taskId }: FineExecutorPlacement,
  launch: FineExecutorLaunch,
  resources: mesos.v1.IResource[],
  { frameworkId, settings: { executorProgram } }: Pick<FineContext, 'frameworkId' | 'settings'>,
): mesos.v1.IExecutorInfo {
  return {
    type: mesos.v1.ExecutorInfo.Type.CUSTOM,
    // The id of its first task: as little used twice as that.
    executorId: { value: taskId },
    ...(frameworkId === undefined ? {} : { frameworkId: { value: frameworkId } }),
    name: launch.name,
    command: executorProgram === undefined ? launch.command : carriedCommand(executorProgram, launch.command),
    container: launch.container ?? MESOS_CONTAINER,
    resources,
    ...(launch.labels && { labels: launch.labels }),
  };
}

/** The task that a slot is. */
export function slotTask(
  slot: Slot,
  resources: mesos.v1.IResource[],
  executor: mesos.v1.IExecutorInfo | undefined,
  { taskLabels }: Pick<FineSettings, 'taskLabels'>,
): mesos.v1.ITaskInfo {
  return {
    name: slot.name,
    taskId: { value: slot.taskId },
    agentId: { value: slot.agentId },
    resources,
    labels: taskLabels,
    ...(executor === undefined
      ? { command: slotCommand(slot.taskId, slot.line), container: MESOS_CONTAINER }
      : { executor }),
  };
}

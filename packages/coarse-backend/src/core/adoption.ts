import type { AgentId, TaskId } from '@spark-mesos/scheduler-utils';
import { taskIdPrefixOf } from '@spark-mesos/scheduler-utils';
import type { ExecutorPlacement } from '../model.ts';
import type { CoarseContext } from './context.ts';
import { Executor } from './executor.ts';

/**
 * Takes over executors that an earlier backend of the same framework launched. What became of them is asked for with
 * the subscription; tasks of the framework that are not among them are killed.
 */
export function adopt(
  context: CoarseContext,
  placements: readonly ExecutorPlacement[],
  nextExecutorId = 0,
): void {
  context.isReturning = true;
  context.nextExecutorId = nextExecutorId;
  for (const placement of placements) {
    const { executorId } = placement;
    context.executors.add(adopted(placement, context.nowMs));
    // One by one, since most of the numbers between them may be of executors that have ended.
    context.watchdog.launched(executorId, executorId + 1, context.nowMs);
    context.nextExecutorId = Math.max(context.nextExecutorId, executorId + 1);
  }
}

function adopted(placement: ExecutorPlacement, nowMs: number): Executor {
  const { executorId, taskId, agentId, hostname, place, ports, ...taken } = placement;
  const { profileId, cores, advertisedCores, gpus, memoryMiB, taskMemoryMiB } = taken;
  return new Executor(
    executorId,
    { taskIdPrefix: taskIdPrefixOf(taskId as TaskId), atMs: nowMs, isAdopted: true },
    { ok: true, profileId, cores, advertisedCores, gpus, memoryMiB, taskMemoryMiB },
    { agentId: agentId as AgentId, hostname },
    place,
    ports,
  );
}

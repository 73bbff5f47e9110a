import type { AgentId, TaskId } from '../ids.ts';
import type { ExecutorPlacement } from '../model.ts';
import type { CoarseContext } from './context.ts';
import type { Executor } from './executors.ts';

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
  const executors = placements.map((placement) => {
    const executor: Executor = {
      placement,
      taskId: placement.taskId as TaskId,
      agentId: placement.agentId as AgentId,
      launchedAtMs: context.nowMs,
      isAdopted: true,
      status: 'launched',
      statusSinceMs: context.nowMs,
      runningSinceMs: undefined,
      isSilent: true,
      killedAtMs: undefined,
      acceptProblem: undefined,
    };
    context.executors.add(executor);
    return executor;
  });
  context.watchdog.launched(executors, context.nowMs);
  const ids = placements.map(({ executorId }) => executorId + 1);
  context.nextExecutorId = ids.reduce((most, id) => Math.max(most, id), nextExecutorId);
}

import type { CoarseContext } from './context.ts';
import type { Executor, ExecutorStatus } from './executor.ts';
import { endCutOff } from './executor-end.ts';

/** Its agent is cut off: it is kept, and replaced only when it stays away (rule U133). */
export function cutOff(context: CoarseContext, executor: Executor): void {
  if (executor.killedAtMs !== undefined) {
    endCutOff(context, executor);
  } else if (executor.status !== 'unreachable') {
    heardOf(context, executor);
    context.watchdog.unreachable(executor, context.nowMs);
    enter(context, executor, 'unreachable');
  }
}

/** It starts, or runs; each is told once, in this order, however updates come. */
export function alive(context: CoarseContext, executor: Executor, status: 'starting' | 'running'): void {
  const before = executor.status;
  heardOf(context, executor);
  if (status === 'starting' && executor.runningSinceMs !== undefined) {
    // An older update that was told late.
    enter(context, executor, 'running');
    return;
  }
  const isFirstRun = status === 'running' && executor.runningSinceMs === undefined;
  enter(context, executor, status);
  if (status === 'starting' && before === 'launched') {
    context.tellState(executor, 'LAUNCHING', {});
  } else if (isFirstRun) {
    context.tellState(executor, 'RUNNING', {});
  }
}

/** There is news of it, so that there is no need to ask. */
export function heardOf(context: CoarseContext, executor: Executor): void {
  context.watchdog.heardOf(executor);
  executor.acceptProblem = undefined;
}

function enter(context: CoarseContext, executor: Executor, status: ExecutorStatus): void {
  if (executor.status !== status) {
    executor.status = status;
    executor.statusSinceMs = context.nowMs;
  }
  if (status === 'running') {
    executor.runningSinceMs ??= context.nowMs;
  }
}

import type { mesos } from '@spark-mesos/mesos-proto';
import type { TaskId } from '@spark-mesos/scheduler-utils';
import { agentIdOf, type TaskOutcome, taskIdOf, taskOutcome } from '@spark-mesos/scheduler-utils';
import type { CoarseContext } from './context.ts';
import type { Executor } from './executor.ts';
import { end, endCutOff, kill } from './executor-end.ts';
import { alive, cutOff, heardOf } from './executor-states.ts';
import { drainedNow } from './handle-agents.ts';

/**
 * Takes note of a status update (rules C40 to C42) and has it acknowledged afterwards, so that one which got lost on
 * the way to the application comes again.
 */
export function handleUpdate(context: CoarseContext, status: mesos.v1.ITaskStatus): void {
  const taskId = taskIdOf(status.taskId);
  const executor = context.executors.byTask(taskId);
  const outcome = taskOutcome(status, executor?.killedAtMs !== undefined);
  context.reconciliation.answered(taskId);
  if (executor !== undefined) {
    applyOutcome(context, executor, outcome);
  } else {
    handleStray(context, taskId, status, outcome);
  }
  context.emit({ kind: 'acknowledge', status });
}

/** Asks the master what became of tasks whose ACCEPT did not get through, or maybe did. */
export function handleAcceptFailed(context: CoarseContext, taskIds: readonly TaskId[], reason: string): void {
  const executors = taskIds
    .map((taskId) => context.executors.byTask(taskId))
    .filter((task) => task !== undefined);
  for (const executor of executors) {
    executor.acceptProblem = reason;
  }
  context.reconciliation.request(executors, context.nowMs);
}

/** Does what is overdue: asks for silent tasks, repeats kills, gives up those that were cut off for too long. */
export function attendOverdue(context: CoarseContext): void {
  const { silent, unkilled, unreachable } = context.watchdog.overdue(context.nowMs);
  if (silent.length > 0) {
    context.reconciliation.request(silent, context.nowMs);
  }
  for (const executor of unkilled) {
    kill(context, executor);
  }
  for (const executor of unreachable) {
    endCutOff(context, executor);
  }
  for (const { taskId, agentId } of context.strays.overdue(context.nowMs)) {
    context.emit({ kind: 'kill', taskId, agentId });
  }
}

/**
 * Nobody knows the task: it is of an earlier life of this framework, or was given up for lost. It must not live on
 * unseen.
 */
function handleStray(
  context: CoarseContext,
  taskId: TaskId,
  status: mesos.v1.ITaskStatus,
  outcome: TaskOutcome,
): void {
  if (outcome.kind === 'ended' || outcome.kind === 'unreachable') {
    context.strays.gone(taskId);
    return;
  }
  const agentId = status.agentId ? agentIdOf(status.agentId) : undefined;
  context.strays.seen({ taskId, agentId }, context.nowMs);
  if (outcome.kind !== 'killing') {
    context.emit({ kind: 'kill', taskId, agentId });
  }
}

function applyOutcome(context: CoarseContext, executor: Executor, outcome: TaskOutcome): void {
  switch (outcome.kind) {
    case 'ended':
      end(context, executor, outcome);
      break;
    case 'unreachable':
      cutOff(context, executor);
      break;
    case 'killing':
      heardOf(context, executor);
      if (outcome.isDrained) {
        drainedNow(context, executor);
      }
      break;
    default:
      alive(context, executor, outcome.kind);
  }
}

import type { mesos } from '@spark-mesos/mesos-proto';
import {
  agentIdOf,
  type ExecutorStateDetail,
  type SparkTaskState,
  type TaskId,
  taskIdOf,
  taskOutcome,
} from '@spark-mesos/scheduler-utils';
import type { DispatchContext } from './dispatch-context.ts';
import type { DispatchedTask } from './dispatched-tasks.ts';

/** Takes note of a status update, tells the program what is new in it, and has it acknowledged afterwards. */
export function updated(context: DispatchContext, status: mesos.v1.ITaskStatus): void {
  const { tasks, nowMs } = context;
  const taskId = taskIdOf(status.taskId);
  const task = tasks.byTask(taskId);
  const outcome = taskOutcome(status, task?.isKilled ?? true);
  context.reconciliation.answered(taskId);
  if (task === undefined) {
    strayed(context, taskId, status, outcome.kind);
  } else if (outcome.kind === 'ended') {
    const { state, detail } = outcome;
    end(context, task, state === 'EXITED' ? 'FINISHED' : (state as SparkTaskState), detail);
  } else if (outcome.kind === 'unreachable') {
    tasks.cutOff(task, nowMs);
  } else {
    tasks.heardOf(task);
    const state = outcome.kind === 'starting' ? 'LAUNCHING' : 'RUNNING';
    if (task.state !== state) {
      task.state = state;
      context.tell(task.programId, state, {});
    }
  }
  context.emit({ kind: 'acknowledge', status });
}

/** Does what is overdue: asks for silent tasks, repeats kills, gives up what was cut off for too long. */
export function attendOverdue(context: DispatchContext): void {
  const { tasks, strays, nowMs } = context;
  const { silent, unkilled, cutOff } = tasks.overdue(nowMs);
  if (silent.length > 0) {
    context.reconciliation.request(silent, nowMs);
  }
  for (const { taskId, agentId } of [...unkilled, ...strays.overdue(nowMs)]) {
    context.emit({ kind: 'kill', taskId, agentId });
  }
  for (const task of cutOff) {
    end(context, task, task.isKilled ? 'KILLED' : 'LOST', {
      message: 'its agent is cut off',
      agentLost: true,
    });
  }
}

/** Nobody knows the task: it must not live on unseen. */
function strayed(context: DispatchContext, taskId: TaskId, status: mesos.v1.ITaskStatus, kind: string): void {
  if (kind === 'ended' || kind === 'unreachable') {
    context.strays.gone(taskId);
    return;
  }
  const agentId = status.agentId ? agentIdOf(status.agentId) : undefined;
  context.strays.seen({ taskId, agentId }, context.nowMs);
  context.emit({ kind: 'kill', taskId, agentId });
}

function end(
  context: DispatchContext,
  task: DispatchedTask,
  state: SparkTaskState,
  detail: ExecutorStateDetail,
): void {
  context.tasks.remove(task);
  context.tell(task.programId, state, detail);
  context.want();
}

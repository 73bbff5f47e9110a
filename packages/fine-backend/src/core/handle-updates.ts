import type { mesos } from '@spark-mesos/mesos-proto';
import {
  agentIdOf,
  type EndedOutcome,
  type TaskId,
  type TaskOutcome,
  taskIdOf,
  taskOutcome,
} from '@spark-mesos/scheduler-utils';
import type { FineContext } from './context.ts';
import { Executor } from './executor.ts';
import { endCutOff, endExecutor, kill } from './executor-end.ts';
import { drainedNow } from './handle-agents.ts';
import type { Slot } from './slot.ts';
import { killLineless } from './slot-end.ts';
import { endSlot, slotGone, slotRuns } from './slots.ts';
import { settleIdle, settleNeed } from './task-steps.ts';

/**
 * Takes note of a status update and has it acknowledged afterwards, so that one which got lost on the way to the
 * application comes again. An update of a slot says nothing of its executor, nor the other way round: in the original
 * a single failed task made its executor count as gone (rules F32, F34).
 */
export function handleUpdate(context: FineContext, status: mesos.v1.ITaskStatus): void {
  const taskId = taskIdOf(status.taskId);
  context.reconciliation.answered(taskId);
  const executor = context.executorsByTask.get(taskId);
  const slot = context.slots.get(taskId);
  if (executor !== undefined) {
    handleExecutor(context, executor, taskOutcome(status, executor.killedAtMs !== undefined));
  } else if (slot !== undefined) {
    handleSlot(context, slot, taskOutcome(status, slot.status === 'ending'));
  } else {
    handleStray(context, taskId, status);
  }
  context.emit({ kind: 'acknowledge', status });
}

/** Does what is overdue: asks for silent tasks, repeats kills, gives up what was cut off for too long. */
export function attendOverdue(context: FineContext): void {
  const { nowMs, silent, killed, unreachable, strays, reconciliation } = context;
  const unheard = silent.due(nowMs);
  if (unheard.length > 0) {
    reconciliation.request(unheard, nowMs);
  }
  for (const { taskId, agentId } of [...killed.due(nowMs), ...strays.overdue(nowMs)]) {
    context.emit({ kind: 'kill', taskId, agentId });
  }
  killLineless(context);
  for (const known of unreachable.takeDue(nowMs)) {
    if (known instanceof Executor) {
      endCutOff(context, known);
    } else {
      slotGone(context, known, 'its agent is cut off from the Mesos master');
    }
  }
}

function handleExecutor(context: FineContext, executor: Executor, outcome: TaskOutcome): void {
  switch (outcome.kind) {
    case 'ended':
      endExecutor(context, executor, outcome);
      break;
    case 'unreachable':
      cutOff(context, executor);
      break;
    case 'killing':
      // Somebody drains its agent, or it was us: nothing new is given to it.
      executor.killedAtMs ??= context.nowMs;
      settleNeed(context, executor);
      if (outcome.isDrained) {
        drainedNow(context, executor);
      }
      break;
    default:
      executorAlive(context, executor, outcome.kind);
  }
}

function executorAlive(context: FineContext, executor: Executor, status: 'starting' | 'running'): void {
  context.silent.delete(executor);
  context.unreachable.delete(executor);
  const known = executor.status;
  if (status === 'starting' && known === 'running') {
    return;
  }
  executor.status = status;
  if (status === 'running') {
    executor.runningSinceMs ??= context.nowMs;
    settleIdle(context, executor);
  }
  settleNeed(context, executor);
  if (known !== status && executor.killedAtMs === undefined) {
    const state = status === 'running' ? 'RUNNING' : 'LAUNCHING';
    context.emit({ kind: 'executorState', executor: executor.placement, state, detail: {} });
  }
}

/** Its agent is cut off: what runs there may go on, but nothing new is given to it. */
function cutOff(context: FineContext, executor: Executor): void {
  if (executor.killedAtMs !== undefined) {
    endCutOff(context, executor);
    return;
  }
  context.silent.delete(executor);
  executor.status = 'unreachable';
  if (!context.unreachable.has(executor)) {
    context.unreachable.set(executor, context.nowMs);
  }
  settleNeed(context, executor);
  for (const slot of [...executor.idle]) {
    endSlot(context, slot);
  }
}

function handleSlot(context: FineContext, slot: Slot, outcome: TaskOutcome): void {
  switch (outcome.kind) {
    case 'ended':
      slotEnded(context, slot, outcome);
      break;
    case 'running':
      slotRuns(context, slot);
      break;
    case 'unreachable':
      slotCutOff(context, slot);
      break;
    default:
      context.silent.delete(slot);
  }
}

/** One that pays for a task is waited for; any other is of no use any more, and killed should it come back. */
function slotCutOff(context: FineContext, slot: Slot): void {
  context.silent.delete(slot);
  if (slot.status !== 'busy') {
    slotGone(context, slot, 'its agent is cut off from the Mesos master');
  } else if (!context.unreachable.has(slot)) {
    context.unreachable.set(slot, context.nowMs);
  }
}

function slotEnded(context: FineContext, slot: Slot, outcome: EndedOutcome): void {
  const { executor, acceptProblem } = slot;
  const couldNotStart = slot.status === 'launching';
  const failure = outcome.countsAsAttempt || acceptProblem !== undefined ? outcome.detail.message : undefined;
  slotGone(context, slot, outcome.detail.message);
  if (couldNotStart && failure !== undefined) {
    slotFailed(context, executor, slot, failure);
  }
}

/** A slot that cannot start makes the next on its agent wait; where none ever starts there is no use in its executor. */
function slotFailed(context: FineContext, executor: Executor, slot: Slot, failure: string): void {
  const { slotStarts } = executor;
  slotStarts.ended(slot, undefined, failure, context.nowMs);
  context.paused.add(executor);
  if (slotStarts.isExhausted(0) && executor.killedAtMs === undefined) {
    const { agentId, placement } = executor;
    const message = `cores cannot be held there: ${failure}`;
    const excluded = context.health.failed(agentId, placement.hostname, message, context.nowMs);
    if (excluded !== undefined) {
      context.emit({ kind: 'agentExcluded', agent: excluded });
    }
    kill(context, executor);
  }
}

/**
 * Nobody knows the task: it is of an earlier life of this framework, or was given up for lost. It must not live on
 * unseen.
 */
function handleStray(context: FineContext, taskId: TaskId, status: mesos.v1.ITaskStatus): void {
  const outcome = taskOutcome(status, true);
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

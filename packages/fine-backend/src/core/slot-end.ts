import type { TaskId } from '@spark-mesos/scheduler-utils';
import type { TaskEnd } from '../carrier/end-message.ts';
import type { FineContext } from './context.ts';
import type { Slot } from './slot.ts';

/**
 * Asks for the end of a slot in the way that says most of it: through the executor that has it, or over its own line.
 * One that has none and will not open one is killed, as is one whose task was, or is lost.
 */
export function askForEnd(context: FineContext, slot: Slot, end: TaskEnd): void {
  const { taskId, agentId, executor } = slot;
  if (canTellExecutor(context, slot)) {
    context.emit({ kind: 'tellEnd', taskId, agentId, executorId: executor.taskId, end });
  } else if ((end === 'FINISHED' || end === 'FAILED') && isLineAwaited(context, slot)) {
    slot.awaitedEnd = end;
    context.lineless.set(slot, context.nowMs);
    tellSlot(context, slot);
  } else {
    context.emit({ kind: 'kill', taskId, agentId });
  }
}

/** The slot can be told now what it was to be told. */
export function slotConnected(context: FineContext, taskId: TaskId): void {
  const slot = context.slots.get(taskId);
  if (slot !== undefined && slot.lineStatus === 'expected') {
    slot.lineStatus = 'open';
    slot.executor.isWithoutLines = false;
    tellSlot(context, slot);
  }
}

/** It ends by itself now; should it not, it is killed when its time comes. */
export function slotDisconnected(context: FineContext, taskId: TaskId): void {
  const slot = context.slots.get(taskId);
  if (slot !== undefined) {
    slot.lineStatus = 'none';
  }
}

/** Slots that have not opened their lines in time are killed; the next ones on their agents are not waited for. */
export function killLineless(context: FineContext): void {
  for (const { taskId, agentId, executor, line } of context.lineless.takeDue(context.nowMs)) {
    if (!executor.isWithoutLines) {
      executor.isWithoutLines = true;
      context.emit({ kind: 'linesMissed', executor: executor.placement, line });
    }
    context.emit({ kind: 'kill', taskId, agentId });
  }
}

function tellSlot(context: FineContext, slot: Slot): void {
  const { taskId, awaitedEnd: end, lineStatus } = slot;
  if (lineStatus === 'open' && end !== undefined) {
    slot.awaitedEnd = undefined;
    context.lineless.delete(slot);
    context.emit({ kind: 'endSlot', taskId, end });
  }
}

/** One that Mesos has not started yet may never come to its line; and at the end nothing is waited for. */
function isLineAwaited({ phase }: FineContext, { lineStatus, runningSinceMs, executor }: Slot): boolean {
  if (lineStatus !== 'expected') {
    return lineStatus === 'open';
  }
  return runningSinceMs !== undefined && !executor.isWithoutLines && phase === 'active';
}

/** Only an executor that is there and has the task can say so: before, a message would overtake the launch. */
function canTellExecutor({ settings }: FineContext, { executor, runningSinceMs }: Slot): boolean {
  const isOurs = settings.carrier === 'executor' && settings.executorProgram !== undefined;
  return isOurs && runningSinceMs !== undefined && executor.isUsable;
}

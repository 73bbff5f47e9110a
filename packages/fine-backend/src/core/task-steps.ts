import type { FineContext } from './context.ts';
import type { Executor } from './executor.ts';
import type { Slot } from './slot.ts';
import type { TaskRecord } from './task-queue.ts';

/** The slot pays for the task from now on. */
export function pass(context: FineContext, record: TaskRecord, slot: Slot): void {
  const { executor } = record;
  executor.idle.delete(slot);
  context.holds.delete(slot);
  record.phase = 'passed';
  record.slot = slot;
  slot.status = 'busy';
  slot.record = record;
  slot.carried.add(record.task.taskId);
  context.waiting.reset();
  if (context.stuck.has(executor)) {
    context.stuck.set(executor, context.nowMs);
  }
  context.emit({ kind: 'pass', task: record.task, reason: 'paid' });
}

/** The slot of a running task is gone: it must not go on. */
export function unpaid(context: FineContext, record: TaskRecord, message: string): void {
  record.phase = 'unpaid';
  record.slot = undefined;
  context.emit({ kind: 'unpaid', task: record.task, message });
}

/** Whether REVIVE could bring anything for this executor. */
export function settleNeed(context: FineContext, executor: Executor): void {
  const isNeedy = executor.isUsable && executor.shortfalls().length > 0;
  if (!isNeedy) {
    context.needy.delete(executor);
    context.stuck.delete(executor);
  } else if (!context.needy.has(executor)) {
    context.needy.add(executor);
    if (Number.isFinite(context.settings.handBackMs)) {
      context.stuck.set(executor, context.nowMs);
    }
    if (executor.ownCoresUntilMs(context.nowMs) === undefined) {
      context.flow.need();
    }
  }
}

/** An executor without tasks begins to count its time. */
export function settleIdle(context: FineContext, executor: Executor): void {
  const isIdle = executor.openTasks === 0 && executor.runningSinceMs !== undefined;
  if (isIdle && Number.isFinite(context.settings.executorIdleMs)) {
    context.idleExecutors.set(executor, context.nowMs);
  }
}

/** Takes the task out of the books; returns what it was. */
export function forget(context: FineContext, record: TaskRecord): TaskRecord {
  const { task, executor, slot } = record;
  context.tasks.delete(task.taskId);
  executor.queue.delete(record);
  executor.openTasks -= 1;
  if (slot !== undefined) {
    slot.record = undefined;
  }
  return record;
}

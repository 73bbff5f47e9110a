import type { TaskEnd } from '../carrier/end-message.ts';
import type { FineTask } from '../model.ts';
import type { FineContext } from './context.ts';
import type { Executor } from './executor.ts';
import type { Slot } from './slot.ts';
import { giveSlotBack, settleSlot } from './slots.ts';
import { type TaskRecord, taskRecord } from './task-queue.ts';
import { forget, pass, settleIdle, settleNeed } from './task-steps.ts';

/**
 * A task wants to run: passed on at once when a slot is there for it, else held until one is. One that is known
 * already is the same one, and nothing new. One whose executor is gone is answered at once.
 */
export function hold(context: FineContext, task: FineTask): void {
  const { tasks, executors, settings, phase } = context;
  if (tasks.has(task.taskId)) {
    return;
  }
  const executor = executors.get(task.executorId);
  if (executor === undefined || executor.killedAtMs !== undefined || phase !== 'active') {
    const message = phase === 'active' ? `executor ${task.executorId} is gone` : 'the application ends';
    context.emit({ kind: 'taskLost', task, detail: { message, wasPassed: false } });
    return;
  }
  const record = taskRecord(task, executor, settings.taskCpus);
  tasks.set(task.taskId, record);
  executor.openTasks += 1;
  context.isDormant = false;
  context.idleExecutors.delete(executor);
  const slot = idleSlot(executor, record);
  if (slot === undefined) {
    executor.queue.add(record);
    settleNeed(context, executor);
  } else {
    pass(context, record, slot);
  }
}

/** The task has ended: its slot pays for the next one, or goes back. */
export function ended(context: FineContext, taskId: string, end?: TaskEnd): void {
  const record = context.tasks.get(taskId);
  if (record === undefined) {
    return;
  }
  const { slot, executor } = forget(context, record);
  if (slot !== undefined) {
    settleSlot(context, slot, end);
  }
  settleIdle(context, executor);
}

/** The task is to be killed: one that waits is sent on for that, since only its executor has the right words for it. */
export function killed(context: FineContext, taskId: string): void {
  const record = context.tasks.get(taskId);
  if (record === undefined || (record.phase !== 'held' && record.phase !== 'bound')) {
    return;
  }
  const { executor, slot } = record;
  executor.queue.delete(record);
  record.phase = 'unpaid';
  record.slot = undefined;
  context.emit({ kind: 'pass', task: record.task, reason: 'killed' });
  if (slot !== undefined) {
    slot.record = undefined;
    giveSlotBack(context, slot, 'KILLED');
  }
  settleNeed(context, executor);
}

/** Tasks that wait for this executor never run. */
export function dropHeld(context: FineContext, executor: Executor, message: string): void {
  for (const record of context.tasks.values()) {
    if (record.executor === executor && (record.phase === 'held' || record.phase === 'bound')) {
      lose(context, record, message);
    }
  }
}

/** All tasks of an executor have gone with it. */
export function loseAll(context: FineContext, executor: Executor, message: string): void {
  for (const record of context.tasks.values()) {
    if (record.executor === executor) {
      lose(context, record, message);
    }
  }
}

function lose(context: FineContext, record: TaskRecord, message: string): void {
  const wasPassed = record.phase === 'passed' || record.phase === 'unpaid';
  const { slot, task, executor } = forget(context, record);
  context.emit({ kind: 'taskLost', task, detail: { message, wasPassed } });
  if (slot !== undefined) {
    giveSlotBack(context, slot, 'LOST');
  }
  settleNeed(context, executor);
}

/** The idle slot that was busy last, if one is of the task's size and no other task of that size waits before it. */
function idleSlot(executor: Executor, { cpus }: TaskRecord): Slot | undefined {
  if (!executor.isUsable) {
    return undefined;
  }
  return [...executor.idle].reverse().find((slot) => slot.cpus === cpus);
}

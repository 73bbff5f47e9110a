import { fromThousandths, newTaskId, type Thousandths } from '@spark-mesos/scheduler-utils';
import type { TaskEnd } from '../carrier/end-message.ts';
import type { FineContext } from './context.ts';
import type { Executor } from './executor.ts';
import { Slot } from './slot.ts';
import { askForEnd } from './slot-end.ts';
import type { TaskRecord } from './task-queue.ts';
import { pass, settleNeed, unpaid } from './task-steps.ts';

/**
 * Parts of the lease by which slots of one executor end at different times, so that they are not all started anew at
 * once: where a start takes 0.1 to 0.2 s, the executor would stand still for that long.
 */
const LEASE_SPREAD = 0.4;

/** Its multiples fill the space between 0 and 1 evenly, however many there are. */
const GOLDEN_RATIO = 0.618_033_988_749_895;

/** Makes a slot for the first task of this size that none is being launched for; takes note of what it will hold. */
export function makeSlot(context: FineContext, executor: Executor, cpus: Thousandths): Slot {
  const { settings, nowMs, taskIdPrefix } = context;
  const record = executor.queue.at(cpus, executor.launching(cpus));
  const taskId = newTaskId(`${taskIdPrefix}-s`, context.nextSlot);
  const slot = new Slot({
    taskId,
    executor,
    cpus,
    name: record?.task.name ?? `${fromThousandths(cpus)} cores`,
    launchedAtMs: nowMs,
    leaseEndsMs: nowMs + leaseOf(context),
    line: executor.info === undefined ? context.slotLine(taskId) : undefined,
  });
  context.nextSlot += 1;
  context.slots.set(slot.taskId, slot);
  context.heldCpus += cpus;
  context.silent.set(slot, nowMs);
  executor.slots.add(slot);
  if (settings.exact && record !== undefined) {
    bind(executor, slot, record);
  } else if (!settings.exact) {
    executor.changeLaunching(cpus, 1);
  }
  settleNeed(context, executor);
  return slot;
}

/** Mesos says that the slot runs: it may pay for a task. */
export function slotRuns(context: FineContext, slot: Slot): void {
  context.silent.delete(slot);
  context.unreachable.delete(slot);
  slot.runningSinceMs ??= context.nowMs;
  if (slot.status !== 'launching') {
    return;
  }
  slot.executor.slotStarts.clear();
  leaveLaunching(context, slot);
  slot.status = 'idle';
  const { record } = slot;
  if (record === undefined) {
    useSlot(context, slot);
  } else {
    pass(context, record, slot);
  }
}

/** The slot's task has ended. At a task's end, and nowhere else, slots go back that are older than their lease. */
export function settleSlot(context: FineContext, slot: Slot, end?: TaskEnd): void {
  if (slot.status !== 'busy') {
    return;
  }
  const isLeaseOver = context.nowMs >= slot.leaseEndsMs;
  if (context.settings.exact || isLeaseOver) {
    endSlot(context, slot, context.settings.exact ? end : undefined);
  } else {
    useSlot(context, slot);
  }
}

/** A slot whose task does not need it any more: in exact mode nothing else may use it. */
export function giveSlotBack(context: FineContext, slot: Slot, end: TaskEnd): void {
  if (context.settings.exact || slot.status === 'busy') {
    endSlot(context, slot, end);
  }
}

/**
 * Gives the cores of a slot back; they count as held until Mesos says that it has ended. Where it can be told how, Mesos
 * hears that: a slot has done its work, and in exact mode it is the task. Should that get lost, it is killed.
 */
export function endSlot(context: FineContext, slot: Slot, end: TaskEnd = 'FINISHED'): void {
  leaveLaunching(context, slot);
  leaveIdle(context, slot);
  if (slot.status !== 'ending') {
    slot.status = 'ending';
    slot.endingSinceMs = context.nowMs;
    askForEnd(context, slot, end);
    context.killed.set(slot, context.nowMs);
    settleNeed(context, slot.executor);
  }
}

/** The slot has ended: its cores are free, and others may be had for what waits. */
export function slotGone(context: FineContext, slot: Slot, message: string): void {
  const { executor, record } = slot;
  if (!context.slots.delete(slot.taskId)) {
    return;
  }
  leaveLaunching(context, slot);
  leaveIdle(context, slot);
  slot.status = 'ending';
  executor.slots.delete(slot);
  remember(context, slot);
  context.heldCpus -= slot.cpus;
  for (const queue of [context.silent, context.killed, context.unreachable, context.lineless]) {
    queue.delete(slot);
  }
  context.reconciliation.answered(slot.taskId);
  if (record?.phase === 'passed') {
    unpaid(context, record, message);
  } else if (record?.phase === 'bound') {
    record.phase = 'held';
    record.slot = undefined;
    executor.queue.addFirst(record);
  }
  slot.record = undefined;
  settleNeed(context, executor);
  if (context.needy.size > 0) {
    context.flow.progressed();
    context.flow.need();
  }
}

function remember(context: FineContext, { taskId, name, cpus, carried, executor }: Slot): void {
  const { hostname } = executor.placement;
  const cores = fromThousandths(cpus);
  context.slotHistory.add({ taskId, name, hostname, cores, carried: carried.count, tasks: carried.last });
}

function bind(executor: Executor, slot: Slot, record: TaskRecord): void {
  executor.queue.delete(record);
  record.phase = 'bound';
  record.slot = slot;
  slot.record = record;
}

/** Gives a slot its next task, or a while to wait for one. */
function useSlot(context: FineContext, slot: Slot): void {
  const { executor, cpus } = slot;
  const isUsable = executor.isUsable && context.phase === 'active';
  const record = isUsable ? executor.queue.takeFirst(cpus) : undefined;
  if (record !== undefined) {
    pass(context, record, slot);
    settleNeed(context, executor);
  } else if (!isUsable || context.settings.exact) {
    endSlot(context, slot);
  } else {
    slot.status = 'idle';
    executor.idle.add(slot);
    context.holds.set(slot, context.nowMs);
  }
}

function leaveLaunching({ settings }: FineContext, slot: Slot): void {
  // In exact mode slots are launched for one task each, and never counted.
  if (slot.status === 'launching' && !settings.exact) {
    slot.executor.changeLaunching(slot.cpus, -1);
  }
}

function leaveIdle(context: FineContext, slot: Slot): void {
  slot.executor.idle.delete(slot);
  context.holds.delete(slot);
}

function leaseOf({ settings, nextSlot }: FineContext): number {
  const { leaseMs, carrier } = settings;
  if (carrier === 'executor') {
    return leaseMs;
  }
  const place = (nextSlot * GOLDEN_RATIO) % 1;
  return leaseMs * (1 - LEASE_SPREAD / 2 + LEASE_SPREAD * place);
}

import type { CoreContext, Reminder } from './context.ts';
import { currentAttempt, type DriverRecord, isLive } from './driver-record.ts';
import { attemptOver } from './endings.ts';

/** After a KILL that nothing came of, the next one, and so on, ever later. */
const FIRST_AGAIN_MS = 10_000;
const LONGEST_AGAIN_MS = 120_000;
/** Between two looks at a driver whose agent stays away. */
const LONGEST_LOOK_MS = 600_000;
/** Until the next look at one of which no master has said anything since it was last asked. */
const UNHEARD_LOOK_MS = 2_000;

/** Tells Mesos to end the current task, unless no master knows it yet, and again if nothing comes of it. */
export function killTask(context: CoreContext, record: DriverRecord, times = 0): void {
  const attempt = currentAttempt(record);
  const { connection, emit, nowMs, reminders, unsent } = context;
  if (attempt === undefined || unsent.has(attempt.taskId)) return;
  const { taskId, agentId } = attempt;
  if (!context.killsReminded.has(taskId)) {
    const delayMs = Math.min(FIRST_AGAIN_MS * 2 ** Math.min(times, 10), LONGEST_AGAIN_MS);
    context.killsReminded.add(taskId);
    reminders.add(nowMs + delayMs, { kind: 'killAgain', record, taskId, times });
  }
  if (attempt.taskState === 'TASK_UNREACHABLE') remindUnreachable(context, record);
  if (connection.isSubscribed) {
    emit({ kind: 'kill', taskId, agentId, graceMs: record.killGraceMs ?? record.plan.killGraceMs });
  }
}

/** Looks again at a driver on an agent that is cut off, when it has been for as long as it may, or longer each time. */
export function remindUnreachable(context: CoreContext, record: DriverRecord, times = 0): void {
  const attempt = currentAttempt(record);
  if (attempt === undefined) return;
  const { unreachableTimeoutMs } = record.plan.supervision;
  const delayMs = Math.min(Math.max(1000, unreachableTimeoutMs) * 2 ** Math.min(times, 10), LONGEST_LOOK_MS);
  const dueMs =
    times === 0 ? (attempt.updatedAtMs ?? context.nowMs) + unreachableTimeoutMs : context.nowMs + delayMs;
  context.reminders.add(dueMs, { kind: 'unreachable', record, taskId: attempt.taskId, times });
}

/**
 * The agent stays away, as far as its master has said so since this subscription began: while nobody tells us, it may have come back
 * long ago. A supervised driver is started elsewhere, and one that is to end counts as ended. Should the
 * agent come back, its task is killed. Any other driver is waited for, since it was promised to run once; its master is
 * asked for it now and then.
 */
function unreachableForLong(context: CoreContext, record: DriverRecord, times: number): void {
  const attempt = currentAttempt(record);
  const { supervise, unreachableTimeoutMs } = record.plan.supervision;
  if (attempt?.taskState !== 'TASK_UNREACHABLE') return;
  // A later update may have begun the time anew, and has a reminder of its own.
  if (context.nowMs < (attempt.updatedAtMs ?? 0) + unreachableTimeoutMs) return;
  if (!context.connection.isSubscribed || context.reconciler.isOpen(attempt.taskId)) {
    const { taskId } = attempt;
    context.reminders.add(context.nowMs + UNHEARD_LOOK_MS, { kind: 'unreachable', record, taskId, times });
    return;
  }
  if (!supervise && record.killRequestedAtMs === undefined) {
    context.reconciler.request([{ taskId: attempt.taskId, agentId: attempt.agentId }], context.nowMs);
    remindUnreachable(context, record, times + 1);
    return;
  }
  const seconds = Math.round(unreachableTimeoutMs / 1000);
  attemptOver(context, record, {
    failure: `TASK_UNREACHABLE: its agent ${attempt.hostname} has been cut off for ${seconds} s`,
  });
}

/** Deals with what was to be looked at again by now. */
export function handleReminders(context: CoreContext): void {
  const { reminders, nowMs } = context;
  for (let next = reminders.take(nowMs); next !== undefined; next = reminders.take(nowMs)) {
    handleReminder(context, next);
  }
}

function handleReminder(context: CoreContext, { kind, record, taskId, times }: Reminder): void {
  if (kind === 'killAgain') context.killsReminded.delete(taskId);
  if (!isLive(record) || currentAttempt(record)?.taskId !== taskId) return;
  if (kind === 'unreachable') unreachableForLong(context, record, times);
  else killTask(context, record, times + 1);
}

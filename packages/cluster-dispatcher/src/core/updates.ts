import type { mesos } from '@spark-mesos/mesos-proto';
import { readTaskId, submissionIdOfTask } from '../model/ids.ts';
import type { CoreContext } from './context.ts';
import { currentAttempt, type DriverRecord, isLive, type MutableAttempt } from './driver-record.ts';
import { attemptOver, requeue } from './endings.ts';
import { killTask, remindUnreachable } from './reminders.ts';
import { applyStatus, isAlive, isRepetition, meaningOf, sentenceOf } from './task-news.ts';

/**
 * Deals with what Mesos says of a task. It is acknowledged when what follows from it is safe, and not before: a
 * dispatcher that is killed in between hears it again.
 *
 * Only the current attempt of a submission counts, by its task id (rule D56): what comes of an older one changes
 * nothing, and should that be alive, as after its agent was cut off, it is killed.
 */
export function handleUpdate(context: CoreContext, status: mesos.v1.ITaskStatus): void {
  const { fleet, emit, log, quarantined, reconciler } = context;
  const taskId = readTaskId(status.taskId);
  const submissionId = submissionIdOfTask(taskId);
  const acknowledge = () => emit({ kind: 'acknowledge', status });
  reconciler.answered(taskId);
  const record = fleet.records.get(submissionId);
  const attempt = record && currentAttempt(record);
  log('debug', { submissionId, taskId, status: sentenceOf(status) }, 'an update has come');
  if (record === undefined || attempt === undefined || attempt.taskId !== taskId || !isLive(record)) {
    if (isAlive(status) && !quarantined.has(submissionId)) {
      log('warn', { taskId }, 'a task that nobody wants any more is killed');
      emit({ kind: 'kill', taskId });
    } else if (record === undefined) {
      log('warn', { taskId }, 'Unable to find driver with this task id in status update');
    }
    acknowledgeWhenSafe(context, record, acknowledge);
    return;
  }
  if (isRepetition(attempt, status)) {
    acknowledgeWhenSafe(context, record, acknowledge);
    return;
  }
  apply(context, record, attempt, status, acknowledge);
}

/** What the update says is known, but may still be on its way to the store. */
function acknowledgeWhenSafe(
  { writes }: CoreContext,
  record: DriverRecord | undefined,
  acknowledge: () => void,
): void {
  if (record === undefined || writes.isSafe(record)) acknowledge();
  else writes.save(record, acknowledge);
}

function apply(
  context: CoreContext,
  record: DriverRecord,
  attempt: MutableAttempt,
  status: mesos.v1.ITaskStatus,
  acknowledge: () => void,
): void {
  const { fleet, writes, nowMs } = context;
  const meaning = meaningOf(status, attempt);
  applyStatus(attempt, status, nowMs);
  const failure = sentenceOf(status);
  switch (meaning) {
    case 'alive':
      if (record.killRequestedAtMs === undefined) fleet.move(record, 'running');
      else if (attempt.taskState !== 'TASK_KILLING') killTask(context, record);
      context.publish(record);
      writes.save(record, acknowledge);
      break;
    case 'unreachable':
      if (record.killRequestedAtMs === undefined) fleet.move(record, 'unreachable');
      remindUnreachable(context, record);
      context.publish(record);
      writes.save(record, acknowledge);
      break;
    case 'neverRan':
      context.log(
        'warn',
        { submissionId: record.id, reason: failure },
        'a launch was in vain and is made again',
      );
      requeue(context, record, acknowledge);
      break;
    default:
      attemptOver(context, record, { failure, isDrained: meaning === 'drained', safe: acknowledge });
  }
}

import { mesos } from '@spark-mesos/mesos-proto';
import { expect, test } from 'vitest';
import type { MutableAttempt } from '../../src/core/driver-record.ts';
import { applyStatus, sentenceOf } from '../../src/core/task-news.ts';

const { TaskStatus, TaskState } = mesos.v1;

/** A status as it comes from the wire: what was not said reads as the first value of its enumeration. */
function received(said: mesos.v1.ITaskStatus): mesos.v1.TaskStatus {
  return TaskStatus.decode(TaskStatus.encode(said).finish());
}

const ENDED = { taskId: { value: 'driver-1' }, state: TaskState.TASK_FINISHED };

test('D37: a reason that Mesos did not give is none, and not the first in its list', () => {
  const attempt = {} as MutableAttempt;
  applyStatus(attempt, received(ENDED), 1_000);
  expect(attempt).toMatchObject({ taskState: 'TASK_FINISHED', finishedAtMs: 1_000, exitStatus: 0 });
  expect([attempt.reason, attempt.source, attempt.message]).toEqual([undefined, undefined, undefined]);
  expect(sentenceOf(received(ENDED))).toBe('TASK_FINISHED');
});

test('D37: what Mesos said of the end is kept', () => {
  const attempt = {} as MutableAttempt;
  const status = received({
    ...ENDED,
    state: TaskState.TASK_FAILED,
    message: 'Command exited with status 3',
    source: TaskStatus.Source.SOURCE_EXECUTOR,
    reason: TaskStatus.Reason.REASON_COMMAND_EXECUTOR_FAILED,
  });
  applyStatus(attempt, status, 1_000);
  expect(attempt).toMatchObject({
    reason: 'REASON_COMMAND_EXECUTOR_FAILED',
    source: 'SOURCE_EXECUTOR',
    exitStatus: 3,
  });
  expect(sentenceOf(status)).toBe(
    'TASK_FAILED: Command exited with status 3 (REASON_COMMAND_EXECUTOR_FAILED)',
  );
});

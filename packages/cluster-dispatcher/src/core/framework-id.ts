import { FRAMEWORK_KEY } from '../store/keys.ts';
import { frameworkBytes } from '../store/records.ts';
import type { CoreContext } from './context.ts';
import { currentAttempt } from './driver-record.ts';
import { attemptOver, requeue } from './endings.ts';

/**
 * Nothing is launched before the id is safe: a dispatcher that starts again must find its drivers. Until then the framework is one that
 * goes by itself when its scheduler does, since nobody would know it any more; when the id is safe it is subscribed once more, to stay.
 */
export function keepFrameworkId(context: CoreContext, frameworkId: string): void {
  context.frameworkId = undefined;
  context.connection.frameworkId = frameworkId;
  const isCurrent = () => context.connection.frameworkId === frameworkId;
  context.writes.write(
    [{ key: FRAMEWORK_KEY, value: frameworkBytes(frameworkId) }],
    () => {
      if (!isCurrent()) return;
      context.frameworkId = frameworkId;
      context.connection.isSubscribed = false;
      context.connection.problem = 'the framework is subscribed once more, to stay';
      context.pool.clear();
      context.emit({ kind: 'subscribeAnew', reason: 'its id is safe' });
    },
    () => context.writes.later(() => isCurrent() && keepFrameworkId(context, frameworkId)),
  );
}

/**
 * Ends attempts that were launched under another framework than this one. Their tasks ended with it; what is not yet
 * written down of that, or was when the dispatcher was killed, is found out again from their framework ids.
 */
export function endForeign(context: CoreContext, frameworkId: string | undefined, reason: string): void {
  for (const record of [...context.fleet.live]) {
    const attempt = currentAttempt(record);
    if (attempt?.driverFrameworkId === `${frameworkId}-${attempt?.taskId}`) continue;
    if (attempt === undefined || context.unsent.has(attempt.taskId)) {
      requeue(context, record);
    } else {
      attempt.taskState = 'TASK_LOST';
      attemptOver(context, record, { failure: `TASK_LOST: ${reason}`, isDrained: true });
    }
  }
}

/** The framework is gone: its id is forgotten, and then another is asked for. */
export function dropFrameworkId(context: CoreContext, reason: string): void {
  context.writes.write(
    [{ key: FRAMEWORK_KEY, value: undefined }],
    () => context.emit({ kind: 'subscribeAnew', reason }),
    // A dispatcher that is killed now finds the old id, is told the same, and drops it then.
    () => context.emit({ kind: 'subscribeAnew', reason }),
  );
}

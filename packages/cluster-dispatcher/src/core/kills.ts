import { submissionIdOf } from '../model/ids.ts';
import type { KillOutcome } from '../model/outcomes.ts';
import type { CoreEvent } from './actions.ts';
import type { CoreContext } from './context.ts';
import { currentAttempt, type DriverRecord, isLive } from './driver-record.ts';
import { finish } from './endings.ts';
import { killTask } from './reminders.ts';

/** A user wants a driver to end (rule D36). The answer says that the wish cannot be lost any more. */
export function handleKill(
  context: CoreContext,
  { ticket, submissionId, graceMs }: Extract<CoreEvent, { kind: 'kill' }>,
): void {
  const record = context.fleet.records.get(submissionIdOf(submissionId));
  const answer = (outcome: KillOutcome) => context.emit({ kind: 'answerKill', ticket, outcome });
  if (record === undefined) {
    answer({ ok: false, code: 'DISPATCHER_NOT_FOUND', message: 'Cannot find driver' });
    return;
  }
  const { state } = record;
  if (state === 'finished') {
    answer({ ok: false, code: 'DISPATCHER_ALREADY_FINISHED', message: 'Driver already terminated' });
    return;
  }
  context.metrics.killsTotal += 1;
  context.log('info', { submissionId, state }, 'a driver is to be killed');
  const before = { killRequestedAtMs: record.killRequestedAtMs, killGraceMs: record.killGraceMs };
  record.killRequestedAtMs ??= context.nowMs;
  record.killGraceMs = graceMs ?? record.killGraceMs;
  const failed = (reason: string) => {
    const message = `The kill could not be written down: ${reason}`;
    answer({ ok: false, code: 'DISPATCHER_STORE_FAILED', message });
  };
  if (!isLive(record)) {
    // It cannot run any more from this moment on, whether or not that is safe yet.
    finish(context, record, 'KILLED', 'It was killed while it waited', {
      safe: () => answer({ ok: true, was: state }),
      failed,
    });
    return;
  }
  context.fleet.move(record, 'killing');
  context.publish(record);
  context.writes.saveOrFail(
    [record],
    () => {
      answer({ ok: true, was: state });
      if (isLive(record)) killTask(context, record);
    },
    (reason) => {
      if (isLive(record)) {
        Object.assign(record, before);
        context.fleet.move(record, before.killRequestedAtMs === undefined ? stateOf(record) : 'killing');
        context.publish(record);
      }
      context.writes.saveLater(record);
      failed(reason);
    },
  );
}

/** Where a driver stands whose kill is taken back. */
function stateOf(record: DriverRecord): 'launching' | 'running' | 'unreachable' {
  const taskState = currentAttempt(record)?.taskState;
  if (taskState === undefined) return 'launching';
  return taskState === 'TASK_UNREACHABLE' ? 'unreachable' : 'running';
}

import { earliest } from '@spark-mesos/scheduler-utils';
import type { FineContext } from './context.ts';

/** When something is due at the latest, beside what else is: `undefined` for never. */
export function nextWakeMs(
  context: FineContext,
  others: readonly (number | undefined)[],
): number | undefined {
  const { phase, connection, nowMs, waiting, backoff, holds, idleExecutors } = context;
  if (phase === 'stopped') {
    return undefined;
  }
  return earliest([
    ...others,
    waiting.nextWakeMs(),
    backoff.pausedUntilMs(nowMs),
    ...slotPauses(context),
    ...awaitedCores(context),
    holds.nextDueMs(),
    idleExecutors.nextDueMs(),
    ...(connection === 'subscribed' ? dueOfMesos(context) : []),
  ]);
}

/** What can only be done with a master to talk to. */
function dueOfMesos(context: FineContext): (number | undefined)[] {
  const { flow, silent, killed, unreachable, lineless, stuck, strays, drains, reconciliation, nowMs } =
    context;
  return [
    flow.nextWakeMs(),
    silent.nextDueMs(),
    killed.nextDueMs(),
    unreachable.nextDueMs(),
    lineless.nextDueMs(),
    stuck.nextDueMs(),
    strays.nextWakeMs(),
    drains.nextWakeMs(nowMs),
    reconciliation.nextWakeMs(),
  ];
}

/** When the time is over for which executors wait for their own cores. */
function* awaitedCores({ needy, nowMs }: FineContext): IterableIterator<number> {
  for (const executor of needy) {
    const untilMs = executor.ownCoresUntilMs(nowMs);
    if (untilMs !== undefined) {
      yield untilMs;
    }
  }
}

/** The ends of pauses after slots that could not start; there are few. */
function* slotPauses({ paused, nowMs }: FineContext): IterableIterator<number> {
  for (const executor of paused) {
    const untilMs = executor.slotStarts.pausedUntilMs(nowMs);
    if (untilMs === undefined) {
      paused.delete(executor);
    } else {
      yield untilMs;
    }
  }
}

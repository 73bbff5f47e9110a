import { type Thousandths, toThousandths } from '@spark-mesos/scheduler-utils';
import type { FineContext } from './context.ts';

/**
 * What is wished of the offers.
 *
 * - `none`: nothing. - `open`: what comes is looked at, for another executor where there is room for one, or to see what
 * agents could give.
 * - `pressing`: something waits for them, and they are asked for.
 */
export type Wish = 'none' | 'open' | 'pressing';

/** Whether another executor may be placed, as far as it does not depend on where. */
export function isExecutorWanted(context: FineContext): boolean {
  const { executors, executorTotal, isDormant, phase, settings } = context;
  if (phase !== 'active' || (executorTotal !== undefined && executors.size >= executorTotal)) {
    return false;
  }
  if (executorTotal === undefined && isDormant) {
    return false;
  }
  const { executorGpus = 0, gpusMax } = settings;
  if (executorGpus > 0 && context.heldGpus + executorGpus > gpusMax) {
    return false;
  }
  const needed = toThousandths(settings.executorCores) + toThousandths(settings.taskCpus);
  return context.mayHold(needed) && (executorTotal !== undefined || isCoreLeftOver(context, needed));
}

/**
 * Whether the agents that have executors could not give all of `spark.cores.max`: else executors everywhere would use
 * it up, and leave nothing for tasks.
 */
function isCoreLeftOver({ settings, executors }: FineContext, needed: Thousandths): boolean {
  if (settings.coresMax === undefined) {
    return true;
  }
  let spoken = 0;
  for (const { cpus, taskCores } of executors.values()) {
    spoken += cpus + toThousandths(taskCores);
  }
  return spoken + needed <= toThousandths(settings.coresMax);
}

/** What is wished at present. */
export function currentWish(context: FineContext): Wish {
  const { executors, executorTotal, needy, phase } = context;
  if (phase !== 'active') {
    return 'none';
  }
  if (needy.size > 0 && isSlotAffordable(context)) {
    return isAskingUseful(context) ? 'pressing' : 'open';
  }
  if (!isExecutorWanted(context)) {
    return context.reduced.size > 0 ? 'open' : 'none';
  }
  const isPressing = executorTotal !== undefined || executors.size === 0;
  if (!isPressing) {
    return 'open';
  }
  return context.backoff.pausedUntilMs(context.nowMs) === undefined ? 'pressing' : 'none';
}

/** Something became free or went away that others may be had for. */
export function needExecutors(context: FineContext): void {
  if (currentWish(context) === 'pressing') {
    context.flow.progressed();
    context.flow.need();
  }
}

/** Whether there may be cores that nobody has, or whether ours are to become free first. */
function isAskingUseful({ needy, nowMs }: FineContext): boolean {
  return [...needy].some((executor) => executor.ownCoresUntilMs(nowMs) === undefined);
}

/** Whether some slot that is needed stays within `spark.cores.max`. */
function isSlotAffordable(context: FineContext): boolean {
  for (const executor of context.needy) {
    if (executor.slotStarts.pausedUntilMs(context.nowMs) !== undefined) {
      continue;
    }
    if (executor.shortfalls().some(({ cpus }) => context.mayHold(cpus))) {
      return true;
    }
  }
  return false;
}

import { fromThousandths, toThousandths } from '@spark-mesos/scheduler-utils';
import type { FineContext } from './context.ts';
import type { Executor } from './executor.ts';
import type { TaskRecord } from './task-queue.ts';
import { settleNeed } from './task-steps.ts';

/**
 * Gives tasks back that wait where nothing can be had, while others have cores. A driver has sent a task to one executor and
 * would leave it there for as long as somebody else has the cores of that agent, be it for days.
 */
export function handBackStuck(context: FineContext): void {
  for (const executor of context.stuck.due(context.nowMs)) {
    if (isRoomElsewhere(context, executor)) {
      handBack(context, executor);
    }
  }
}

/** Whether a reduced executor's agent could run a task of it again. */
export function mayBeRaised(context: FineContext, offeredCpus: number): boolean {
  const taskCpus = toThousandths(context.settings.taskCpus);
  return toThousandths(offeredCpus) >= taskCpus && context.mayHold(taskCpus);
}

/** From now on its driver counts with the cores that it has, and so has no reason to send the tasks there again. */
function handBack(context: FineContext, executor: Executor): void {
  const { placement } = executor;
  const tasks = waitingTasks(executor);
  executor.taskCores = Math.floor(keptCores(executor));
  context.reduced.add(executor);
  context.emit({ kind: 'executorCores', executor: placement, taskCores: executor.taskCores });
  const seconds = context.settings.handBackMs / 1000;
  const message = `no core could be had for it on ${placement.hostname} for ${seconds} s, and other executors have some`;
  for (const record of tasks) {
    executor.queue.delete(record);
    record.phase = 'unpaid';
    context.emit({ kind: 'handBack', task: record.task, message });
  }
  settleNeed(context, executor);
}

/** All tasks that no slot is being launched for. */
function waitingTasks(executor: Executor): readonly TaskRecord[] {
  return executor.shortfalls().flatMap(({ cpus }) => {
    const ofSize = executor.queue.all().filter((record) => record.cpus === cpus);
    return ofSize.slice(executor.launching(cpus));
  });
}

function keptCores({ slots }: Executor): number {
  let sum = 0;
  for (const { cpus, status } of slots) {
    sum += status === 'ending' ? 0 : cpus;
  }
  return fromThousandths(sum);
}

function isRoomElsewhere({ executors, settings }: FineContext, stuck: Executor): boolean {
  for (const executor of executors.values()) {
    const isAtWork = executor.isUsable && executor.status === 'running' && executor.queue.size === 0;
    if (executor !== stuck && isAtWork && executor.taskCores >= settings.taskCpus) {
      return true;
    }
  }
  return false;
}

import { cutOffOutcome, type EndedOutcome } from '@spark-mesos/scheduler-utils';
import { FineError } from '../errors.ts';
import type { FineContext } from './context.ts';
import type { Executor } from './executor.ts';
import { endSlot } from './slots.ts';
import { loseAll } from './tasks.ts';
import { needExecutors } from './wishes.ts';

/**
 * Asks for the end of an executor; what it holds counts as taken until it has come. One whose agent is cut off is over
 * for us at once; should it come back, it is killed then.
 */
export function kill(context: FineContext, executor: Executor): void {
  executor.killedAtMs ??= context.nowMs;
  context.idleExecutors.delete(executor);
  context.draining.delete(executor);
  wantNothingFor(context, executor);
  context.emit({ kind: 'kill', taskId: executor.taskId, agentId: executor.agentId });
  if (executor.status === 'unreachable') {
    endCutOff(context, executor);
  } else {
    context.killed.set(executor, context.nowMs);
  }
}

/** The end, for us, of an executor whose agent is cut off. */
export function endCutOff(context: FineContext, executor: Executor): void {
  const { hostname, agentId } = executor.placement;
  const message = `Agent ${hostname} (${agentId}) is cut off from the Mesos master`;
  endExecutor(context, executor, cutOffOutcome(message, executor.killedAtMs !== undefined));
}

/**
 * Takes note of the end of an executor: once, however often it is told. Its tasks have gone with it, those that waited
 * too (rules F32, F33), and its slots pay for nothing.
 */
export function endExecutor(context: FineContext, executor: Executor, outcome: EndedOutcome): void {
  if (!context.executors.delete(executor.executorId)) {
    return;
  }
  const { acceptProblem, placement } = executor;
  const message = acceptProblem
    ? `${outcome.detail.message}; its launch did not get through: ${acceptProblem}`
    : outcome.detail.message;
  strike(context, executor);
  loseAll(context, executor, message);
  for (const slot of [...executor.slots]) {
    endSlot(context, slot);
  }
  wantNothingFor(context, executor);
  const detail = { ...outcome.detail, message };
  context.emit({ kind: 'executorState', executor: placement, state: outcome.state, detail });
  if (outcome.countsAgainstAgent) {
    const { agentId, hostname } = executor.placement;
    const excluded = context.health.failed(executor.agentId, hostname || agentId, message, context.nowMs);
    if (excluded !== undefined) {
      context.emit({ kind: 'agentExcluded', agent: excluded });
    }
  }
  noteStart(context, executor, outcome.countsAsAttempt || acceptProblem !== undefined ? message : undefined);
  needExecutors(context);
}

/** No slots are launched for it any more. */
function wantNothingFor(context: FineContext, executor: Executor): void {
  context.needy.delete(executor);
  context.stuck.delete(executor);
  context.reduced.delete(executor);
}

/** An executor that failed to start makes the next one wait, and in the end there is none (rule F34). */
function noteStart(context: FineContext, executor: Executor, failure: string | undefined): void {
  const { backoff, executors, nowMs } = context;
  const oldest: Executor | undefined = executors.values().next().value;
  backoff.ended(executor, oldest, failure, nowMs);
  if (!backoff.isExhausted(executors.size)) {
    return;
  }
  const { rounds, lastMessage } = backoff;
  const times = rounds === 1 ? 'once' : `${rounds} times in a row`;
  context.fail(
    new FineError(
      'FINE_EXECUTORS_CANNOT_START',
      `Executors could not be started ${times}, and none is alive. The last: ${lastMessage}. ` +
        'The reason is mostly in the file stderr of its sandbox.',
    ),
  );
}

/** Takes an executor out of the books. */
function strike(context: FineContext, executor: Executor): void {
  context.executorsByTask.delete(executor.taskId);
  if (context.executorsByAgent.get(executor.agentId) === executor) {
    context.executorsByAgent.delete(executor.agentId);
  }
  context.heldCpus -= executor.cpus;
  context.heldGpus -= executor.placement.gpus;
  context.places.remove(executor.place);
  // Nothing new is given to it from here on.
  executor.killedAtMs ??= context.nowMs;
  for (const queue of [context.silent, context.killed, context.unreachable]) {
    queue.delete(executor);
  }
  context.idleExecutors.delete(executor);
  context.draining.delete(executor);
  context.paused.delete(executor);
  context.reconciliation.answered(executor.taskId);
}

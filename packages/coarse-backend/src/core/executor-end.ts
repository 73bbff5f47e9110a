import { cutOffOutcome, type EndedOutcome } from '@spark-mesos/scheduler-utils';
import { CoarseError } from '../errors.ts';
import type { CoarseContext } from './context.ts';
import type { Executor } from './executor.ts';

/**
 * Asks for the end of an executor; its resources count as taken until it has come. One whose agent is cut off is over
 * for us at once, since nobody can say when the kill will arrive; should it come back, it is killed then.
 */
export function kill(context: CoarseContext, executor: Executor): void {
  executor.killedAtMs ??= context.nowMs;
  context.emit({ kind: 'kill', taskId: executor.taskId, agentId: executor.agentId });
  if (executor.status === 'unreachable') {
    endCutOff(context, executor);
  } else {
    context.watchdog.killed(executor, context.nowMs);
  }
}

/** The end, for us, of an executor whose agent is cut off. */
export function endCutOff(context: CoarseContext, executor: Executor): void {
  const { hostname, agentId, killedAtMs } = executor;
  const message = `Agent ${hostname} (${agentId}) is cut off from the Mesos master`;
  end(context, executor, cutOffOutcome(message, killedAtMs !== undefined));
}

/** Takes note of the end of an executor (rule C41): once, however often it is told. */
export function end(context: CoarseContext, executor: Executor, outcome: EndedOutcome): void {
  if (!context.executors.remove(executor)) {
    return;
  }
  const { executors, backoff, nowMs } = context;
  const { acceptProblem } = executor;
  const message = acceptProblem
    ? `${outcome.detail.message}; its launch did not get through: ${acceptProblem}`
    : outcome.detail.message;
  context.watchdog.ended(executor);
  context.reconciliation.answered(executor.taskId);
  context.tellState(executor, outcome.state, { ...outcome.detail, message });
  if (outcome.countsAgainstAgent) {
    const excluded = context.health.failed(executor.agentId, executor.hostname, message, nowMs);
    if (excluded !== undefined) {
      context.emit({ kind: 'agentExcluded', agent: excluded });
    }
  }
  const isAttempt = outcome.countsAsAttempt || acceptProblem !== undefined;
  backoff.ended(executor, executors.oldest, isAttempt ? message : undefined, nowMs);
  if (backoff.isExhausted(executors.size)) {
    giveUp(context);
  }
  context.flow.need();
}

/** The end of an executor whose ACCEPT was never sent: Mesos has not heard of it, and its agent is not to blame. */
export function forgetUnsent(context: CoarseContext, executor: Executor, message: string): void {
  context.executors.remove(executor);
  context.watchdog.ended(executor);
  context.tellState(executor, 'FAILED', { message });
}

/** Says that executors cannot be started, with the last reason and where to look. */
function giveUp(context: CoarseContext): void {
  const { rounds, lastMessage } = context.backoff;
  const times = rounds === 1 ? 'once' : `${rounds} times in a row`;
  context.fail(
    new CoarseError(
      'COARSE_EXECUTORS_CANNOT_START',
      `Executors could not be started ${times}, and none is alive. The last: ${lastMessage}. ` +
        'The reason is mostly in the file stderr of its sandbox.',
    ),
  );
}

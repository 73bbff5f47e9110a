import type { mesos } from '@spark-mesos/mesos-proto';
import { CoarseError } from '../errors.ts';
import type { AgentId, TaskId } from '../ids.ts';
import { agentIdOf, taskIdOf } from '../ids.ts';
import type { CoarseContext } from './context.ts';
import type { Executor, ExecutorStatus } from './executors.ts';
import type { EndedOutcome } from './task-outcome.ts';
import { agentLostOutcome, taskOutcome } from './task-outcome.ts';

/**
 * Takes note of a status update (rules C40 to C42) and has it acknowledged afterwards, so that one which got lost on
 * the way to the application comes again.
 */
export function handleUpdate(context: CoarseContext, status: mesos.v1.ITaskStatus): void {
  const taskId = taskIdOf(status.taskId);
  const executor = context.executors.byTask(taskId);
  const outcome = taskOutcome(status, executor?.killedAtMs !== undefined);
  context.reconciler.answered(taskId);
  if (executor !== undefined) {
    applyOutcome(context, executor, outcome);
  } else if (outcome.kind === 'starting' || outcome.kind === 'running') {
    // Nobody knows it: of an earlier life of this framework, or given up for lost. It must not live on unseen.
    const agentId = status.agentId ? agentIdOf(status.agentId) : undefined;
    context.emit({ kind: 'kill', taskId, agentId });
  }
  context.emit({ kind: 'acknowledge', status });
}

/** Asks the master what became of tasks whose ACCEPT did not get through, or maybe did. */
export function handleAcceptFailed(context: CoarseContext, taskIds: readonly TaskId[], reason: string): void {
  const executors = taskIds
    .map((taskId) => context.executors.byTask(taskId))
    .filter((task) => task !== undefined);
  for (const executor of executors) {
    executor.acceptProblem = reason;
  }
  context.reconciler.request(executors, context.nowMs);
}

/** Ends all executors of an agent that is gone. */
export function handleAgentLost(context: CoarseContext, agentId: AgentId): void {
  context.refusals.forget(agentId);
  for (const executor of context.executors.onAgent(agentId)) {
    end(context, executor, agentLostOutcome(`Agent ${executor.placement.hostname} (${agentId}) is lost`));
  }
}

/** Asks for the end of an executor; its resources count as taken until it has come. */
export function kill(context: CoarseContext, executor: Executor): void {
  executor.killedAtMs ??= context.nowMs;
  context.watchdog.killed(executor, context.nowMs);
  context.emit({ kind: 'kill', taskId: executor.taskId, agentId: executor.agentId });
}

/** Does what is overdue: asks for silent tasks, repeats kills, gives up those that were cut off for too long. */
export function attendOverdue(context: CoarseContext): void {
  const { silent, unkilled, unreachable } = context.watchdog.overdue(context.nowMs);
  context.reconciler.request(silent, context.nowMs);
  for (const executor of unkilled) {
    kill(context, executor);
  }
  for (const executor of unreachable) {
    const message = `Agent ${executor.placement.hostname} (${executor.agentId}) has been unreachable for too long`;
    end(context, executor, agentLostOutcome(message));
  }
}

function applyOutcome(
  context: CoarseContext,
  executor: Executor,
  outcome: ReturnType<typeof taskOutcome>,
): void {
  if (outcome.kind === 'ended') {
    end(context, executor, outcome);
    return;
  }
  const before = executor.status;
  context.watchdog.heardOf(executor);
  executor.acceptProblem = undefined;
  if (outcome.kind === 'unreachable') {
    context.watchdog.unreachable(executor, context.nowMs);
  }
  if (outcome.kind === 'starting' && before !== 'launched') {
    return;
  }
  enter(context, executor, outcome.kind);
  const { placement } = executor;
  if (outcome.kind === 'starting') {
    context.emit({ kind: 'executorState', executor: placement, state: 'LAUNCHING', detail: {} });
  } else if (outcome.kind === 'running' && (before === 'launched' || before === 'starting')) {
    context.emit({ kind: 'executorState', executor: placement, state: 'RUNNING', detail: {} });
  }
}

function enter(context: CoarseContext, executor: Executor, status: ExecutorStatus): void {
  if (executor.status !== status) {
    executor.status = status;
    executor.statusSinceMs = context.nowMs;
  }
  if (status === 'running') {
    executor.runningSinceMs ??= context.nowMs;
  }
}

function end(context: CoarseContext, executor: Executor, outcome: EndedOutcome): void {
  if (!context.executors.remove(executor)) {
    return;
  }
  const { executors, backoff, nowMs } = context;
  const { acceptProblem } = executor;
  const message = acceptProblem
    ? `${outcome.detail.message}; its launch did not get through: ${acceptProblem}`
    : outcome.detail.message;
  context.watchdog.ended(executor);
  context.reconciler.answered(executor.taskId);
  context.emit({
    kind: 'executorState',
    executor: executor.placement,
    state: outcome.state,
    detail: { ...outcome.detail, message },
  });
  if (outcome.countsAgainstAgent) {
    const { hostname } = executor.placement;
    const excluded = context.health.failed(executor.agentId, hostname, message, nowMs);
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

/** Says that executors cannot be started, with the last reason and where to look. */
export function giveUp(context: CoarseContext): void {
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

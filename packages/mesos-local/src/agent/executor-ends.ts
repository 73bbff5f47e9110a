import { mesos, toSafeNumber } from '@spark-mesos/mesos-proto';
import { type AgentState, liveTasks } from './agent-state.ts';
import { forgetExecutorDeadlines, forgetRegistration } from './executor-deadlines.ts';
import { sendEvent } from './executor-events.ts';
import type { ContainerRun, ExecutorRecord } from './model.ts';
import { killKey } from './task-processes.ts';
import { agentStatus } from './task-status.ts';

const { TaskState } = mesos.v1;
const { Reason } = mesos.v1.TaskStatus;
const { Type: EventType } = mesos.v1.executor.Event;

const DEFAULT_SHUTDOWN_GRACE_MS = 5000;

/** How long an executor has to end after SHUTDOWN. */
export function shutdownGraceMs(state: AgentState, executor: ExecutorRecord): number {
  const asked = executor.info?.shutdownGracePeriod?.nanoseconds;
  if (asked !== undefined && asked !== null) return toSafeNumber(asked) / 1e6;
  return state.settings.executorShutdownGraceMs ?? DEFAULT_SHUTDOWN_GRACE_MS;
}

/** SHUTDOWN now, SIGKILL when the grace is over. */
export function shutdownCustomExecutor(state: AgentState, executor: ExecutorRecord): void {
  const { run } = executor;
  if (run === undefined || run.phase === 'ended' || executor.isTerminating) return;
  executor.isTerminating = true;
  forgetRegistration(state, executor.containerId);
  sendEvent(state, executor, { type: EventType.SHUTDOWN });
  if (run.phase === 'preparing') {
    run.phase = 'killing';
    state.signal(run, 'SIGKILL');
    return;
  }
  run.phase = 'killing';
  state.deadlines.set(killKey(run), state.nowMs + shutdownGraceMs(state, executor));
}

/** Its process runs; it has still to subscribe. */
export function executorStarted(state: AgentState, run: ContainerRun): void {
  if (run.phase === 'killing') state.signal(run, 'SIGKILL');
  else run.phase = 'running';
}

/** Its process has never come about. */
export function executorFailed(state: AgentState, run: ContainerRun, problem: string): void {
  run.ending ??= {
    state: TaskState.TASK_FAILED,
    message: `Failed to launch container: ${problem}`,
    reason: Reason.REASON_CONTAINER_LAUNCH_FAILED,
  };
  executorOver(state, run, -1);
}

/** Its process has ended: so have all of its tasks that have not yet. */
export function executorOver(state: AgentState, run: ContainerRun, status: number): void {
  const { executor } = run;
  run.phase = 'ended';
  forgetExecutorDeadlines(state, run.id);
  const { frameworkId, id: executorId } = executor;
  state.emit({ kind: 'executor-exited', frameworkId, executorId, status });
  const ending = run.ending ?? {
    state: TaskState.TASK_FAILED,
    message: 'Executor terminated',
    reason: Reason.REASON_EXECUTOR_TERMINATED,
  };
  for (const task of liveTasks(executor)) {
    const { limitation } = ending;
    state.update(executor, task.id, {
      ...agentStatus(ending.state, ending.message, ending.reason),
      ...(limitation !== undefined && { limitation }),
    });
  }
  if (executor.streamId !== undefined) {
    state.emit({ kind: 'close-executor-stream', streamId: executor.streamId });
    executor.streamId = undefined;
  }
  state.complete(executor);
}

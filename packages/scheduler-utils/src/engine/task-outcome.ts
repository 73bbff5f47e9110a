import { mesos } from '@spark-mesos/mesos-proto';
import { exitStatusOf } from '../exit-status.ts';
import { isFinished, isUnreachable, taskStateName, toSparkTaskState } from '../task-states.ts';

/** States of an executor as an application is told them. The last four are final. */
export type ExecutorState = 'LAUNCHING' | 'RUNNING' | 'EXITED' | 'FAILED' | 'KILLED' | 'LOST';

/** More about a state. */
export interface ExecutorStateDetail {
  readonly message?: string;
  /** As a shell would say it: 128 and the signal's number for a signal. */
  readonly exitStatus?: number;
  /** Whether all of the agent is gone, with what executors left on it. */
  readonly agentLost?: boolean;
}

/** What a status update says of an executor. */
export type TaskOutcome =
  | { readonly kind: 'starting' }
  | { readonly kind: 'running' }
  /** It was asked to end; if the agent is being drained, by that. */
  | { readonly kind: 'killing'; readonly isDrained: boolean }
  /** The agent is cut off: not lost yet (rule U133). */
  | { readonly kind: 'unreachable' }
  | EndedOutcome;

/** How an executor ended. */
export interface EndedOutcome {
  readonly kind: 'ended';
  readonly state: ExecutorState;
  readonly detail: ExecutorStateDetail & { readonly message: string };
  /** Whether it speaks against the agent (rule C27). */
  readonly countsAgainstAgent: boolean;
  /** Whether a quick end is a start that failed, so that the next one must wait. */
  readonly countsAsAttempt: boolean;
}

const { Reason } = mesos.v1.TaskStatus;
const { TaskState } = mesos.v1;

/** Reasons that all of the agent is gone. */
const AGENT_GONE: ReadonlySet<mesos.v1.TaskStatus.Reason> = new Set([
  Reason.REASON_AGENT_REMOVED,
  Reason.REASON_AGENT_REMOVED_BY_OPERATOR,
]);

/** Reasons that tell nothing of whether executors can run: the cluster, the master or our own offers. */
const NOBODYS_FAULT: ReadonlySet<mesos.v1.TaskStatus.Reason> = new Set([
  ...AGENT_GONE,
  Reason.REASON_AGENT_DISCONNECTED,
  Reason.REASON_AGENT_DRAINING,
  Reason.REASON_AGENT_REREGISTERED,
  Reason.REASON_AGENT_RESTARTED,
  Reason.REASON_AGENT_UNKNOWN,
  Reason.REASON_CONTAINER_PREEMPTED,
  Reason.REASON_FRAMEWORK_REMOVED,
  Reason.REASON_INVALID_OFFERS,
  Reason.REASON_MASTER_DISCONNECTED,
  Reason.REASON_RECONCILIATION,
  Reason.REASON_RESOURCES_UNKNOWN,
  Reason.REASON_TASK_KILLED_DURING_LAUNCH,
]);

/** Reasons that lie with the executor itself: on another agent it would have ended as well. */
const EXECUTORS_OWN_FAULT: ReadonlySet<mesos.v1.TaskStatus.Reason> = new Set([
  Reason.REASON_CONTAINER_LIMITATION,
  Reason.REASON_CONTAINER_LIMITATION_DISK,
  Reason.REASON_CONTAINER_LIMITATION_MEMORY,
  Reason.REASON_MAX_COMPLETION_TIME_REACHED,
]);

/** States that tell nothing of it either. */
const NOBODYS_STATE: ReadonlySet<mesos.v1.TaskState> = new Set([
  TaskState.TASK_DROPPED,
  TaskState.TASK_GONE,
  TaskState.TASK_GONE_BY_OPERATOR,
  TaskState.TASK_UNKNOWN,
  TaskState.TASK_UNREACHABLE,
]);

/**
 * Reads a status update. `wasKilled`: we asked for the end of this executor, so whatever ended it, it is `KILLED`;
 * Mesos's words do not tell (a JVM that is asked to end exits with status 143).
 */
export function taskOutcome(status: mesos.v1.ITaskStatus, wasKilled: boolean): TaskOutcome {
  if (isUnreachable(status.state)) {
    return { kind: 'unreachable' };
  }
  const reason = statusReason(status);
  if (status.state === TaskState.TASK_KILLING) {
    return { kind: 'killing', isDrained: reason === Reason.REASON_AGENT_DRAINING };
  }
  const state = toSparkTaskState(status.state);
  if (!isFinished(state)) {
    return { kind: state === 'RUNNING' ? 'running' : 'starting' };
  }
  const nobodysFault = (reason !== undefined && NOBODYS_FAULT.has(reason)) || NOBODYS_STATE.has(status.state);
  const isKilled = wasKilled || state === 'KILLED';
  const agentLost =
    (reason !== undefined && AGENT_GONE.has(reason)) || status.state === TaskState.TASK_GONE_BY_OPERATOR;
  const ownFault = reason !== undefined && EXECUTORS_OWN_FAULT.has(reason);
  const exitStatus = exitStatusOf(status.message) ?? (state === 'FINISHED' ? 0 : undefined);
  return {
    kind: 'ended',
    state: isKilled ? 'KILLED' : executorState(state),
    detail: {
      message: endMessage(state, status),
      ...(exitStatus === undefined ? {} : { exitStatus }),
      ...(agentLost ? { agentLost } : {}),
    },
    countsAgainstAgent:
      !isKilled && !nobodysFault && !ownFault && (state === 'FAILED' || status.state === TaskState.TASK_LOST),
    countsAsAttempt: !isKilled && !nobodysFault,
  };
}

/** The end, for us, of an executor whose agent is cut off: too long, or we wanted its end anyway. */
export function cutOffOutcome(message: string, wasKilled: boolean): EndedOutcome {
  return {
    kind: 'ended',
    state: wasKilled ? 'KILLED' : 'LOST',
    detail: { message, agentLost: true },
    countsAgainstAgent: false,
    countsAsAttempt: false,
  };
}

/** Mesos's reason for a state. One that is not set reads as 0, which is a reason too; only its presence tells. */
export function statusReason(status: mesos.v1.ITaskStatus): mesos.v1.TaskStatus.Reason | undefined {
  return Object.hasOwn(status, 'reason') ? (status.reason ?? undefined) : undefined;
}

function executorState(state: ReturnType<typeof toSparkTaskState>): ExecutorState {
  switch (state) {
    case 'FINISHED':
      return 'EXITED';
    case 'FAILED':
    case 'LOST':
      return state;
    default:
      return 'KILLED';
  }
}

/** The words of the original (rule C41), and what Mesos says after them. */
function endMessage(state: string, status: mesos.v1.ITaskStatus): string {
  const reason = statusReason(status);
  const reasonName = reason === undefined ? undefined : mesos.v1.TaskStatus.Reason[reason];
  const words = [status.message || taskStateName(status.state), reasonName && `(${reasonName})`];
  return `Executor finished with state ${state}: ${words.filter(Boolean).join(' ')}`;
}

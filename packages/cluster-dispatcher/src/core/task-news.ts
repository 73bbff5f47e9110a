import { mesos } from '@spark-mesos/mesos-proto';
import { exitStatusOf, statusReason, taskStateName } from '@spark-mesos/scheduler-utils';
import type { MutableAttempt } from './driver-record.ts';

const { TaskState } = mesos.v1;
const { Reason, Source } = mesos.v1.TaskStatus;

/**
 * What an update means to the attempt that it is about.
 *
 * - `alive`: it runs, or is about to.
 * - `unreachable`: its agent is cut off; it may come back.
 * - `neverRan`: it is certain that no process of it has ever run, so that it can be launched again without harm.
 * - `drained`: its agent was emptied on purpose; it is nobody's fault.
 * - `ended`: over; see the state.
 */
export type TaskMeaning = 'alive' | 'unreachable' | 'neverRan' | 'drained' | 'ended';

const ALIVE: ReadonlySet<mesos.v1.TaskState> = new Set([
  TaskState.TASK_STAGING,
  TaskState.TASK_STARTING,
  TaskState.TASK_RUNNING,
  TaskState.TASK_KILLING,
]);

/** Whether a task in this state takes resources of an agent now. */
export function isAlive(status: mesos.v1.ITaskStatus): boolean {
  return ALIVE.has(stateOf(status));
}

/** The reasons with which a master ends a launch before it has told the agent of it. */
const NEVER_SENT: ReadonlySet<mesos.v1.TaskStatus.Reason> = new Set([
  Reason.REASON_INVALID_OFFERS,
  Reason.REASON_AGENT_DISCONNECTED,
]);

/** What a master answers for a task that it does not know, while it knows the agent or has forgotten it. */
const UNKNOWN_TO_MASTER: ReadonlySet<mesos.v1.TaskState> = new Set([
  TaskState.TASK_GONE,
  TaskState.TASK_UNKNOWN,
  TaskState.TASK_LOST,
]);

/** What only a process that has begun can be in. */
const BEGUN: ReadonlySet<string | undefined> = new Set(['TASK_STARTING', 'TASK_RUNNING', 'TASK_KILLING']);

/**
 * Reads an update. A task that Mesos has never known, and that its master does not know when it is asked, was never
 * launched: its ACCEPT did not arrive, since a task that had ended would be known until that is acknowledged.
 *
 * Not so where its agent was away meanwhile: a machine that failed comes back without what ran there. Nobody knows then
 * whether it did, and what may have run is not run again.
 */
export function meaningOf(status: mesos.v1.ITaskStatus, attempt: MutableAttempt): TaskMeaning {
  const state = stateOf(status);
  if (ALIVE.has(state)) return 'alive';
  if (state === TaskState.TASK_UNREACHABLE) return 'unreachable';
  if (state === TaskState.TASK_DROPPED) return hasBegun(attempt) ? 'ended' : 'neverRan';
  const reason = statusReason(status);
  const wasAway = attempt.taskState === 'TASK_UNREACHABLE';
  if (!attempt.confirmed && !wasAway && reason !== undefined) {
    if (reason === Reason.REASON_RECONCILIATION && UNKNOWN_TO_MASTER.has(state)) return 'neverRan';
    if (state === TaskState.TASK_LOST && NEVER_SENT.has(reason)) return 'neverRan';
  }
  const isDraining = reason === Reason.REASON_AGENT_DRAINING;
  if (isDraining && (state === TaskState.TASK_KILLED || state === TaskState.TASK_GONE_BY_OPERATOR)) {
    return 'drained';
  }
  return 'ended';
}

function hasBegun(attempt: MutableAttempt): boolean {
  return attempt.startedAtMs !== undefined || BEGUN.has(attempt.taskState);
}

/** Writes down what an update says of an attempt. */
export function applyStatus(attempt: MutableAttempt, status: mesos.v1.ITaskStatus, nowMs: number): void {
  const state = stateOf(status);
  attempt.taskState = taskStateName(state);
  // Of tasks that it does not know a master says, when it is asked, that they are where their agent is.
  if (state !== TaskState.TASK_UNREACHABLE || statusReason(status) !== Reason.REASON_RECONCILIATION) {
    attempt.confirmed = true;
  }
  attempt.message = status.message || undefined;
  attempt.reason = reasonName(status);
  attempt.source =
    Object.hasOwn(status, 'source') && status.source != null ? Source[status.source] : undefined;
  attempt.updatedAtMs = nowMs;
  attempt.containerId = status.containerStatus?.containerId?.value ?? attempt.containerId;
  if (state === TaskState.TASK_RUNNING) {
    attempt.startedAtMs ??= nowMs;
  }
  if (!ALIVE.has(state) && state !== TaskState.TASK_UNREACHABLE) {
    attempt.finishedAtMs ??= nowMs;
    attempt.exitStatus = state === TaskState.TASK_FINISHED ? 0 : exitStatusOf(status.message);
  }
}

/** Whether an update says nothing that the attempt does not say already. */
export function isRepetition(attempt: MutableAttempt, status: mesos.v1.ITaskStatus): boolean {
  return attempt.taskState === taskStateName(stateOf(status));
}

/** What an update says, in one sentence for people. */
export function sentenceOf(status: mesos.v1.ITaskStatus): string {
  const state = taskStateName(stateOf(status));
  const reason = reasonName(status);
  return `${state}${status.message ? `: ${status.message}` : ''}${reason === undefined ? '' : ` (${reason})`}`;
}

function reasonName(status: mesos.v1.ITaskStatus): string | undefined {
  const reason = statusReason(status);
  return reason === undefined ? undefined : Reason[reason];
}

function stateOf(status: mesos.v1.ITaskStatus): mesos.v1.TaskState {
  return status.state ?? TaskState.TASK_UNKNOWN;
}

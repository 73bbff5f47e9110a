import { mesos } from '@spark-mesos/mesos-proto';
import { durationText } from '../duration-text.ts';
import type { ContainerId } from '../ids.ts';
import type { AgentState } from './agent-state.ts';
import { sendEvent } from './executor-events.ts';
import type { ExecutorRecord } from './model.ts';

const { TaskState } = mesos.v1;
const { Reason } = mesos.v1.TaskStatus;
const { Type: EventType } = mesos.v1.executor.Event;

const DEFAULT_REGISTRATION_TIMEOUT_MS = 60_000;
const REGISTRATION_PREFIX = 'register ';
const HEARTBEAT_PREFIX = 'executor-heartbeat ';
/** How often an executor hears that its stream is alive; not at its start, unlike schedulers. */
const HEARTBEAT_INTERVAL_MS = 30 * 60_000;

/** How long an executor has to subscribe for the first time. */
export function registrationTimeoutMs({ settings }: AgentState): number {
  return settings.executorRegistrationTimeoutMs ?? DEFAULT_REGISTRATION_TIMEOUT_MS;
}

/** It has subscribed in time; from now on it hears that its stream is alive. */
export function subscribedInTime(state: AgentState, { containerId }: ExecutorRecord): void {
  state.deadlines.delete(REGISTRATION_PREFIX + containerId);
  state.deadlines.set(HEARTBEAT_PREFIX + containerId, state.nowMs + HEARTBEAT_INTERVAL_MS);
}

/** Nobody waits for it any more. */
export function forgetRegistration(state: AgentState, containerId: ContainerId): void {
  state.deadlines.delete(REGISTRATION_PREFIX + containerId);
}

/** It has ended: nothing of it is due. */
export function forgetExecutorDeadlines(state: AgentState, containerId: ContainerId): void {
  forgetRegistration(state, containerId);
  state.deadlines.delete(HEARTBEAT_PREFIX + containerId);
}

/** Gives an executor so long to subscribe, for the first time or again. */
export function awaitSubscription(state: AgentState, executor: ExecutorRecord, timeoutMs: number): void {
  state.deadlines.set(REGISTRATION_PREFIX + executor.containerId, state.nowMs + timeoutMs);
}

/** Does what a deadline asks for; false when the key is none of its own. */
export function wakeRegistration(state: AgentState, key: string): boolean {
  if (!key.startsWith(REGISTRATION_PREFIX)) return false;
  const containerId = key.slice(REGISTRATION_PREFIX.length);
  for (const run of state.runs.values()) {
    if (run.id !== containerId) continue;
    const { settings } = state;
    const again = run.executor.isRegistered;
    const timeoutMs = again
      ? (settings.executorReregistrationTimeoutMs ?? 2000)
      : registrationTimeoutMs(state);
    run.ending = {
      state: TaskState.TASK_FAILED,
      message: `Executor did not ${again ? 're-register' : 'register'} within ${durationText(timeoutMs)}`,
      reason: again
        ? Reason.REASON_EXECUTOR_REREGISTRATION_TIMEOUT
        : Reason.REASON_EXECUTOR_REGISTRATION_TIMEOUT,
    };
    run.executor.isTerminating = true;
    run.phase = 'killing';
    state.signal(run, 'SIGKILL');
  }
  return true;
}

/** Sends a heartbeat that is due; false when the key is none of an executor's. */
export function wakeHeartbeat(state: AgentState, key: string): boolean {
  if (!key.startsWith(HEARTBEAT_PREFIX)) return false;
  const run = state.runs.get(key.slice(HEARTBEAT_PREFIX.length) as ContainerId);
  if (run === undefined) return true;
  sendEvent(state, run.executor, { type: EventType.HEARTBEAT });
  state.deadlines.set(key, state.nowMs + HEARTBEAT_INTERVAL_MS);
  return true;
}

import { mesos } from '@spark-mesos/mesos-proto';
import type { ContainerId } from '../ids.ts';
import { isTerminal } from '../task-states.ts';
import type { AgentState } from './agent-state.ts';
import { taskEnvironment } from './environment.ts';
import type { CheckOrder, CheckResult } from './messages.ts';
import type { AgentTask, Checking, ContainerRun } from './model.ts';
import { processStatus, type StatusFields } from './task-status.ts';

const { TaskState } = mesos.v1;
const { Reason } = mesos.v1.TaskStatus;
const CheckType = mesos.v1.CheckInfo.Type;
const HealthType = mesos.v1.HealthCheck.Type;

/** What Mesos takes when a check leaves its times out, in seconds. */
const DEFAULT_DELAY = 15;
const DEFAULT_INTERVAL = 10;
const DEFAULT_TIMEOUT = 20;
const DEFAULT_GRACE_PERIOD = 10;
const DEFAULT_CONSECUTIVE_FAILURES = 3;

const PREFIX = 'check ';

type Kind = 'check' | 'health';

/** Begins to check a process that has just started; returns what its first status says of that. */
export function startChecks(state: AgentState, run: ContainerRun, task: AgentTask): Partial<StatusFields> {
  const { check, healthCheck } = task.info;
  if (!check && !healthCheck) return {};
  state.checkings.set(run.id, {
    run,
    task,
    startedAtMs: state.nowMs,
    lastCheck: undefined,
    isHealthy: undefined,
    failures: 0,
  });
  if (check) schedule(state, run, 'check', check.delaySeconds ?? DEFAULT_DELAY);
  if (healthCheck) schedule(state, run, 'health', healthCheck.delaySeconds ?? DEFAULT_DELAY);
  return check ? { checkStatus: checkStatus(check, { isDone: false }) } : {};
}

/** The process is over, or is being ended. */
export function stopChecks(state: AgentState, run: ContainerRun, task: AgentTask): void {
  if (!state.checkings.delete(run.id)) return;
  for (const kind of ['check', 'health'] as const) {
    const checkId = idOf(run, kind);
    state.deadlines.delete(PREFIX + checkId);
    state.emit({ kind: 'cancel-check', taskId: task.id, checkId });
  }
}

function idOf(run: ContainerRun, kind: Kind): string {
  return `${kind} ${run.id}`;
}

function schedule(state: AgentState, run: ContainerRun, kind: Kind, seconds: number): void {
  state.deadlines.set(PREFIX + idOf(run, kind), state.nowMs + seconds * 1000);
}

/** Does what a deadline asks for; false when the key is none of a check. */
export function wakeCheck(state: AgentState, key: string): boolean {
  if (!key.startsWith(PREFIX)) return false;
  const found = findChecking(state, key.slice(PREFIX.length));
  if (found === undefined) return true;
  const [checking, kind] = found;
  const order = orderOf(state, checking, kind);
  if (order !== undefined) state.emit({ kind: 'check', order });
  return true;
}

function findChecking(state: AgentState, checkId: string): readonly [Checking, Kind] | undefined {
  const [kind, containerId] = checkId.split(' ');
  const checking = state.checkings.get(containerId as ContainerId);
  return checking && [checking, kind as Kind];
}

function orderOf(state: AgentState, { run, task }: Checking, kind: Kind): CheckOrder | undefined {
  const { check, healthCheck } = task.info;
  const about = kind === 'check' ? check : healthCheck;
  if (!about) return undefined;
  const timeoutMs = (about.timeoutSeconds ?? DEFAULT_TIMEOUT) * 1000;
  const checkId = idOf(run, kind);
  const command = kind === 'check' ? check?.command?.command : healthCheck?.command;
  if (command) {
    const variables = Object.fromEntries(
      (command.environment?.variables ?? []).map(({ name, value }) => [name, value ?? '']),
    );
    const environment = {
      ...taskEnvironment(state.identity, run, state.frameworkOf(run.executor)?.info),
      ...variables,
    };
    const user = command.user || state.frameworkOf(run.executor)?.info.user || undefined;
    const what = { kind: 'command', command, directory: run.directory, environment, user } as const;
    return { checkId, timeoutMs, what };
  }
  const { http, tcp } = about;
  if (http) {
    const scheme = kind === 'health' ? healthCheck?.http?.scheme || 'http' : 'http';
    const url = `${scheme}://127.0.0.1:${http.port}${http.path || ''}`;
    return { checkId, timeoutMs, what: { kind: 'http', url } };
  }
  return tcp ? { checkId, timeoutMs, what: { kind: 'tcp', port: tcp.port } } : undefined;
}

/** What a check has found out; returns the process that is to be killed for it, when it is. */
export function checkDone(state: AgentState, checkId: string, result: CheckResult): ContainerRun | undefined {
  const found = findChecking(state, checkId);
  if (found === undefined) return undefined;
  const [checking, kind] = found;
  const { run, task } = checking;
  if (run.phase !== 'running' || isTerminal(task.state)) return undefined;
  const about = kind === 'check' ? task.info.check : task.info.healthCheck;
  schedule(state, run, kind, about?.intervalSeconds ?? DEFAULT_INTERVAL);
  if (kind === 'health') return judgeHealth(state, checking, result) ? run : undefined;
  tellCheck(state, checking, result);
  return undefined;
}

/** A framework hears of a check only when it says something else than before. */
function tellCheck(state: AgentState, checking: Checking, result: CheckResult): void {
  const { run, task } = checking;
  const { check } = task.info;
  if (!check) return;
  const status = checkStatus(check, result);
  const text = JSON.stringify(status);
  if (text === (checking.lastCheck ?? JSON.stringify(checkStatus(check, { isDone: false })))) return;
  checking.lastCheck = text;
  const reason = Reason.REASON_TASK_CHECK_STATUS_UPDATED;
  const more = { reason, checkStatus: status, ...healthOf(checking) };
  state.update(run.executor, task.id, processStatus(state, run, TaskState.TASK_RUNNING, more));
}

function healthOf({ isHealthy }: Checking): { healthy?: boolean } {
  return isHealthy === undefined ? {} : { healthy: isHealthy };
}

function checkStatus(check: mesos.v1.ICheckInfo, result: CheckResult): mesos.v1.ICheckStatusInfo {
  const type = check.type ?? CheckType.UNKNOWN;
  if (type === CheckType.COMMAND) {
    return { type, command: result.exitStatus === undefined ? {} : { exitCode: result.exitStatus } };
  }
  if (type === CheckType.HTTP) {
    return { type, http: result.httpStatus === undefined ? {} : { statusCode: result.httpStatus } };
  }
  return { type, tcp: result.isConnected === undefined ? {} : { succeeded: result.isConnected } };
}

function isGood(type: mesos.v1.HealthCheck.Type | null | undefined, result: CheckResult): boolean {
  if (!result.isDone) return false;
  if (type === HealthType.HTTP) {
    return result.httpStatus !== undefined && result.httpStatus >= 200 && result.httpStatus < 400;
  }
  return type === HealthType.TCP ? result.isConnected === true : result.exitStatus === 0;
}

/** The framework hears of a change for the better and of every failure; returns whether there are too many of these. */
function judgeHealth(state: AgentState, checking: Checking, result: CheckResult): boolean {
  const { task } = checking;
  const { healthCheck } = task.info;
  if (!healthCheck) return false;
  if (isGood(healthCheck.type, result)) {
    checking.failures = 0;
    if (checking.isHealthy === true) return false;
    checking.isHealthy = true;
    tellHealth(state, checking);
    return false;
  }
  const graceMs = (healthCheck.gracePeriodSeconds ?? DEFAULT_GRACE_PERIOD) * 1000;
  const isInGrace = checking.isHealthy === undefined && state.nowMs - checking.startedAtMs <= graceMs;
  if (isInGrace) return false;
  checking.failures++;
  checking.isHealthy = false;
  tellHealth(state, checking);
  const most = healthCheck.consecutiveFailures ?? DEFAULT_CONSECUTIVE_FAILURES;
  task.isUnhealthy = most > 0 && checking.failures >= most;
  return task.isUnhealthy;
}

function tellHealth(state: AgentState, checking: Checking): void {
  const { run, task } = checking;
  const reason = Reason.REASON_TASK_HEALTH_CHECK_STATUS_UPDATED;
  const more = { reason, ...healthOf(checking) };
  state.update(run.executor, task.id, processStatus(state, run, TaskState.TASK_RUNNING, more));
}

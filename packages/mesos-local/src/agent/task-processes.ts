import { mesos, toSafeNumber } from '@spark-mesos/mesos-proto';
import { ResourceSet } from '../resources/resource-set.ts';
import { isTerminal } from '../task-states.ts';
import { type AgentState, liveTasks } from './agent-state.ts';
import { startChecks, stopChecks } from './checks.ts';
import { endText } from './end-texts.ts';
import { taskEnvironment } from './environment.ts';
import type { ProcessEnd } from './messages.ts';
import type { AgentTask, ContainerRun, ExecutorRecord } from './model.ts';
import { agentStatus, imageOf, processStatus } from './task-status.ts';

const { TaskState } = mesos.v1;
const { Reason } = mesos.v1.TaskStatus;
const { TASK_KILLING_STATE } = mesos.v1.FrameworkInfo.Capability.Type;

/** How long a task has to end after SIGTERM when nobody says otherwise. */
const DEFAULT_GRACE_MS = 3000;
/** What a command executor takes beside its task; the two share one limit. */
const EXECUTOR_MEM_MIB = 32;

/** The key of the time at which a container is killed for good. */
export function killKey(run: ContainerRun): string {
  return `kill ${run.id}`;
}

/** Starts the process of a task that is one command. */
export function launchTask(state: AgentState, executor: ExecutorRecord, task: AgentTask): void {
  const isNested = executor.kind === 'group';
  const id = isNested ? state.ids.containerId() : executor.containerId;
  const directory = isNested ? `${executor.directory}/containers/${id}` : executor.directory;
  const run: ContainerRun = {
    id,
    executor,
    task,
    directory,
    phase: 'preparing',
    pid: undefined,
    ending: undefined,
  };
  task.run = run;
  task.isDelivered = true;
  if (!isNested) executor.run = run;
  state.runs.set(id, run);
  const framework = state.frameworkOf(executor);
  const command = task.info.command ?? {};
  const memMiB = ResourceSet.of(task.info.resources ?? []).quantityOf('mem') / 1000;
  state.linkVolumes(directory, task.info.resources);
  const isLimited = (state.settings.limitsMemory ?? true) && memMiB > 0;
  state.emit({
    kind: 'launch',
    launch: {
      containerId: id,
      directory,
      isNested,
      command,
      environment: taskEnvironment(state.identity, run, framework?.info),
      user: command.user || framework?.info.user || undefined,
      container: imageOf(task.info.container) === undefined ? undefined : (task.info.container ?? undefined),
      cpus: ResourceSet.of(task.info.resources ?? []).quantityOf('cpus') / 1000,
      memMiB,
      memLimitMiB: isLimited ? memMiB + EXECUTOR_MEM_MIB : undefined,
    },
  });
}

/** Its process runs. */
export function taskStarted(state: AgentState, run: ContainerRun, task: AgentTask): void {
  if (run.phase === 'killing') {
    // Asked to end while its files were still being fetched: it has said so already.
    state.signal(run, 'SIGKILL');
    return;
  }
  run.phase = 'running';
  const { executor } = run;
  state.update(executor, task.id, processStatus(state, run, TaskState.TASK_STARTING));
  const first = startChecks(state, run, task);
  state.update(executor, task.id, processStatus(state, run, TaskState.TASK_RUNNING, first));
}

/** Its process has never come about. */
export function taskFailed(state: AgentState, run: ContainerRun, task: AgentTask, problem: string): void {
  run.phase = 'ended';
  if (isTerminal(task.state)) return;
  const message = `Failed to launch container: ${problem}`;
  const status = agentStatus(TaskState.TASK_FAILED, message, Reason.REASON_CONTAINER_LAUNCH_FAILED);
  state.update(run.executor, task.id, status);
}

/** Its process has ended. */
export function taskEnded(state: AgentState, run: ContainerRun, task: AgentTask, end: ProcessEnd): void {
  const wasKilled = run.phase === 'killing';
  run.phase = 'ended';
  stopChecks(state, run, task);
  if (isTerminal(task.state)) return;
  if (run.ending !== undefined) {
    const { state: ended, message, reason, limitation } = run.ending;
    state.update(run.executor, task.id, {
      ...agentStatus(ended, message, reason),
      ...(limitation !== undefined && { limitation }),
    });
    return;
  }
  const isSuccess = end.signal === undefined && end.exitStatus === 0;
  let result = isSuccess ? TaskState.TASK_FINISHED : TaskState.TASK_FAILED;
  if (wasKilled) result = TaskState.TASK_KILLED;
  const more = { message: endText(end), ...(task.isUnhealthy && { healthy: false }) };
  state.update(run.executor, task.id, processStatus(state, run, result, more));
}

/** The KILL of a task that is one command. */
export function killTask(
  state: AgentState,
  run: ContainerRun,
  task: AgentTask,
  killPolicy: mesos.v1.IKillPolicy | undefined,
): void {
  if (isTerminal(task.state)) return;
  if (run.phase === 'preparing') {
    run.phase = 'killing';
    const message = 'Killed before delivery to the executor';
    const status = agentStatus(TaskState.TASK_KILLED, message, Reason.REASON_TASK_KILLED_DURING_LAUNCH);
    state.update(run.executor, task.id, status);
    state.signal(run, 'SIGKILL');
    return;
  }
  const capabilities = state.frameworkOf(run.executor)?.info.capabilities ?? [];
  if (run.phase === 'running' && capabilities.some(({ type }) => type === TASK_KILLING_STATE)) {
    state.update(run.executor, task.id, processStatus(state, run, TaskState.TASK_KILLING));
  }
  terminate(state, run, killPolicy ?? task.info.killPolicy ?? undefined);
}

/** SIGTERM now, SIGKILL when the grace is over; asking again can only make the time shorter. */
export function terminate(
  state: AgentState,
  run: ContainerRun,
  killPolicy: mesos.v1.IKillPolicy | undefined,
): void {
  const grace = killPolicy?.gracePeriod?.nanoseconds;
  const graceMs = grace === undefined || grace === null ? DEFAULT_GRACE_MS : toSafeNumber(grace) / 1e6;
  const key = killKey(run);
  const deadline = Math.min(state.deadlines.get(key) ?? Number.POSITIVE_INFINITY, state.nowMs + graceMs);
  state.deadlines.set(key, deadline);
  if (run.phase === 'running') state.signal(run, 'SIGTERM');
  run.phase = 'killing';
}

/** The container holds more than it may: it ends, and its tasks say why. */
export function memoryExceeded(state: AgentState, run: ContainerRun, usedMiB: number): void {
  if (run.ending !== undefined || run.phase === 'ended') return;
  const infos = run.task ? [run.task.info] : liveTasks(run.executor).map(({ info }) => info);
  const asked = infos.reduce(
    (sum, info) => sum + ResourceSet.of(info.resources ?? []).quantityOf('mem') / 1000,
    ResourceSet.of(run.executor.info?.resources ?? []).quantityOf('mem') / 1000,
  );
  const message = `Memory limit exceeded: Requested: ${asked}MB Maximum Used: ${Math.ceil(usedMiB)}MB`;
  const { SCALAR } = mesos.v1.Value.Type;
  const resources = [{ name: 'mem', type: SCALAR, scalar: { value: Math.ceil(usedMiB) }, role: '*' }];
  run.ending = {
    state: TaskState.TASK_FAILED,
    message,
    reason: Reason.REASON_CONTAINER_LIMITATION_MEMORY,
    limitation: { resources },
  };
  state.signal(run, 'SIGKILL');
}

import { mesos, toSafeNumber } from '@spark-mesos/mesos-proto';
import { DeadlineQueue } from '../deadline-queue.ts';
import type { ContainerId, ExecutorId, FrameworkId, TaskId } from '../ids.ts';
import type { AgentMessage } from '../master/messages.ts';
import { isTerminal } from '../task-states.ts';
import { endText } from './end-texts.ts';
import { commandEnvironment } from './environment.ts';
import type { AgentEffect, AgentInput, ProcessEnd } from './messages.ts';
import {
  type AgentFrameworkRecord,
  type AgentIdentity,
  type ExecutorRecord,
  MAX_COMPLETED_EXECUTORS,
  MAX_COMPLETED_FRAMEWORKS,
} from './model.ts';
import { agentStatus, executorStatus, imageOf, type StatusFields } from './task-status.ts';
import { UpdateStreams } from './update-streams.ts';

const { TaskState } = mesos.v1;
const { Reason } = mesos.v1.TaskStatus;
const { TASK_KILLING_STATE } = mesos.v1.FrameworkInfo.Capability.Type;

/** How long a task has to end after SIGTERM when nobody says otherwise. */
const DEFAULT_GRACE_MS = 3000;
const KILL_PREFIX = 'kill ';

/** Where an agent gets its names from; handed in, so that tests know them. */
export interface AgentIdSource {
  containerId(): ContainerId;
  /** 16 bytes of a random UUID (version 4): Mesos refuses others. */
  statusUuid(): Uint8Array;
}

/**
 * An agent as a state machine: tasks come in, processes are asked for, and what becomes of them goes to the
 * master, again and again until the framework has acknowledged it. No process, file or timer is in here.
 */
export class AgentCore {
  readonly identity: AgentIdentity;
  readonly frameworks = new Map<FrameworkId, AgentFrameworkRecord>();
  readonly #containers = new Map<ContainerId, ExecutorRecord>();
  readonly #deadlines = new DeadlineQueue();
  readonly #streams: UpdateStreams;
  readonly #ids: AgentIdSource;
  #effects: AgentEffect[] = [];
  #nowMs = 0;

  constructor(identity: AgentIdentity, ids: AgentIdSource) {
    this.identity = identity;
    this.#ids = ids;
    this.#streams = new UpdateStreams(this.#deadlines, (effect) => this.#effects.push(effect));
  }

  step(input: AgentInput, nowMs: number): AgentEffect[] {
    this.#nowMs = nowMs;
    this.#take(input);
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  nextDeadlineMs(): number | undefined {
    return this.#deadlines.next();
  }

  /** The update of a task that waits to be acknowledged. */
  pendingUpdateOf(frameworkId: FrameworkId, taskId: TaskId): mesos.v1.ITaskStatus | undefined {
    return this.#streams.pendingOf(frameworkId, taskId);
  }

  get pendingUpdateCount(): number {
    return this.#streams.pendingCount;
  }

  #take(input: AgentInput): void {
    switch (input.kind) {
      case 'master-message':
        this.#message(input.message);
        return;
      case 'container-started':
        this.#started(input.containerId, input.pid);
        return;
      case 'container-failed':
        this.#failed(input.containerId, input.problem);
        return;
      case 'container-ended':
        this.#ended(input.containerId, input.end);
        return;
      case 'wake':
        this.#wake();
        return;
    }
  }

  #message(message: AgentMessage): void {
    const { frameworkId } = message;
    switch (message.kind) {
      case 'run-task':
        this.#runTask(message);
        return;
      case 'kill-task':
        this.#killTask(frameworkId, message.taskId, message.killPolicy);
        return;
      case 'shutdown-executor':
        this.#killTask(frameworkId, message.executorId as string as TaskId, undefined);
        return;
      case 'acknowledge':
        this.#streams.acknowledge(frameworkId, message.taskId, message.uuid, this.#nowMs);
        return;
      case 'framework-listens':
        this.#streams.resend(frameworkId, this.#nowMs);
        return;
      case 'shutdown-framework':
        this.#shutdownFramework(frameworkId);
        return;
    }
  }

  #runTask({ frameworkId, framework, role, task }: Extract<AgentMessage, { kind: 'run-task' }>): void {
    const record = this.frameworks.get(frameworkId) ?? {
      id: frameworkId,
      info: framework,
      executors: new Map(),
      isOver: false,
      completedExecutors: [],
    };
    this.frameworks.set(frameworkId, record);
    const containerId = this.#ids.containerId();
    const executorId = task.taskId.value as ExecutorId;
    const { workDir, agentId } = this.identity;
    const executor: ExecutorRecord = {
      id: executorId,
      containerId,
      frameworkId,
      task,
      taskId: task.taskId.value as TaskId,
      role,
      directory: `${workDir}/slaves/${agentId}/frameworks/${frameworkId}/executors/${executorId}/runs/${containerId}`,
      phase: 'preparing',
      pid: undefined,
      taskState: TaskState.TASK_STAGING,
      statuses: [],
    };
    record.executors.set(executorId, executor);
    this.#containers.set(containerId, executor);
    this.#launch(executor, framework);
  }

  #launch(executor: ExecutorRecord, framework: mesos.v1.IFrameworkInfo): void {
    const image = imageOf(executor.task);
    if (image !== undefined) {
      const problem = `this agent has no containerizer for the image '${image}'; it runs commands of the host only`;
      this.#failed(executor.containerId, problem);
      return;
    }
    const command = executor.task.command ?? {};
    const environment = commandEnvironment({
      identity: this.identity,
      frameworkId: executor.frameworkId,
      executorId: executor.id,
      role: executor.role,
      directory: executor.directory,
      checkpoint: framework.checkpoint ?? false,
      command,
    });
    const { containerId, directory } = executor;
    const user = command.user || framework.user || undefined;
    this.#effects.push({ kind: 'launch', launch: { containerId, directory, command, environment, user } });
  }

  #started(containerId: ContainerId, pid: number): void {
    const executor = this.#containers.get(containerId);
    if (executor === undefined) return;
    executor.pid = pid;
    if (executor.phase === 'killing') {
      // Asked to end while its files were still being fetched: it has said so already.
      this.#effects.push({ kind: 'signal', containerId, signal: 'SIGKILL' });
      return;
    }
    executor.phase = 'running';
    this.#executorUpdate(executor, TaskState.TASK_STARTING);
    this.#executorUpdate(executor, TaskState.TASK_RUNNING);
  }

  #failed(containerId: ContainerId, problem: string): void {
    const executor = this.#containers.get(containerId);
    if (executor === undefined) return;
    if (!isTerminal(executor.taskState)) {
      const message = `Failed to launch container: ${problem}`;
      const reason = Reason.REASON_CONTAINER_LAUNCH_FAILED;
      this.#update(executor, agentStatus(TaskState.TASK_FAILED, message, reason));
    }
    this.#complete(executor);
  }

  #ended(containerId: ContainerId, end: ProcessEnd): void {
    const executor = this.#containers.get(containerId);
    if (executor === undefined) return;
    if (!isTerminal(executor.taskState)) {
      const state = stateAtEnd(executor, end);
      this.#executorUpdate(executor, state, endText(end));
    }
    this.#complete(executor);
  }

  #complete(executor: ExecutorRecord): void {
    executor.phase = 'ended';
    this.#containers.delete(executor.containerId);
    this.#deadlines.delete(KILL_PREFIX + executor.containerId);
    const framework = this.frameworks.get(executor.frameworkId);
    if (framework === undefined) return;
    if (framework.executors.get(executor.id) === executor) framework.executors.delete(executor.id);
    framework.completedExecutors.push(executor);
    if (framework.completedExecutors.length > MAX_COMPLETED_EXECUTORS) framework.completedExecutors.shift();
  }

  #killTask(frameworkId: FrameworkId, taskId: TaskId, killPolicy: mesos.v1.IKillPolicy | undefined): void {
    const executor = this.frameworks.get(frameworkId)?.executors.get(taskId as string as ExecutorId);
    if (executor === undefined) return;
    if (executor.phase === 'preparing') {
      executor.phase = 'killing';
      const message = 'Killed before delivery to the executor';
      const reason = Reason.REASON_TASK_KILLED_DURING_LAUNCH;
      this.#update(executor, agentStatus(TaskState.TASK_KILLED, message, reason));
      this.#effects.push({ kind: 'signal', containerId: executor.containerId, signal: 'SIGKILL' });
      return;
    }
    const framework = this.frameworks.get(frameworkId);
    const hearsOfKilling = framework?.info.capabilities?.some(({ type }) => type === TASK_KILLING_STATE);
    if (executor.phase === 'running' && hearsOfKilling) {
      this.#executorUpdate(executor, TaskState.TASK_KILLING);
    }
    this.#terminate(executor, killPolicy);
  }

  /** SIGTERM now, SIGKILL when the grace is over; asking again can only make the time shorter. */
  #terminate(executor: ExecutorRecord, killPolicy: mesos.v1.IKillPolicy | undefined): void {
    const { containerId } = executor;
    const grace = (killPolicy ?? executor.task.killPolicy)?.gracePeriod?.nanoseconds;
    const graceMs = grace === undefined || grace === null ? DEFAULT_GRACE_MS : toSafeNumber(grace) / 1e6;
    const key = KILL_PREFIX + containerId;
    const deadline = Math.min(this.#deadlines.get(key) ?? Number.POSITIVE_INFINITY, this.#nowMs + graceMs);
    this.#deadlines.set(key, deadline);
    if (executor.phase === 'running') this.#effects.push({ kind: 'signal', containerId, signal: 'SIGTERM' });
    executor.phase = 'killing';
  }

  #shutdownFramework(frameworkId: FrameworkId): void {
    const framework = this.frameworks.get(frameworkId);
    if (framework === undefined) return;
    framework.isOver = true;
    this.#streams.dropFramework(frameworkId);
    for (const executor of framework.executors.values()) {
      // Nobody is left to hear how it ended.
      executor.taskState = TaskState.TASK_KILLED;
      if (executor.phase === 'preparing') {
        executor.phase = 'killing';
        this.#effects.push({ kind: 'signal', containerId: executor.containerId, signal: 'SIGKILL' });
      } else {
        this.#terminate(executor, undefined);
      }
    }
    const ended = [...this.frameworks.values()].filter(
      ({ isOver, executors }) => isOver && executors.size === 0,
    );
    for (const old of ended.slice(0, -MAX_COMPLETED_FRAMEWORKS)) this.frameworks.delete(old.id);
  }

  #executorUpdate(executor: ExecutorRecord, state: mesos.v1.TaskState, message?: string): void {
    this.#update(executor, executorStatus(this.identity, executor, state, message));
  }

  #update(executor: ExecutorRecord, fields: StatusFields): void {
    const status: mesos.v1.ITaskStatus = {
      taskId: { value: executor.taskId },
      ...fields,
      agentId: { value: this.identity.agentId },
      executorId: { value: executor.id },
      timestamp: this.#nowMs / 1000,
      uuid: this.#ids.statusUuid(),
    };
    executor.taskState = fields.state;
    executor.statuses.push(status);
    this.#streams.add(executor.frameworkId, status, this.#nowMs);
  }

  #wake(): void {
    for (let key = this.#due(); key !== undefined; key = this.#due()) {
      if (this.#streams.wake(key, this.#nowMs)) continue;
      const containerId = key.slice(KILL_PREFIX.length) as ContainerId;
      if (this.#containers.has(containerId)) {
        this.#effects.push({ kind: 'signal', containerId, signal: 'SIGKILL' });
      }
    }
  }

  #due(): string | undefined {
    return this.#deadlines.takeDue(this.#nowMs);
  }
}

function stateAtEnd(executor: ExecutorRecord, end: ProcessEnd): mesos.v1.TaskState {
  if (executor.phase === 'killing') return TaskState.TASK_KILLED;
  const isSuccess = end.signal === undefined && end.exitStatus === 0;
  return isSuccess ? TaskState.TASK_FINISHED : TaskState.TASK_FAILED;
}

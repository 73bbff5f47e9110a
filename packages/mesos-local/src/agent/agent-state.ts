import { mesos } from '@spark-mesos/mesos-proto';
import { DeadlineQueue } from '../deadline-queue.ts';
import type { ContainerId, ExecutorId, FrameworkId, TaskId } from '../ids.ts';
import { isTerminal } from '../task-states.ts';
import type { AgentEffect } from './messages.ts';
import {
  type AgentFrameworkRecord,
  type AgentIdentity,
  type AgentSettings,
  type AgentTask,
  type Checking,
  type ContainerRun,
  type ExecutorRecord,
  MAX_COMPLETED_EXECUTORS,
  MAX_COMPLETED_TASKS,
} from './model.ts';
import type { StatusFields } from './task-status.ts';
import { UpdateStreams } from './update-streams.ts';
import { volumeLinks } from './volume-links.ts';

/** Where an agent gets its names from; handed in, so that tests know them. */
export interface AgentIdSource {
  containerId(): ContainerId;
  /** 16 bytes of a random UUID (version 4): Mesos refuses others. */
  statusUuid(): Uint8Array;
}

/** An agent's memory, and the effects that the step in hand has asked for so far. */
export class AgentState {
  readonly identity: AgentIdentity;
  readonly ids: AgentIdSource;
  readonly settings: AgentSettings;
  readonly frameworks = new Map<FrameworkId, AgentFrameworkRecord>();
  readonly runs = new Map<ContainerId, ContainerRun>();
  readonly checkings = new Map<ContainerId, Checking>();
  readonly deadlines = new DeadlineQueue();
  readonly streams: UpdateStreams;
  nowMs = 0;
  #effects: AgentEffect[] = [];

  constructor(identity: AgentIdentity, ids: AgentIdSource, settings: AgentSettings) {
    this.identity = identity;
    this.ids = ids;
    this.settings = settings;
    this.streams = new UpdateStreams(this.deadlines, (effect) => this.emit(effect));
  }

  emit(effect: AgentEffect): void {
    this.#effects.push(effect);
  }

  /** Persistent volumes among what somebody uses are to be found in his sandbox. */
  linkVolumes(directory: string, resources: readonly mesos.v1.IResource[] | null | undefined): void {
    const links = volumeLinks(this.identity.workDir, resources ?? []);
    if (links.length > 0) this.emit({ kind: 'link-volumes', directory, links });
  }

  takeEffects(): AgentEffect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  executor(frameworkId: FrameworkId, executorId: ExecutorId): ExecutorRecord | undefined {
    return this.frameworks.get(frameworkId)?.executors.get(executorId);
  }

  /** The executor that runs a task, with the task. */
  findTask(frameworkId: FrameworkId, taskId: TaskId): readonly [ExecutorRecord, AgentTask] | undefined {
    for (const executor of this.frameworks.get(frameworkId)?.executors.values() ?? []) {
      const task = executor.tasks.get(taskId);
      if (task !== undefined) return [executor, task];
    }
    return undefined;
  }

  frameworkOf(executor: ExecutorRecord): AgentFrameworkRecord | undefined {
    return this.frameworks.get(executor.frameworkId);
  }

  signal(run: ContainerRun, signal: 'SIGTERM' | 'SIGKILL'): void {
    this.emit({ kind: 'signal', containerId: run.id, signal });
  }

  /** A step of a task: it is remembered, and goes to the master until it is acknowledged. */
  update(executor: ExecutorRecord, taskId: TaskId, fields: StatusFields): void {
    const status: mesos.v1.ITaskStatus = {
      taskId: { value: taskId },
      timestamp: this.nowMs / 1000,
      uuid: this.ids.statusUuid(),
      ...fields,
      agentId: { value: this.identity.agentId },
      executorId: { value: executor.id },
    };
    const task = executor.tasks.get(taskId);
    if (task !== undefined) {
      task.state = status.state;
      task.statuses.push(status);
    }
    if (this.frameworks.get(executor.frameworkId)?.isOver) return;
    this.streams.add(executor.frameworkId, status, this.nowMs);
  }

  /** The executor is over: it is remembered among the last ones. */
  complete(executor: ExecutorRecord): void {
    executor.isTerminating = true;
    const framework = this.frameworks.get(executor.frameworkId);
    if (framework === undefined) return;
    if (framework.executors.get(executor.id) === executor) framework.executors.delete(executor.id);
    framework.completedExecutors.push(executor);
    if (framework.completedExecutors.length > MAX_COMPLETED_EXECUTORS) framework.completedExecutors.shift();
  }

  /** An executor that runs many tasks forgets the oldest of those that have ended. */
  forgetOldTasks(executor: ExecutorRecord): void {
    if (executor.tasks.size <= MAX_COMPLETED_TASKS) return;
    for (const [taskId, task] of executor.tasks) {
      if (executor.tasks.size <= MAX_COMPLETED_TASKS) return;
      if (isTerminal(task.state)) executor.tasks.delete(taskId);
    }
  }
}

/** A task that has just come. */
export function newAgentTask(info: mesos.v1.ITaskInfo, groupId?: string): AgentTask {
  return {
    id: info.taskId.value as TaskId,
    info,
    groupId,
    state: mesos.v1.TaskState.TASK_STAGING,
    statuses: [],
    run: undefined,
    isDelivered: false,
    isUnhealthy: false,
  };
}

/** Its tasks that have not ended. */
export function liveTasks(executor: ExecutorRecord): AgentTask[] {
  return [...executor.tasks.values()].filter((task) => !isTerminal(task.state));
}

import type { mesos } from '@spark-mesos/mesos-proto';
import type { ContainerId, ExecutorId, FrameworkId, TaskId } from '../ids.ts';
import type { AgentMessage } from '../master/messages.ts';
import { type AgentIdSource, AgentState, newAgentTask } from './agent-state.ts';
import { checkDone, wakeCheck } from './checks.ts';
import {
  executorCall,
  executorFailed,
  executorOver,
  executorStarted,
  giveTask,
  killCustomTask,
  launchExecutor,
  messageToExecutor,
  shutdownCustomExecutor,
  subscribeExecutor,
  waitStatus,
  wakeHeartbeat,
  wakeRegistration,
} from './custom-executors.ts';
import type { AgentEffect, AgentInput, ProcessEnd } from './messages.ts';
import {
  type AgentFrameworkRecord,
  type AgentIdentity,
  type AgentSettings,
  type ContainerRun,
  type ExecutorKind,
  type ExecutorRecord,
  MAX_COMPLETED_FRAMEWORKS,
} from './model.ts';
import { type AgentCheckpoint, checkpointOf, recoverAgent } from './recovery.ts';
import { groupTaskEnded, killGroupTask, runGroup } from './task-groups.ts';
import {
  killKey,
  killTask,
  launchTask,
  memoryExceeded,
  taskEnded,
  taskFailed,
  taskStarted,
  terminate,
} from './task-processes.ts';

export type { AgentIdSource } from './agent-state.ts';

const KILL_PREFIX = 'kill ';

/**
 * An agent as a state machine: tasks come in, processes are asked for, and what becomes of them goes to the
 * master, again and again until the framework has acknowledged it. No process, file or timer is in here.
 */
export class AgentCore {
  readonly #state: AgentState;

  constructor(identity: AgentIdentity, ids: AgentIdSource, settings: AgentSettings = {}) {
    this.#state = new AgentState(identity, ids, settings);
  }

  /** An agent that begins again with what another has written down. */
  static recover(
    checkpoint: AgentCheckpoint,
    identity: AgentIdentity,
    ids: AgentIdSource,
    settings: AgentSettings,
    nowMs: number,
  ): { readonly core: AgentCore; readonly effects: AgentEffect[] } {
    const core = new AgentCore(identity, ids, settings);
    core.#state.nowMs = nowMs;
    recoverAgent(core.#state, checkpoint);
    return { core, effects: core.#state.takeEffects() };
  }

  get identity(): AgentIdentity {
    return this.#state.identity;
  }

  get settings(): AgentSettings {
    return this.#state.settings;
  }

  get frameworks(): ReadonlyMap<FrameworkId, AgentFrameworkRecord> {
    return this.#state.frameworks;
  }

  /** What must outlive the agent: checkpointed frameworks with their tasks, and updates under way. */
  checkpoint(): AgentCheckpoint {
    return checkpointOf(this.#state);
  }

  step(input: AgentInput, nowMs: number): AgentEffect[] {
    this.#state.nowMs = nowMs;
    this.#take(input);
    return this.#state.takeEffects();
  }

  nextDeadlineMs(): number | undefined {
    return this.#state.deadlines.next();
  }

  get pendingUpdateCount(): number {
    return this.#state.streams.pendingCount;
  }

  /** Whether executors that it has recovered have still to subscribe again. */
  get isWaitingForExecutors(): boolean {
    return [...this.frameworks.values()].some(({ executors }) =>
      [...executors.values()].some(
        ({ kind, streamId, isTerminating }) => kind === 'custom' && streamId === undefined && !isTerminating,
      ),
    );
  }

  /** Whether anything runs. */
  get isIdle(): boolean {
    return this.#state.runs.size === 0;
  }

  /** The update of a task that waits to be acknowledged. */
  pendingUpdateOf(frameworkId: FrameworkId, taskId: TaskId): mesos.v1.ITaskStatus | undefined {
    return this.#state.streams.pendingOf(frameworkId, taskId);
  }

  #take(input: AgentInput): void {
    const state = this.#state;
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
      case 'memory-exceeded': {
        const run = state.runs.get(input.containerId);
        if (run !== undefined) memoryExceeded(state, run, input.usedMiB);
        return;
      }
      case 'check-done': {
        const run = checkDone(state, input.checkId, input.result);
        if (run?.task !== undefined) this.#kill(run.executor, run.task.id, undefined);
        return;
      }
      case 'executor-subscribed':
        subscribeExecutor(state, input);
        return;
      case 'executor-call': {
        const executor = state.executor(input.frameworkId, input.executorId);
        if (executor !== undefined) executorCall(state, executor, input.call);
        return;
      }
      case 'executor-stream-closed':
        this.#streamClosed(input.streamId);
        return;
      case 'reregistered':
        state.streams.resendAll(state.nowMs);
        return;
      case 'shutdown':
        for (const { executors } of state.frameworks.values()) {
          for (const executor of executors.values()) this.#shutdownExecutor(executor);
        }
        return;
      case 'wake':
        this.#wake();
        return;
    }
  }

  #message(message: AgentMessage): void {
    const state = this.#state;
    const { frameworkId } = message;
    switch (message.kind) {
      case 'run-task':
        this.#runTask(message);
        return;
      case 'run-task-group':
        this.#runTaskGroup(message);
        return;
      case 'kill-task': {
        const [executor] = state.findTask(frameworkId, message.taskId) ?? [];
        if (executor !== undefined) this.#kill(executor, message.taskId, message.killPolicy);
        return;
      }
      case 'shutdown-executor': {
        const executor = state.executor(frameworkId, message.executorId);
        if (executor !== undefined) this.#shutdownExecutor(executor);
        return;
      }
      case 'framework-message': {
        const executor = state.executor(frameworkId, message.executorId);
        if (executor !== undefined) messageToExecutor(state, executor, message.data);
        return;
      }
      case 'acknowledge':
        state.streams.acknowledge(frameworkId, message.taskId, message.uuid, state.nowMs);
        return;
      case 'framework-listens':
        state.streams.resend(frameworkId, state.nowMs);
        return;
      case 'shutdown-framework':
        this.#shutdownFramework(frameworkId);
        return;
    }
  }

  #framework({ frameworkId: id, framework: info }: Launch): AgentFrameworkRecord {
    const known = this.#state.frameworks.get(id);
    if (known !== undefined) return known;
    const record = { id, info, executors: new Map(), isOver: false, completedExecutors: [] };
    this.#state.frameworks.set(id, record);
    return record;
  }

  #newExecutor(launch: Launch, kind: ExecutorKind, info: ExecutorRecord['info'], id: string): ExecutorRecord {
    const framework = this.#framework(launch);
    const { workDir, agentId } = this.#state.identity;
    const containerId = this.#state.ids.containerId();
    const executor: ExecutorRecord = {
      kind,
      id: id as ExecutorId,
      containerId,
      frameworkId: launch.frameworkId,
      info,
      role: launch.role,
      directory: `${workDir}/slaves/${agentId}/frameworks/${launch.frameworkId}/executors/${id}/runs/${containerId}`,
      tasks: new Map(),
      run: undefined,
      streamId: undefined,
      isRegistered: false,
      isTerminating: false,
    };
    framework.executors.set(executor.id, executor);
    return executor;
  }

  #runTask(message: Extract<AgentMessage, { kind: 'run-task' }>): void {
    const { frameworkId, task: info } = message;
    if (!info.executor) {
      const executor = this.#newExecutor(message, 'command', undefined, info.taskId.value);
      const task = newAgentTask(info);
      executor.tasks.set(task.id, task);
      launchTask(this.#state, executor, task);
      return;
    }
    const executorId = info.executor.executorId.value as ExecutorId;
    let executor = this.#state.executor(frameworkId, executorId);
    if (executor === undefined) {
      executor = this.#newExecutor(message, 'custom', info.executor, executorId);
      launchExecutor(this.#state, executor);
    }
    giveTask(this.#state, executor, info);
  }

  #runTaskGroup(message: Extract<AgentMessage, { kind: 'run-task-group' }>): void {
    const { frameworkId, executor: info, tasks } = message;
    const executorId = info.executorId.value as ExecutorId;
    const executor =
      this.#state.executor(frameworkId, executorId) ?? this.#newExecutor(message, 'group', info, executorId);
    runGroup(this.#state, executor, tasks);
  }

  #started(containerId: ContainerId, pid: number): void {
    const run = this.#state.runs.get(containerId);
    if (run === undefined) return;
    run.pid = pid;
    if (run.task === undefined) executorStarted(this.#state, run);
    else taskStarted(this.#state, run, run.task);
  }

  #failed(containerId: ContainerId, problem: string): void {
    const run = this.#forget(containerId);
    if (run === undefined) return;
    if (run.task === undefined) {
      executorFailed(this.#state, run, problem);
      return;
    }
    taskFailed(this.#state, run, run.task, problem);
    this.#taskOver(run);
  }

  #ended(containerId: ContainerId, end: ProcessEnd): void {
    const run = this.#forget(containerId);
    if (run === undefined) return;
    if (run.task === undefined) {
      executorOver(this.#state, run, waitStatus(end));
      return;
    }
    taskEnded(this.#state, run, run.task, end);
    this.#taskOver(run);
  }

  #forget(containerId: ContainerId): ContainerRun | undefined {
    const run = this.#state.runs.get(containerId);
    this.#state.runs.delete(containerId);
    if (run !== undefined) this.#state.deadlines.delete(killKey(run));
    return run;
  }

  #taskOver({ executor, task }: ContainerRun): void {
    if (executor.kind === 'command') this.#state.complete(executor);
    else if (task !== undefined) groupTaskEnded(this.#state, executor, task);
  }

  #kill(executor: ExecutorRecord, taskId: TaskId, killPolicy: Kill['killPolicy']): void {
    const task = executor.tasks.get(taskId);
    if (task === undefined) return;
    if (executor.kind === 'custom') killCustomTask(this.#state, executor, task, killPolicy);
    else if (executor.kind === 'group') killGroupTask(this.#state, executor, task, killPolicy);
    else if (task.run !== undefined) killTask(this.#state, task.run, task, killPolicy);
  }

  #shutdownExecutor(executor: ExecutorRecord): void {
    if (executor.kind === 'custom') {
      shutdownCustomExecutor(this.#state, executor);
      return;
    }
    for (const task of executor.tasks.values()) this.#kill(executor, task.id, undefined);
  }

  #streamClosed(streamId: ExecutorRecord['streamId']): void {
    for (const { executors } of this.#state.frameworks.values()) {
      for (const executor of executors.values()) {
        if (executor.streamId === streamId) executor.streamId = undefined;
      }
    }
  }

  #shutdownFramework(frameworkId: FrameworkId): void {
    const state = this.#state;
    const framework = state.frameworks.get(frameworkId);
    if (framework === undefined) return;
    framework.isOver = true;
    state.streams.dropFramework(frameworkId);
    for (const executor of framework.executors.values()) {
      if (executor.kind === 'custom') shutdownCustomExecutor(state, executor);
      else for (const { run } of executor.tasks.values()) if (run !== undefined) this.#endQuietly(run);
    }
    const ended = [...state.frameworks.values()].filter(
      ({ isOver, executors }) => isOver && executors.size === 0,
    );
    for (const old of ended.slice(0, -MAX_COMPLETED_FRAMEWORKS)) state.frameworks.delete(old.id);
  }

  /** Nobody is left to hear how it ended. */
  #endQuietly(run: ContainerRun): void {
    if (run.phase === 'ended') return;
    if (run.phase !== 'preparing') {
      terminate(this.#state, run, undefined);
      return;
    }
    run.phase = 'killing';
    this.#state.signal(run, 'SIGKILL');
  }

  #wake(): void {
    const { deadlines, streams, nowMs, runs } = this.#state;
    for (let key = deadlines.takeDue(nowMs); key !== undefined; key = deadlines.takeDue(nowMs)) {
      if (streams.wake(key, nowMs) || wakeCheck(this.#state, key)) continue;
      if (wakeRegistration(this.#state, key) || wakeHeartbeat(this.#state, key)) continue;
      const run = runs.get(key.slice(KILL_PREFIX.length) as ContainerId);
      if (run !== undefined) this.#state.signal(run, 'SIGKILL');
    }
  }
}

type Launch = Extract<AgentMessage, { kind: 'run-task' | 'run-task-group' }>;
type Kill = Extract<AgentMessage, { kind: 'kill-task' }>;

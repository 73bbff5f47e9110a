import type { mesos } from '@spark-mesos/mesos-proto';
import type { ContainerId, FrameworkId, TaskId } from '../ids.ts';
import type { AgentMessage } from '../master/messages.ts';
import { type AgentIdSource, AgentState } from './agent-state.ts';
import { checkDone, wakeCheck } from './checks.ts';
import { executorCall, messageToExecutor, subscribeExecutor } from './custom-executors.ts';
import { kill, shutdownExecutor, shutdownFramework } from './ending.ts';
import { wakeHeartbeat, wakeRegistration } from './executor-deadlines.ts';
import { executorFailed, executorOver, executorStarted } from './executor-ends.ts';
import { runTask, runTaskGroup } from './launching.ts';
import type { AgentEffect, AgentInput, ProcessEnd } from './messages.ts';
import type {
  AgentFrameworkRecord,
  AgentIdentity,
  AgentSettings,
  ContainerRun,
  ExecutorRecord,
} from './model.ts';
import { type AgentCheckpoint, checkpointOf, recoverAgent } from './recovery.ts';
import { groupTaskEnded } from './task-groups.ts';
import { killKey, memoryExceeded, taskEnded, taskFailed, taskStarted } from './task-processes.ts';
import { waitStatus } from './wait-status.ts';

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
        if (run?.task !== undefined) kill(state, run.executor, run.task.id);
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
          for (const executor of executors.values()) shutdownExecutor(state, executor);
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
        runTask(state, message);
        return;
      case 'run-task-group':
        runTaskGroup(state, message);
        return;
      case 'kill-task': {
        const [executor] = state.findTask(frameworkId, message.taskId) ?? [];
        if (executor !== undefined) kill(state, executor, message.taskId, message.killPolicy);
        return;
      }
      case 'shutdown-executor': {
        const executor = state.executor(frameworkId, message.executorId);
        if (executor !== undefined) shutdownExecutor(state, executor);
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
        shutdownFramework(state, frameworkId);
        return;
    }
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

  #streamClosed(streamId: ExecutorRecord['streamId']): void {
    for (const { executors } of this.#state.frameworks.values()) {
      for (const executor of executors.values()) {
        if (executor.streamId === streamId) executor.streamId = undefined;
      }
    }
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

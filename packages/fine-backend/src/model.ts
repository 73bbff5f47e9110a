import type { mesos } from '@spark-mesos/mesos-proto';
import type { ExcludedAgent, ExecutorState, ExecutorStateDetail } from '@spark-mesos/scheduler-utils';
import type { SlotEnd, SlotLinePlace } from './carrier/slot-line.ts';

/** A task that wants to run on an executor, and must be paid for before it does. */
export interface FineTask {
  /** Of all tasks that have not ended no other has it. */
  readonly taskId: string;
  /** What people see of it in Mesos. */
  readonly name: string;
  /** The executor that it is for. */
  readonly executorId: number;
  /** Cores that it needs, fractions too; `spark.task.cpus` if not given. */
  readonly cpus?: number | undefined;
}

/** An executor and its place. There is at most one on an agent. */
export interface FineExecutorPlacement {
  /** Counts from 0 and is never used twice within an application. */
  readonly executorId: number;
  readonly taskId: string;
  readonly agentId: string;
  readonly hostname: string;
  /** Cores that it holds for as long as it lives, without its tasks (rule F12). */
  readonly cores: number;
  /** Cores for tasks that the agent could give at its launch: those that the executor shall announce (rule F21). */
  readonly taskCores: number;
  readonly gpus: number;
  /** The heap that the application asked for. */
  readonly memoryMiB: number;
  /** What it holds: heap, overhead and the rest. */
  readonly taskMemoryMiB: number;
}

/** How to start an executor. Resources, ids and the settings' labels are added by the backend. */
export interface FineExecutorLaunch {
  readonly command: mesos.v1.ICommandInfo;
  readonly name: string;
  readonly container?: mesos.v1.IContainerInfo | undefined;
  readonly labels?: mesos.v1.ILabels | undefined;
  readonly killPolicy?: mesos.v1.IKillPolicy | undefined;
}

/**
 * Why a task is passed on.
 *
 * - `paid`: a slot pays for it. - `killed`: it is to be killed, and so that its executor says so itself, in the words
 * that its driver expects, it is sent there with the kill right behind it.
 */
export type PassReason = 'paid' | 'killed';

/** What became of a task that will not run, or not on. */
export interface TaskLossDetail {
  readonly message: string;
  /** Whether it had been passed on before. */
  readonly wasPassed: boolean;
}

/** Said every now and then while something is wanted and nothing can be had. */
export interface FineWaitingReport {
  /** For people: what is wanted, and why it cannot be had. */
  readonly sentence: string;
  readonly waitingMs: number;
  readonly heldTasks: number;
  readonly executors: number;
  /** How many agents were refused for which reason. */
  readonly refusals: Readonly<Record<string, number>>;
}

/** What the layer above implements: the application that tasks and executors work for. */
export interface FineApplication {
  /** How to start an executor. Pure; called when its place is settled. */
  launchExecutor(executor: FineExecutorPlacement): FineExecutorLaunch;
  /**
   * Where a slot that is a command task opens a line (see `SlotGreetingReader`), by which it is told to end: its state in
   * Mesos then is how it has ended. Pure. Slots without one are killed.
   */
  slotLine?(slotTaskId: string): SlotLinePlace | undefined;
  /** Tells a slot to end that has opened its line; without such an end it is killed after a while. */
  endSlot?(slotTaskId: string, end: SlotEnd): void;
  /** The framework is registered; its id is the application's id. Called once. */
  registered(frameworkId: string): void;
  /** Mesos was asked to run it; nothing has been heard of it yet. */
  executorLaunched(executor: FineExecutorPlacement): void;
  /** What has become of it. */
  executorState(executor: FineExecutorPlacement, state: ExecutorState, detail: ExecutorStateDetail): void;
  /** Its agent could now give so many cores to tasks: more or fewer than was said last. */
  executorCores(executor: FineExecutorPlacement, taskCores: number): void;
  /** The task may run now. Whoever runs it says `ended` when it has. */
  pass(task: FineTask, reason: PassReason): void;
  /** The task will not run, or has gone with its executor. No `ended` is expected. */
  taskLost(task: FineTask, detail: TaskLossDetail): void;
  /** Nobody pays for the running task any more: it is to be killed. `ended` is still expected. */
  unpaid(task: FineTask, message: string): void;
  /**
   * The task waits where no core can be had, and is to be run elsewhere: it is not passed on any more. `ended` is still
   * expected. Only with `handBackMs`.
   */
  handBack?(task: FineTask, message: string): void;
  /**
   * The agent of this executor is drained, or about to be under maintenance: it gets no more cores, ends when none of its
   * tasks runs any more, and is killed at the deadline (in the time of the backend's clock). Its driver should send it no
   * more tasks.
   */
  draining?(executor: FineExecutorPlacement, deadlineMs: number): void;
  /** Executors failed there, so that none is placed there for a while. */
  agentExcluded?(agent: ExcludedAgent): void;
  /** Executors, or cores for tasks, are wanted and cannot be had; at most every 15 s. */
  waiting(report: FineWaitingReport): void;
  /** The framework cannot go on; whoever hears it calls `stop()`. */
  failed(error: Error): void;
}

import {
  type AgentId,
  DueQueue,
  earliest,
  type SparkTaskState,
  type TaskId,
  type Thousandths,
} from '@spark-mesos/scheduler-utils';

/** A KILL can get lost when its agent is cut off, so it is repeated. */
const KILL_REPEAT_MS = 10_000;

/** After this time without a word of a launched task, the master is asked for it. */
const LAUNCH_SILENCE_MS = 30_000;

/** A task of a program that has not ended. */
export interface DispatchedTask {
  readonly taskId: TaskId;
  readonly programId: string;
  readonly agentId: AgentId;
  readonly cpus: Thousandths;
  isKilled: boolean;
  state: SparkTaskState | undefined;
}

/** The tasks of a program that have not ended, what they hold, and what is expected of them by when. */
export class DispatchedTasks {
  readonly #tasks = new Map<TaskId, DispatchedTask>();
  readonly #byProgramId = new Map<string, DispatchedTask>();
  readonly #silent = new DueQueue<DispatchedTask>(LAUNCH_SILENCE_MS);
  readonly #killed = new DueQueue<DispatchedTask>(KILL_REPEAT_MS);
  readonly #unreachable: DueQueue<DispatchedTask>;
  #cpus: Thousandths = 0;

  /** A task whose agent is cut off for longer than this is lost. */
  constructor(unreachableTimeoutMs: number) {
    this.#unreachable = new DueQueue(unreachableTimeoutMs);
  }

  get size(): number {
    return this.#tasks.size;
  }

  /** Cores of all of them. */
  get cpus(): Thousandths {
    return this.#cpus;
  }

  all(): readonly DispatchedTask[] {
    return [...this.#tasks.values()];
  }

  onAgent(agentId: AgentId): readonly DispatchedTask[] {
    return this.all().filter((task) => task.agentId === agentId);
  }

  byTask(taskId: TaskId): DispatchedTask | undefined {
    return this.#tasks.get(taskId);
  }

  byProgramId(programId: string): DispatchedTask | undefined {
    return this.#byProgramId.get(programId);
  }

  add(task: DispatchedTask, nowMs: number): void {
    this.#tasks.set(task.taskId, task);
    this.#byProgramId.set(task.programId, task);
    this.#cpus += task.cpus;
    this.#silent.set(task, nowMs);
  }

  remove(task: DispatchedTask): void {
    this.#tasks.delete(task.taskId);
    this.#byProgramId.delete(task.programId);
    this.#cpus -= task.cpus;
    this.#killed.delete(task);
    this.heardOf(task);
  }

  heardOf(task: DispatchedTask): void {
    this.#silent.delete(task);
    this.#unreachable.delete(task);
  }

  kill(task: DispatchedTask, nowMs: number): void {
    task.isKilled = true;
    this.#killed.set(task, nowMs);
  }

  /** Its agent is cut off; told again, its time goes on. */
  cutOff(task: DispatchedTask, nowMs: number): void {
    if (!this.#unreachable.has(task)) {
      this.#unreachable.set(task, nowMs);
    }
  }

  /** Nothing could be heard for a while: those that are cut off get their whole time again. */
  reconnected(nowMs: number): void {
    this.#unreachable.restart(nowMs);
  }

  /** Those that are to be asked for, killed once more, and given up. */
  overdue(nowMs: number) {
    return {
      silent: this.#silent.due(nowMs),
      unkilled: this.#killed.due(nowMs),
      cutOff: this.#unreachable.takeDue(nowMs),
    };
  }

  nextDueMs(): number | undefined {
    return earliest([this.#silent, this.#killed, this.#unreachable].map((queue) => queue.nextDueMs()));
  }
}

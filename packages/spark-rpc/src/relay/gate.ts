/** How a task stands, in the order of Spark's `org.apache.spark.TaskState`. */
export const TASK_STATES = ['LAUNCHING', 'RUNNING', 'FINISHED', 'FAILED', 'KILLED', 'LOST'] as const;

/** One of {@link TASK_STATES}. */
export type TaskState = (typeof TASK_STATES)[number];

/** The states after which an executor says no more of a task. */
export type FinalTaskState = Exclude<TaskState, 'LAUNCHING' | 'RUNNING'>;

/** An executor, as it registers with its driver. */
export interface RelayedExecutor {
  /** Spark's id of it, which is the one that the master gave it. */
  readonly executorId: string;
  readonly hostname: string;
  /** The cores that it announces. */
  readonly cores: number;
  /** Undefined before Spark 3.1, which has no profiles. */
  readonly resourceProfileId: number | undefined;
}

/** A task that its driver has sent to an executor, and that waits at the relay. */
export interface HeldTask {
  readonly executorId: string;
  /** Spark's id of it, which no other task of the application has. */
  readonly taskId: number;
  /** As Spark writes it: `task 3.0 in stage 1.0 (TID 3)`; Spark 2 leaves out the id. */
  readonly name: string;
  /** Counts from 0 for each index of a stage. */
  readonly attempt: number;
  readonly index: number;
  readonly partitionId: number;
  /** What its message weighs. */
  readonly byteLength: number;
}

/**
 * Decides when tasks may pass; everything else passes by itself. All of it is called in the turn in which the relay
 * sees it, and may call the relay back at once. What it throws is logged and otherwise ignored.
 */
export interface RelayGate {
  /** Called before the executor's registration reaches the driver. */
  executorConnected(executor: RelayedExecutor): void;
  /** The executor or the driver has closed the connection; tasks that were held for the executor are gone. Called once. */
  executorDisconnected(executorId: string, reason: string): void;
  /**
   * A task waits, until `pass` is called for it. It may not have arrived wholly: what follows of it passes, then, as it
   * comes.
   */
  taskHeld(task: HeldTask): void;
  /**
   * The driver wants a task ended. If it is still held when this returns, the relay passes it with the kill right behind
   * it, since only executors have the words in which drivers expect to hear of it; `taskEnded` follows as always.
   */
  killTask(executorId: string, taskId: number): void;
  /** The executor has told the driver that a task of its is over. */
  taskEnded(executorId: string, taskId: number, state: FinalTaskState): void;
}

import type { mesos } from '@spark-mesos/mesos-proto';
import type { ExecutorStateDetail, SparkTaskState } from '@spark-mesos/scheduler-utils';

/** Room on an agent: all of its offers for one role. */
export interface WorkerOffer {
  readonly agentId: string;
  readonly hostname: string;
  readonly role: string;
  readonly cpus: number;
  readonly memMiB: number;
  readonly gpus: number;
  /** The first of its offers, as Mesos sent it: attributes, domain, address. */
  readonly offer: mesos.v1.IOffer;
}

/** A task that a program has placed. */
export interface ProgramTask {
  /** Whatever the program calls it; of all tasks that have not ended no other has it. */
  readonly taskId: string;
  /** What people see of it in Mesos. */
  readonly name: string;
  /** The offer that it is for. */
  readonly worker: WorkerOffer;
  readonly cpus: number;
  readonly memMiB?: number | undefined;
  readonly gpus?: number | undefined;
  readonly command: mesos.v1.ICommandInfo;
  readonly container?: mesos.v1.IContainerInfo | undefined;
  readonly labels?: mesos.v1.ILabels | undefined;
}

/** The program: offers in, tasks out. */
export interface TaskScheduler {
  /** The framework is registered. Called once. */
  registered?(frameworkId: string): void;
  /**
   * The tasks that are to run on these offers. Called with what is offered after each `reviveOffers` and each end of a
   * task, until it gives none.
   */
  resourceOffers(offers: readonly WorkerOffer[]): readonly ProgramTask[];
  /** A task's state. FINISHED, FAILED, KILLED and LOST are final, and told once. */
  statusUpdate(taskId: string, state: SparkTaskState, detail: ExecutorStateDetail): void;
  /** The framework cannot go on; whoever hears it calls `stop()`. */
  failed(error: Error): void;
}

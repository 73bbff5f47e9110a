import type { mesos } from '@spark-mesos/mesos-proto';
import type { AgentId, OfferId, TaskId } from '../ids.ts';
import type { ExecutorPlacement } from '../model.ts';

/** An executor that has its place, and what its task takes of the offer. */
export interface PlacedExecutor {
  readonly executor: ExecutorPlacement;
  readonly resources: mesos.v1.IResource[];
}

/** Makes the task of an executor; throws a coded error where the application cannot say how to launch it. */
export type TaskMaker = (placed: PlacedExecutor) => mesos.v1.ITaskInfo;

/**
 * Offers of one agent are taken for executors.
 *
 * Their tasks are made at each look, which is when the ACCEPT is sent: thousands of executors may be placed in one go,
 * and what one of them is started with is far larger than what must be known of it until all have their places.
 */
export class Acceptance {
  readonly kind = 'accept';
  readonly agentId: AgentId;
  readonly offerIds: readonly OfferId[];
  readonly placed: readonly PlacedExecutor[];
  readonly #taskOf: TaskMaker;

  constructor(
    { agentId, offerIds, placed }: Pick<Acceptance, 'agentId' | 'offerIds' | 'placed'>,
    taskOf: TaskMaker,
  ) {
    this.agentId = agentId;
    this.offerIds = offerIds;
    this.placed = placed;
    this.#taskOf = taskOf;
  }

  get taskIds(): readonly TaskId[] {
    return this.placed.map(({ executor }) => executor.taskId as TaskId);
  }

  /** The tasks, made anew. */
  get tasks(): readonly mesos.v1.ITaskInfo[] {
    return this.placed.map(this.#taskOf);
  }
}

import type { mesos } from '@spark-mesos/mesos-proto';
import type { AgentId, OfferId, TaskId } from '@spark-mesos/scheduler-utils';
import type { ExecutorPlacement } from '../model.ts';
import { type Candidate, offerIdsOf } from './candidate.ts';

/** Makes the tasks of a candidate's executors; throws a coded error where the application cannot say how to launch one. */
export type TasksMaker = (candidate: Candidate) => mesos.v1.ITaskInfo[];

/**
 * Offers of one agent are taken for executors; the application is to be told of them.
 *
 * All that it says is made at each look, which is when the ACCEPT is sent: thousands of executors may be placed in one
 * go, and what one of them is started with is far larger than what must be known of it until all have their places.
 */
export class Acceptance {
  readonly kind = 'accept';
  readonly #candidate: Candidate;
  readonly #tasksOf: TasksMaker;

  constructor(candidate: Candidate, tasksOf: TasksMaker) {
    this.#candidate = candidate;
    this.#tasksOf = tasksOf;
  }

  /** The agent whose offers they are. */
  get agentId(): AgentId {
    return this.#candidate.agentId;
  }

  /** The offers that are taken. */
  get offerIds(): readonly OfferId[] {
    return offerIdsOf(this.#candidate);
  }

  /** How many executors are launched. */
  get size(): number {
    return this.#candidate.executors.length;
  }

  /** What is launched, as the application is told of it. */
  get executors(): readonly ExecutorPlacement[] {
    return this.#candidate.executors.map(({ placement }) => placement);
  }

  /** Their tasks in Mesos. */
  get taskIds(): readonly TaskId[] {
    return this.#candidate.executors.map(({ taskId }) => taskId);
  }

  /** Their tasks as the ACCEPT has them. */
  get tasks(): readonly mesos.v1.ITaskInfo[] {
    return this.#tasksOf(this.#candidate);
  }
}

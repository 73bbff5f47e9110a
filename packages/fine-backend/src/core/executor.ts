import type { mesos } from '@spark-mesos/mesos-proto';
import {
  type AgentId,
  type ExecutorPlace,
  fromThousandths,
  StartBackoff,
  type TaskId,
  type Thousandths,
} from '@spark-mesos/scheduler-utils';
import type { FineExecutorPlacement } from '../model.ts';
import type { Slot } from './slot.ts';
import { TaskQueue } from './task-queue.ts';

/**
 * Where an executor stands between its launch and its end; ended ones are forgotten.
 *
 * - `launched`: in an ACCEPT. Left with the first status update.
 * - `starting`: Mesos has it. Left when its command runs.
 * - `running`: its command runs. Left at its end, or when its agent is cut off.
 * - `unreachable`: its agent is cut off from the master. Back with the next update, or lost after a while.
 */
export type ExecutorStatus = 'launched' | 'starting' | 'running' | 'unreachable';

/** A slot that takes longer to end is not waited for. */
const LONGEST_END_MS = 1000;

/** What an executor is made of. */
export interface ExecutorParts {
  readonly placement: FineExecutorPlacement;
  readonly cpus: Thousandths;
  /** What constraints need to know of its place. */
  readonly place: ExecutorPlace;
  readonly launchedAtMs: number;
  /** What its slots name as their Mesos executor; `undefined`: they are command tasks. */
  readonly info: mesos.v1.IExecutorInfo | undefined;
  /** After so many slots in a row that could not start it is given up. */
  readonly maxSlotFailures: number;
}

/** An executor that holds resources, with the tasks that wait for it and the slots that pay for those that run. */
export class Executor {
  readonly placement: FineExecutorPlacement;
  readonly cpus: Thousandths;
  readonly place: ExecutorPlace;
  readonly launchedAtMs: number;
  readonly info: mesos.v1.IExecutorInfo | undefined;
  readonly queue = new TaskQueue();
  readonly slots = new Set<Slot>();
  /** Those that have no task; the last one is the first to get one, so that the others come to their end. */
  readonly idle = new Set<Slot>();
  /** Slows launches of slots down that cannot start there. */
  readonly slotStarts: StartBackoff;
  /** How many slots of each size are being launched for whatever task comes first. */
  readonly #launching = new Map<Thousandths, number>();
  status: ExecutorStatus = 'launched';
  runningSinceMs: number | undefined = undefined;
  /** When its end was asked for; it is then `KILLED`, whatever words Mesos has for it. */
  killedAtMs: number | undefined = undefined;
  /** When it is to be gone because its agent is drained, once its application was told. */
  drainDeadlineMs: number | undefined = undefined;
  /** Why its ACCEPT did not get through, if so; if it turns out lost, that counts as a failed start. */
  acceptProblem: string | undefined = undefined;
  /** Cores for tasks that its agent could give when it was last seen. */
  taskCores: number;
  /** A slot there was waited for in vain to open its line, and none has opened one since: the next are not. */
  isWithoutLines = false;
  /** Its tasks that have not ended, whether they wait or run. */
  openTasks = 0;

  constructor({ placement, cpus, place, launchedAtMs, info, maxSlotFailures }: ExecutorParts) {
    this.placement = placement;
    this.cpus = cpus;
    this.place = place;
    this.launchedAtMs = launchedAtMs;
    this.info = info;
    this.taskCores = placement.taskCores;
    this.slotStarts = new StartBackoff(maxSlotFailures);
  }

  get executorId(): number {
    return this.placement.executorId;
  }

  get taskId(): TaskId {
    return this.placement.taskId as TaskId;
  }

  get agentId(): AgentId {
    return this.placement.agentId as AgentId;
  }

  /** Whether it may be given tasks. */
  get isUsable(): boolean {
    const mayStay = this.killedAtMs === undefined && this.drainDeadlineMs === undefined;
    return mayStay && this.status !== 'unreachable';
  }

  /** Cores of all its slots. */
  get slotCores(): number {
    let sum = 0;
    for (const { cpus } of this.slots) {
      sum += cpus;
    }
    return fromThousandths(sum);
  }

  /**
   * Until when it waits for its own cores: where all that its agent had when it was last seen are in its slots, and some of
   * those are about to end, asking for cores brings none before they have. `undefined`: it does not.
   */
  ownCoresUntilMs(nowMs: number): number | undefined {
    let untilMs = Number.NEGATIVE_INFINITY;
    for (const { endingSinceMs = Number.NEGATIVE_INFINITY } of this.slots) {
      untilMs = Math.max(untilMs, endingSinceMs + LONGEST_END_MS);
    }
    return untilMs > nowMs && this.slotCores >= this.taskCores ? untilMs : undefined;
  }

  /** How many slots of a size are being launched for tasks that are held. */
  launching(cpus: Thousandths): number {
    return this.#launching.get(cpus) ?? 0;
  }

  changeLaunching(cpus: Thousandths, by: 1 | -1): void {
    this.#launching.set(cpus, this.launching(cpus) + by);
  }

  /** The sizes of which more tasks are held than slots are being launched, each with how many more. */
  shortfalls(): { readonly cpus: Thousandths; readonly count: number }[] {
    const short: { cpus: Thousandths; count: number }[] = [];
    for (const [cpus, held] of this.queue.countByCpus) {
      const count = held - this.launching(cpus);
      if (count > 0) {
        short.push({ cpus, count });
      }
    }
    return short;
  }
}

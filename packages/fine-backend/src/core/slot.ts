import type { AgentId, TaskId, Thousandths } from '@spark-mesos/scheduler-utils';
import type { SlotEnd, SlotLinePlace } from '../carrier/slot-line.ts';
import type { Executor } from './executor.ts';
import { CarriedTasks } from './slot-history.ts';
import type { TaskRecord } from './task-queue.ts';

/**
 * Where a slot stands between its launch and its end; ended ones are forgotten.
 *
 * - `launching`: in an ACCEPT, or starting. Left when Mesos says that it runs.
 * - `busy`: pays for a task. Left when that ends.
 * - `idle`: there is no task for it. Left with the next task, or when the hold is over.
 * - `ending`: was killed, or told to end. Left when Mesos says that it has ended; until then it counts as held.
 */
export type SlotStatus = 'launching' | 'busy' | 'idle' | 'ending';

/** What a slot is made of. */
export interface SlotParts {
  readonly taskId: TaskId;
  readonly executor: Executor;
  readonly cpus: Thousandths;
  /** As it is called in Mesos: like its first task. */
  readonly name: string;
  readonly launchedAtMs: number;
  readonly leaseEndsMs: number;
  /** Where it opens its line, if it has one. */
  readonly line: SlotLinePlace | undefined;
}

/** Cores on an agent that a Mesos task pays for, and that one task after another may use. */
export class Slot {
  readonly taskId: TaskId;
  readonly executor: Executor;
  readonly cpus: Thousandths;
  readonly name: string;
  readonly launchedAtMs: number;
  /** When its task ends after this time, it is given back. */
  readonly leaseEndsMs: number;
  /** Where it opens its line; a task of a Mesos executor has none, and needs none. */
  readonly line: SlotLinePlace | undefined;
  /** Whether its line is open, or still to come. */
  lineStatus: 'none' | 'expected' | 'open';
  /** What it will be told as soon as its line is open. */
  awaitedEnd: SlotEnd | undefined = undefined;
  status: SlotStatus = 'launching';
  runningSinceMs: number | undefined = undefined;
  /** The task that it pays for, or was launched for in exact mode. */
  record: TaskRecord | undefined = undefined;
  /** The tasks that it has paid for. */
  readonly carried = new CarriedTasks();
  /** When it was told to end, if it was. */
  endingSinceMs: number | undefined = undefined;
  /** Why its ACCEPT did not get through, if so. */
  acceptProblem: string | undefined = undefined;

  constructor({ taskId, executor, cpus, name, launchedAtMs, leaseEndsMs, line }: SlotParts) {
    this.taskId = taskId;
    this.executor = executor;
    this.cpus = cpus;
    this.name = name;
    this.launchedAtMs = launchedAtMs;
    this.leaseEndsMs = leaseEndsMs;
    this.line = line;
    this.lineStatus = line === undefined ? 'none' : 'expected';
  }

  get agentId(): AgentId {
    return this.executor.agentId;
  }
}

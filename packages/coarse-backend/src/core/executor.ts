import type { ExecutorPlace } from '@spark-mesos/scheduler-utils';
import { type AgentId, newTaskId, type TaskId } from '@spark-mesos/scheduler-utils';
import type { ExecutorPlacement } from '../model.ts';
import type { Share } from './share.ts';

/**
 * Where an executor stands between its launch and its end; ended ones are forgotten.
 *
 * - `launched`: in an ACCEPT that was sent. Left with the first status update.
 * - `starting`: Mesos has it (STAGING, STARTING). Left when its command runs.
 * - `running`: its command runs. Left at its end, or when its agent is cut off.
 * - `unreachable`: its agent is cut off from the master. Back to `running` with the next update, or lost after a while.
 */
export type ExecutorStatus = 'launched' | 'starting' | 'running' | 'unreachable';

/** Mostly no constraint asks where executors run. */
export const NO_PLACE: ExecutorPlace = Object.freeze([]);

/** What executors that were launched together have in common. */
export interface LaunchOrigin {
  readonly taskIdPrefix: string;
  /** When they were launched, or adopted. */
  readonly atMs: number;
  /** Whether an earlier backend launched them. */
  readonly isAdopted: boolean;
}

/** The agent that an executor is on. */
export interface ExecutorSite {
  readonly agentId: AgentId;
  readonly hostname: string;
}

/**
 * An executor that holds resources.
 *
 * Thousands come in one go and stay, so each has only what is its own, and what else is asked of it is made for those
 * who ask: most of what a launch costs is otherwise the garbage collector's way through all that is known of it.
 */
export class Executor implements ExecutorSite {
  readonly executorId: number;
  readonly origin: LaunchOrigin;
  readonly share: Share;
  readonly agentId: AgentId;
  readonly hostname: string;
  /** What constraints need to know of its place that ask where executors run. */
  readonly place: ExecutorPlace;
  /** Ports that it has beside the fixed ones. */
  readonly ports: readonly number[];
  status: ExecutorStatus = 'launched';
  /** Since when it is in its status. */
  statusSinceMs: number;
  /** Since when its command has been running, even if its agent was cut off meanwhile. */
  runningSinceMs: number | undefined = undefined;
  /** Whether nothing was heard of it since its launch. */
  isSilent = true;
  /** When we asked for its end; its end is then `KILLED`, whatever words Mesos has for it. */
  killedAtMs: number | undefined = undefined;
  /** Why its ACCEPT did not get through, if so; if it turns out lost, that counts as a failed start. */
  acceptProblem: string | undefined = undefined;
  /** When it is to be gone because its agent is drained, once its application was told. */
  drainDeadlineMs: number | undefined = undefined;

  constructor(
    executorId: number,
    origin: LaunchOrigin,
    share: Share,
    { agentId, hostname }: ExecutorSite,
    place: ExecutorPlace,
    ports: readonly number[],
  ) {
    this.executorId = executorId;
    this.origin = origin;
    this.share = share;
    this.agentId = agentId;
    this.hostname = hostname;
    this.place = place;
    this.ports = ports;
    this.statusSinceMs = origin.atMs;
  }

  get launchedAtMs(): number {
    return this.origin.atMs;
  }

  get taskId(): TaskId {
    return newTaskId(this.origin.taskIdPrefix, this.executorId);
  }

  /** What the application is told of it: made anew, and the same each time. */
  get placement(): ExecutorPlacement {
    const { executorId, taskId, agentId, hostname, ports, place, share } = this;
    const { cores, advertisedCores, gpus, memoryMiB, taskMemoryMiB, profileId } = share;
    return {
      executorId,
      taskId,
      agentId,
      hostname,
      cores,
      advertisedCores,
      gpus,
      ports,
      place,
      memoryMiB,
      taskMemoryMiB,
      profileId,
    };
  }
}

import { PlacementCounts } from '@spark-mesos/scheduler-utils';
import type { AgentId, TaskId } from '../ids.ts';
import type { ExecutorPlacement } from '../model.ts';

/**
 * Where an executor stands between its launch and its end; ended ones are forgotten.
 *
 * - `launched`: in an ACCEPT that was sent. Left with the first status update.
 * - `starting`: Mesos has it (STAGING, STARTING). Left when its command runs.
 * - `running`: its command runs. Left at its end, or when its agent is cut off.
 * - `unreachable`: its agent is cut off from the master. Back to `running` with the next update, or lost after a while.
 */
export type ExecutorStatus = 'launched' | 'starting' | 'running' | 'unreachable';

/** An executor that holds resources. */
export interface Executor {
  readonly placement: ExecutorPlacement;
  readonly taskId: TaskId;
  readonly agentId: AgentId;
  readonly launchedAtMs: number;
  status: ExecutorStatus;
  /** Since when it is in its status. */
  statusSinceMs: number;
  /** Since when its command has been running, even if its agent was cut off meanwhile. */
  runningSinceMs: number | undefined;
  /** When we asked for its end; its end is then `KILLED`, whatever words Mesos has for it. */
  killedAtMs: number | undefined;
  /** Why its ACCEPT did not get through, if so; if it turns out lost, that counts as a failed start. */
  acceptProblem: string | undefined;
  /** When it is to be gone because its agent is drained, once its application was told. */
  drainDeadlineMs?: number;
}

/** The executors of one agent, and the cores that they hold there. */
interface AgentExecutors {
  readonly executors: Executor[];
  cores: number;
}

/**
 * The executors alive, with running sums: what an offer is held against never needs a walk over all of them.
 */
export class ExecutorRegistry {
  /** Where they run, as constraints ask. */
  readonly places: PlacementCounts;
  readonly #byTask = new Map<TaskId, Executor>();
  readonly #byExecutorId = new Map<number, Executor>();
  readonly #byAgent = new Map<AgentId, AgentExecutors>();
  /** Kept from the first question on: only applications that prefer hosts ask. */
  #countByHost: Map<string, number> | undefined;
  readonly #countByProfile = new Map<number, number>();
  #cores = 0;
  #gpus = 0;
  #memoryMiB = 0;

  constructor(places: PlacementCounts = new PlacementCounts([])) {
    this.places = places;
  }

  /** How many executors are alive. */
  get size(): number {
    return this.#byTask.size;
  }

  /** Cores that they hold together. */
  get cores(): number {
    return this.#cores;
  }

  /** GPUs that they hold together. */
  get gpus(): number {
    return this.#gpus;
  }

  /** Memory that their tasks hold together. */
  get memoryMiB(): number {
    return this.#memoryMiB;
  }

  /** The one that was launched first; a Map keeps the order. */
  get oldest(): Executor | undefined {
    return this.#byTask.values().next().value;
  }

  /** How many of a profile are alive. */
  countOf(profileId: number): number {
    return this.#countByProfile.get(profileId) ?? 0;
  }

  byTask(taskId: TaskId): Executor | undefined {
    return this.#byTask.get(taskId);
  }

  byExecutorId(executorId: number): Executor | undefined {
    return this.#byExecutorId.get(executorId);
  }

  onAgent(agentId: AgentId): readonly Executor[] {
    return [...(this.#byAgent.get(agentId)?.executors ?? [])];
  }

  /** How many are on an agent. */
  countOnAgent(agentId: AgentId): number {
    return this.#byAgent.get(agentId)?.executors.length ?? 0;
  }

  /** Cores that are held on an agent. */
  coresOnAgent(agentId: AgentId): number {
    return this.#byAgent.get(agentId)?.cores ?? 0;
  }

  /** How many are on a host; several agents may share one. */
  countOnHost(hostname: string): number {
    this.#countByHost ??= this.#countHosts();
    return this.#countByHost.get(hostname) ?? 0;
  }

  all(): IterableIterator<Executor> {
    return this.#byTask.values();
  }

  add(executor: Executor): void {
    const { placement, taskId, agentId } = executor;
    this.#byTask.set(taskId, executor);
    this.#byExecutorId.set(placement.executorId, executor);
    let onAgent = this.#byAgent.get(agentId);
    if (onAgent === undefined) {
      onAgent = { executors: [], cores: 0 };
      this.#byAgent.set(agentId, onAgent);
    }
    onAgent.executors.push(executor);
    onAgent.cores += placement.cores;
    this.places.add(placement.place);
    this.#count(executor, 1);
  }

  /** Forgets an executor; says whether it was there, so that nothing is given back twice. */
  remove(executor: Executor): boolean {
    if (!this.#byTask.delete(executor.taskId)) {
      return false;
    }
    const { executorId, cores, place } = executor.placement;
    this.#byExecutorId.delete(executorId);
    this.places.remove(place);
    const onAgent = this.#byAgent.get(executor.agentId);
    const index = onAgent?.executors.indexOf(executor) ?? -1;
    if (onAgent !== undefined && index >= 0) {
      onAgent.executors.splice(index, 1);
      onAgent.cores -= cores;
    }
    if (onAgent?.executors.length === 0) {
      this.#byAgent.delete(executor.agentId);
    }
    this.#count(executor, -1);
    return true;
  }

  #count({ placement }: Executor, sign: 1 | -1): void {
    this.#cores += sign * placement.cores;
    this.#gpus += sign * placement.gpus;
    this.#memoryMiB += sign * placement.taskMemoryMiB;
    this.#countByProfile.set(placement.profileId, this.countOf(placement.profileId) + sign);
    if (this.#countByHost !== undefined) {
      count(this.#countByHost, placement.hostname, sign);
    }
  }

  #countHosts(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { placement } of this.all()) {
      count(counts, placement.hostname, 1);
    }
    return counts;
  }
}

function count(counts: Map<string, number>, name: string, by: 1 | -1): void {
  const after = (counts.get(name) ?? 0) + by;
  if (after === 0) {
    counts.delete(name);
  } else {
    counts.set(name, after);
  }
}

import { PlacementCounts } from '@spark-mesos/scheduler-utils';
import { type AgentId, executorIdIn, type TaskId } from '../ids.ts';
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
  /** When it was launched, or adopted. */
  readonly launchedAtMs: number;
  /** Whether an earlier backend launched it. */
  readonly isAdopted: boolean;
  status: ExecutorStatus;
  /** Since when it is in its status. */
  statusSinceMs: number;
  /** Since when its command has been running, even if its agent was cut off meanwhile. */
  runningSinceMs: number | undefined;
  /** Whether nothing was heard of it since its launch. */
  isSilent: boolean;
  /** When we asked for its end; its end is then `KILLED`, whatever words Mesos has for it. */
  killedAtMs: number | undefined;
  /** Why its ACCEPT did not get through, if so; if it turns out lost, that counts as a failed start. */
  acceptProblem: string | undefined;
  /** When it is to be gone because its agent is drained, once its application was told. */
  drainDeadlineMs?: number;
}

/** The executors of one agent, and the cores that they hold there. */
interface AgentExecutors {
  readonly executors: Set<Executor>;
  cores: number;
}

/**
 * The executors alive, with running sums: what an offer is held against never needs a walk over all of them.
 */
export class ExecutorRegistry {
  /** Where they run, as constraints ask. */
  readonly places: PlacementCounts;
  /** In the order of their launches. */
  readonly #byExecutorId = new Map<number, Executor>();
  /** Kept from the first question on: only spreading, limits of an agent, and agents that go ask. */
  #byAgent: Map<AgentId, AgentExecutors> | undefined;
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
    return this.#byExecutorId.size;
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
    return this.#byExecutorId.values().next().value;
  }

  /** How many of a profile are alive. */
  countOf(profileId: number): number {
    return this.#countByProfile.get(profileId) ?? 0;
  }

  byTask(taskId: TaskId): Executor | undefined {
    // The number in it finds it, so that no second index is needed.
    const executor = this.#byExecutorId.get(executorIdIn(taskId));
    return executor?.taskId === taskId ? executor : undefined;
  }

  byExecutorId(executorId: number): Executor | undefined {
    return this.#byExecutorId.get(executorId);
  }

  onAgent(agentId: AgentId): readonly Executor[] {
    return [...(this.#onAgents.get(agentId)?.executors ?? [])];
  }

  /** How many are on an agent. */
  countOnAgent(agentId: AgentId): number {
    return this.#onAgents.get(agentId)?.executors.size ?? 0;
  }

  /** Cores that are held on an agent. */
  coresOnAgent(agentId: AgentId): number {
    return this.#onAgents.get(agentId)?.cores ?? 0;
  }

  /** How many are on a host; several agents may share one. */
  countOnHost(hostname: string): number {
    this.#countByHost ??= this.#countHosts();
    return this.#countByHost.get(hostname) ?? 0;
  }

  all(): IterableIterator<Executor> {
    return this.#byExecutorId.values();
  }

  add(executor: Executor): void {
    const { placement } = executor;
    this.#byExecutorId.set(placement.executorId, executor);
    if (this.#byAgent !== undefined) {
      addTo(this.#byAgent, executor);
    }
    this.places.add(placement.place);
    this.#count(executor, 1);
  }

  /** Forgets an executor; says whether it was there, so that nothing is given back twice. */
  remove(executor: Executor): boolean {
    const { executorId, place } = executor.placement;
    if (!this.#byExecutorId.delete(executorId)) {
      return false;
    }
    this.places.remove(place);
    if (this.#byAgent !== undefined) {
      removeFrom(this.#byAgent, executor);
    }
    this.#count(executor, -1);
    return true;
  }

  get #onAgents(): Map<AgentId, AgentExecutors> {
    if (this.#byAgent === undefined) {
      this.#byAgent = new Map();
      for (const executor of this.all()) {
        addTo(this.#byAgent, executor);
      }
    }
    return this.#byAgent;
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

function addTo(agents: Map<AgentId, AgentExecutors>, executor: Executor): void {
  let onAgent = agents.get(executor.agentId);
  if (onAgent === undefined) {
    onAgent = { executors: new Set(), cores: 0 };
    agents.set(executor.agentId, onAgent);
  }
  onAgent.executors.add(executor);
  onAgent.cores += executor.placement.cores;
}

function removeFrom(agents: Map<AgentId, AgentExecutors>, executor: Executor): void {
  const onAgent = agents.get(executor.agentId);
  if (onAgent?.executors.delete(executor)) {
    onAgent.cores -= executor.placement.cores;
    if (onAgent.executors.size === 0) {
      agents.delete(executor.agentId);
    }
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

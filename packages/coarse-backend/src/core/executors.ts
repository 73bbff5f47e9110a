import { type AgentId, PlacementCounts, type TaskId, taskNumberIn } from '@spark-mesos/scheduler-utils';
import type { Executor } from './executor.ts';
import { ExecutorTable } from './executor-table.ts';

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
  readonly #table = new ExecutorTable();
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
    return this.#table.size;
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

  /** The one that was launched first. */
  get oldest(): Executor | undefined {
    return this.#table.values().next().value;
  }

  /** How many of a profile are alive. */
  countOf(profileId: number): number {
    return this.#countByProfile.get(profileId) ?? 0;
  }

  byTask(taskId: TaskId): Executor | undefined {
    // The number in it finds it, so that no second index is needed.
    const executor = this.#table.get(taskNumberIn(taskId));
    return executor?.taskId === taskId ? executor : undefined;
  }

  byExecutorId(executorId: number): Executor | undefined {
    return this.#table.get(executorId);
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
    return this.#table.values();
  }

  add(executor: Executor): void {
    this.#table.add(executor);
    if (this.#byAgent !== undefined) {
      addTo(this.#byAgent, executor);
    }
    this.places.add(executor.place);
    this.#count(executor, 1);
  }

  /** Forgets an executor; says whether it was there, so that nothing is given back twice. */
  remove(executor: Executor): boolean {
    const { executorId, place } = executor;
    if (!this.#table.delete(executorId)) {
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

  #count({ share, hostname }: Executor, sign: 1 | -1): void {
    const { cores, gpus, taskMemoryMiB, profileId } = share;
    this.#cores += sign * cores;
    this.#gpus += sign * gpus;
    this.#memoryMiB += sign * taskMemoryMiB;
    this.#countByProfile.set(profileId, this.countOf(profileId) + sign);
    if (this.#countByHost !== undefined) {
      count(this.#countByHost, hostname, sign);
    }
  }

  #countHosts(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { hostname } of this.all()) {
      count(counts, hostname, 1);
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
  onAgent.cores += executor.share.cores;
}

function removeFrom(agents: Map<AgentId, AgentExecutors>, executor: Executor): void {
  const onAgent = agents.get(executor.agentId);
  if (onAgent?.executors.delete(executor)) {
    onAgent.cores -= executor.share.cores;
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

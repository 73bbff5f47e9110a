import type { AgentId, FrameworkId } from '../ids.ts';
import { ResourceSet } from '../resources/resource-set.ts';
import { DrfSorter } from './drf-sorter.ts';
import { OfferFilters } from './offer-filters.ts';

/** An agent is worth an offer when it has at least one of these free: `cpus:0.01|mem:32` of Mesos. */
const MIN_CPUS_MILLI = 10;
const MIN_MEM_MILLI = 32_000;

/** What the allocator must know of a framework. */
export interface AllocationClient {
  readonly roles: readonly string[];
  readonly suppressedRoles: readonly string[];
  /** Agents with GPUs are kept for frameworks that say they know what to do with them. */
  readonly takesGpus: boolean;
}

/** Resources that now belong to a framework's role, until they are recovered. */
export interface Allocation {
  readonly frameworkId: FrameworkId;
  readonly role: string;
  readonly agentId: AgentId;
  /** With the role as their allocation. */
  readonly resources: ResourceSet;
}

interface AgentBooks {
  readonly total: ResourceSet;
  available: ResourceSet;
  allocated: ResourceSet;
  active: boolean;
}

interface ClientBooks {
  roles: Set<string>;
  suppressed: Set<string>;
  takesGpus: boolean;
  active: boolean;
}

function isAllocatable(resources: ResourceSet): boolean {
  return resources.quantityOf('cpus') >= MIN_CPUS_MILLI || resources.quantityOf('mem') >= MIN_MEM_MILLI;
}

/**
 * Decides who is offered what: each agent's free resources go whole to the framework that is owed most
 * (role by role, then framework by framework), unless it has refused that much of this agent. It keeps the
 * books of every agent and knows nothing of offers, tasks or time but what it is told.
 */
export class Allocator {
  readonly #minRefuseMs: number;
  readonly #agents = new Map<AgentId, AgentBooks>();
  readonly #clients = new Map<FrameworkId, ClientBooks>();
  readonly #roles = new DrfSorter();
  readonly #frameworksOfRole = new Map<string, DrfSorter>();
  readonly #filters = new OfferFilters();
  /** What all agents have together; the sorters look at it. */
  readonly #totals = new Map<string, number>();

  /** A filter holds for at least one allocation interval, or the next tick would make it void. */
  constructor(allocationIntervalMs: number) {
    this.#minRefuseMs = allocationIntervalMs;
  }

  addAgent(agentId: AgentId, total: ResourceSet): void {
    this.#agents.set(agentId, { total, available: total, allocated: ResourceSet.empty, active: true });
    this.#retotal(total, 1);
  }

  setAgentActive(agentId: AgentId, active: boolean): void {
    const agent = this.#agents.get(agentId);
    if (agent !== undefined) agent.active = active;
  }

  /** Call when nothing is allocated on it any more. */
  removeAgent(agentId: AgentId): void {
    const agent = this.#agents.get(agentId);
    if (agent === undefined) return;
    this.#agents.delete(agentId);
    this.#filters.clearAgent(agentId);
    this.#retotal(agent.total, -1);
  }

  addFramework(frameworkId: FrameworkId, client: AllocationClient): void {
    this.#clients.set(frameworkId, { ...this.#books(client), active: true });
    for (const role of client.roles) this.#track(frameworkId, role);
  }

  updateFramework(frameworkId: FrameworkId, client: AllocationClient): void {
    const books = this.#clients.get(frameworkId);
    if (books === undefined) return;
    const former = books.roles;
    Object.assign(books, this.#books(client));
    for (const role of books.roles) this.#track(frameworkId, role);
    for (const role of former) if (!books.roles.has(role)) this.#filters.clearRole(frameworkId, role);
  }

  /** Makes a framework hear of offers again, or not; its filters are forgotten when it goes. */
  setFrameworkActive(frameworkId: FrameworkId, active: boolean): void {
    const books = this.#clients.get(frameworkId);
    if (books === undefined) return;
    books.active = active;
    if (!active) this.#filters.clearFramework(frameworkId);
  }

  /** Call when nothing is allocated to it any more. */
  removeFramework(frameworkId: FrameworkId): void {
    this.#clients.delete(frameworkId);
    this.#filters.clearFramework(frameworkId);
    for (const [role, sorter] of this.#frameworksOfRole) {
      sorter.remove(frameworkId);
      if (sorter.sorted().length > 0) continue;
      this.#frameworksOfRole.delete(role);
      this.#roles.remove(role);
    }
  }

  revive(frameworkId: FrameworkId, roles: readonly string[]): void {
    for (const role of this.#rolesOrAll(frameworkId, roles)) {
      this.#clients.get(frameworkId)?.suppressed.delete(role);
      this.#filters.clearRole(frameworkId, role);
    }
  }

  suppress(frameworkId: FrameworkId, roles: readonly string[]): void {
    for (const role of this.#rolesOrAll(frameworkId, roles)) {
      this.#clients.get(frameworkId)?.suppressed.add(role);
    }
  }

  /** Gives resources back; with a refusal, they are not offered to the same role again for that long. */
  recover(allocation: Allocation, refusal?: { readonly refuseMs: number; readonly nowMs: number }): void {
    const { frameworkId, role, agentId } = allocation;
    const resources = allocation.resources.unallocated();
    const scalars = resources.scalars();
    this.#roles.recovered(role, scalars);
    this.#frameworksOfRole.get(role)?.recovered(frameworkId, scalars);
    const agent = this.#agents.get(agentId);
    if (agent === undefined) return;
    agent.allocated = agent.allocated.take(resources);
    agent.available = agent.available.plus(resources);
    if (refusal === undefined || refusal.refuseMs === 0 || !this.#clients.has(frameworkId)) return;
    const refuseMs = Math.max(refusal.refuseMs, this.#minRefuseMs);
    this.#filters.add(frameworkId, role, agentId, resources, refuseMs, refusal.nowMs);
  }

  /** Charges what exists already, as for the tasks of an agent that comes back. */
  charge(allocation: Allocation): void {
    const resources = allocation.resources.unallocated();
    const scalars = resources.scalars();
    this.#track(allocation.frameworkId, allocation.role);
    this.#roles.allocated(allocation.role, scalars);
    this.#frameworksOfRole.get(allocation.role)?.allocated(allocation.frameworkId, scalars);
    const agent = this.#agents.get(allocation.agentId);
    if (agent === undefined) return;
    agent.allocated = agent.allocated.plus(resources);
    agent.available = agent.available.take(resources);
  }

  /** One cycle over these agents, or all. What it returns is in the books already. */
  allocate(nowMs: number, agentIds: Iterable<AgentId> = this.#agents.keys()): Allocation[] {
    const allocations: Allocation[] = [];
    for (const agentId of agentIds) {
      const agent = this.#agents.get(agentId);
      if (agent?.active) this.#allocateAgent(agentId, agent, nowMs, allocations);
    }
    return allocations;
  }

  allocatedOn(agentId: AgentId): ResourceSet {
    return this.#agents.get(agentId)?.allocated ?? ResourceSet.empty;
  }

  availableOn(agentId: AgentId): ResourceSet {
    return this.#agents.get(agentId)?.available ?? ResourceSet.empty;
  }

  dominantShareOf(role: string): number {
    return this.#roles.shareOf(role);
  }

  weightOf(role: string): number {
    return this.#roles.weightOf(role);
  }

  setWeight(role: string, weight: number): void {
    this.#roles.setWeight(role, weight);
  }

  filterCountOf(role: string, nowMs: number): number {
    return this.#filters.countOf(role, nowMs);
  }

  #allocateAgent(agentId: AgentId, agent: AgentBooks, nowMs: number, allocations: Allocation[]): void {
    if (!isAllocatable(agent.available)) return;
    const hasGpus = agent.total.quantityOf('gpus') > 0;
    for (const role of this.#roles.sorted()) {
      for (const client of this.#frameworksOfRole.get(role)?.sorted() ?? []) {
        const frameworkId = client as FrameworkId;
        const books = this.#clients.get(frameworkId);
        if (!books?.active || !books.roles.has(role) || books.suppressed.has(role)) continue;
        if (hasGpus && !books.takesGpus) continue;
        const free = agent.available.availableTo(role);
        if (!isAllocatable(free)) break;
        if (this.#filters.hides(frameworkId, role, agentId, free, nowMs)) continue;
        const allocation = { frameworkId, role, agentId, resources: free.allocatedTo(role) };
        this.charge(allocation);
        allocations.push(allocation);
      }
      if (!isAllocatable(agent.available)) return;
    }
  }

  #books(client: AllocationClient): Omit<ClientBooks, 'active'> {
    return {
      roles: new Set(client.roles),
      suppressed: new Set(client.suppressedRoles),
      takesGpus: client.takesGpus,
    };
  }

  /** A role is tracked as long as any framework that was ever in it is there: it may still hold tasks. */
  #track(frameworkId: FrameworkId, role: string): void {
    let sorter = this.#frameworksOfRole.get(role);
    if (sorter === undefined) {
      sorter = new DrfSorter();
      sorter.setTotals(this.#totals);
      this.#frameworksOfRole.set(role, sorter);
      this.#roles.add(role);
    }
    sorter.add(frameworkId);
  }

  #rolesOrAll(frameworkId: FrameworkId, roles: readonly string[]): Iterable<string> {
    const own = this.#clients.get(frameworkId)?.roles ?? new Set<string>();
    return roles.length === 0 ? own : roles.filter((role) => own.has(role));
  }

  #retotal(change: ResourceSet, sign: 1 | -1): void {
    for (const [name, milli] of change.scalars()) {
      this.#totals.set(name, (this.#totals.get(name) ?? 0) + sign * milli);
    }
    this.#roles.setTotals(this.#totals);
    for (const sorter of this.#frameworksOfRole.values()) sorter.setTotals(this.#totals);
  }
}

import type { AgentId, FrameworkId } from '../ids.ts';
import { type Quantities, ResourceSet } from '../resources/resource-set.ts';
import { type Allocation, merged } from './allocation.ts';
import { type AgentBooks, AllocationCycle, isWorthALook } from './allocation-cycle.ts';
import { type AllocationClient, type ClientBooks, type Membership, RoleTree } from './client-books.ts';
import { ClusterTotals } from './drf-sorter.ts';
import { OfferFilters } from './offer-filters.ts';
import { addQuantities, type Quota, QuotaCycle, topRole } from './quota.ts';

export type { Allocation } from './allocation.ts';
export type { AllocationClient } from './client-books.ts';

/** So many kinds of machines are remembered. */
const MAX_KINDS = 1000;

/**
 * Decides who is offered what: each agent's free resources go whole to the framework that is owed most
 * (role by role, then framework by framework), unless it has refused that much of this agent. Where roles
 * have quotas, guarantees are served first, enough is held back to keep those that are still open, and
 * nobody gets beyond its limits. It keeps the books of every agent and knows nothing of offers, tasks or time
 * but what it is told.
 */
export class Allocator {
  readonly #minRefuseMs: number;
  readonly #agents = new Map<AgentId, AgentBooks>();
  /** What all agents have together; the sorters look at it. */
  readonly #totals = new ClusterTotals();
  readonly #tree = new RoleTree(this.#totals);
  readonly #quotas = new Map<string, Quota>();
  /** Machines come in few kinds; those of one kind share what they have, which keeps it close at hand. */
  readonly #kinds = new Map<string, ResourceSet>();

  /** A filter holds for at least one allocation interval, or the next tick would make it void. */
  constructor(allocationIntervalMs: number) {
    this.#minRefuseMs = allocationIntervalMs;
  }

  addAgent(agentId: AgentId, resources: ResourceSet): void {
    const total = this.#kindOf(resources);
    this.#agents.set(agentId, {
      id: agentId,
      total,
      available: total,
      allocated: ResourceSet.empty,
      isActive: true,
      hasGpus: total.quantityOf('gpus') > 0,
      filters: undefined,
      refused: undefined,
    });
    this.#totals.change(total.scalars(), 1);
  }

  setAgentActive(agentId: AgentId, active: boolean): void {
    const agent = this.#agents.get(agentId);
    if (agent !== undefined) agent.isActive = active;
  }

  /** Call when nothing is allocated on it any more. */
  removeAgent(agentId: AgentId): void {
    const agent = this.#agents.get(agentId);
    if (agent === undefined) return;
    this.#agents.delete(agentId);
    this.#totals.change(agent.total.scalars(), -1);
  }

  addFramework(frameworkId: FrameworkId, client: AllocationClient): void {
    this.#tree.add(frameworkId, client);
  }

  updateFramework(frameworkId: FrameworkId, client: AllocationClient): void {
    this.#tree.update(frameworkId, client);
  }

  /** Makes a framework hear of offers again, or not; its filters are forgotten when it goes. */
  setFrameworkActive(frameworkId: FrameworkId, active: boolean): void {
    const books = this.#tree.clients.get(frameworkId);
    if (books === undefined) return;
    books.isActive = active;
    this.#tree.refresh(books);
    if (active) return;
    for (const role of books.memberships.keys()) this.#tree.clearFilters(books, role);
  }

  /** Call when nothing is allocated to it any more. */
  removeFramework(frameworkId: FrameworkId): void {
    for (const membership of this.#tree.remove(frameworkId)) {
      for (const agent of this.#agents.values()) agent.filters?.forget(membership);
    }
  }

  revive(frameworkId: FrameworkId, roles: readonly string[]): void {
    const books = this.#tree.clients.get(frameworkId);
    if (books === undefined) return;
    for (const role of ownRoles(books, roles)) {
      books.suppressed.delete(role);
      this.#tree.clearFilters(books, role);
    }
    this.#tree.refresh(books);
  }

  suppress(frameworkId: FrameworkId, roles: readonly string[]): void {
    const books = this.#tree.clients.get(frameworkId);
    if (books === undefined) return;
    for (const role of ownRoles(books, roles)) books.suppressed.add(role);
    this.#tree.refresh(books);
  }

  /** Gives resources back; with a refusal, they are not offered to the same role again for that long. */
  recover(allocation: Allocation, refusal?: { readonly refuseMs: number; readonly nowMs: number }): void {
    const { frameworkId, role, agentId } = allocation;
    const resources = allocation.resources.unallocated();
    this.#book(allocation, resources, -1);
    const agent = this.#agents.get(agentId);
    if (agent === undefined) return;
    agent.allocated = agent.allocated.take(resources);
    agent.available = agent.available.plus(resources);
    if (refusal === undefined || refusal.refuseMs === 0) return;
    const membership = this.#tree.clients.get(frameworkId)?.memberships.get(role);
    if (membership === undefined) return;
    agent.filters ??= new OfferFilters();
    agent.filters.add(membership, resources, Math.max(refusal.refuseMs, this.#minRefuseMs), refusal.nowMs);
  }

  /** Charges what exists already, as for the tasks of an agent that comes back. */
  charge(allocation: Allocation): void {
    const resources = allocation.resources.unallocated();
    this.#book(allocation, resources, 1);
    const agent = this.#agents.get(allocation.agentId);
    if (agent !== undefined) bookOnAgent(agent, resources);
  }

  /**
   * Some of a framework's resources are other ones now, of the same amounts: reserved, unreserved, made into
   * a volume or back.
   */
  convertAllocated(allocation: Allocation, converted: ResourceSet): void {
    const { agentId, role, resources } = allocation;
    const [before, after] = [resources.unallocated(), converted.unallocated()];
    const unreserved = this.#tree.roles.get(role)?.unreserved;
    if (unreserved !== undefined) {
      addQuantities(unreserved, before.unreservedScalars(), -1);
      addQuantities(unreserved, after.unreservedScalars());
    }
    const agent = this.#agents.get(agentId);
    if (agent === undefined) return;
    agent.total = agent.total.take(before).plus(after);
    agent.allocated = agent.allocated.take(before).plus(after);
  }

  /** The same for resources that nobody has been given. */
  convertAvailable(agentId: AgentId, before: ResourceSet, after: ResourceSet): void {
    const agent = this.#agents.get(agentId);
    if (agent === undefined) return;
    agent.total = agent.total.take(before).plus(after);
    agent.available = agent.available.take(before).plus(after);
  }

  /** One cycle over these agents, or all. What it returns is in the books already. */
  allocate(nowMs: number, agentIds?: Iterable<AgentId>): Allocation[] {
    if (this.#tree.roles.activeCount === 0) return [];
    const agents: AgentBooks[] = [];
    for (const agent of agentIds === undefined ? this.#agents.values() : this.#found(agentIds)) {
      if (agent.isActive && isWorthALook(agent.available, this.#tree)) agents.push(agent);
    }
    const allocations: Allocation[] = [];
    const hasQuotas = this.#quotas.size > 0;
    const cycle = new AllocationCycle({
      tree: this.#tree,
      quotas: hasQuotas ? this.#quotaCycle() : undefined,
      nowMs,
      give: (agent, membership, free) => {
        const { name } = membership.role;
        const { frameworkId } = membership.client;
        this.#bookMember(membership, free, 1);
        bookOnAgent(agent, free);
        allocations.push({ frameworkId, role: name, agentId: agent.id, resources: free.allocatedTo(name) });
      },
    });
    if (hasQuotas) for (const agent of agents) cycle.serveGuarantees(agent);
    for (const agent of agents) cycle.share(agent);
    return hasQuotas ? merged(allocations) : allocations;
  }

  totalOf(agentId: AgentId): ResourceSet {
    return this.#agents.get(agentId)?.total ?? ResourceSet.empty;
  }

  allocatedOn(agentId: AgentId): ResourceSet {
    return this.#agents.get(agentId)?.allocated ?? ResourceSet.empty;
  }

  availableOn(agentId: AgentId): ResourceSet {
    return this.#agents.get(agentId)?.available ?? ResourceSet.empty;
  }

  dominantShareOf(role: string): number {
    return this.#tree.roles.shareOf(role);
  }

  weightOf(role: string): number {
    return this.#tree.roles.weightOf(role);
  }

  setWeight(role: string, weight: number): void {
    this.#tree.roles.setWeight(role, weight);
  }

  /** An empty quota, without guarantees and limits, is none. */
  setQuota(role: string, quota: Quota): void {
    if (quota.guarantees.size === 0 && quota.limits.size === 0) this.#quotas.delete(role);
    else this.#quotas.set(role, quota);
  }

  quotaOf(role: string): Quota | undefined {
    return this.#quotas.get(role);
  }

  /** What counts against a role's quota: all that is reserved for it and below it, and what else its frameworks have. */
  quotaConsumption(role: string): Quantities {
    return this.#consumption().get(role) ?? new Map();
  }

  filterCountOf(role: string, nowMs: number): number {
    let count = 0;
    for (const agent of this.#agents.values()) {
      count += agent.filters?.count((owner) => owner.role.name === role, nowMs) ?? 0;
    }
    return count;
  }

  #kindOf(resources: ResourceSet): ResourceSet {
    const text = resources.text();
    const known = this.#kinds.get(text);
    if (known?.equals(resources)) return known;
    if (this.#kinds.size < MAX_KINDS) this.#kinds.set(text, resources.shared());
    return resources;
  }

  /** Tells the sorters; what comes back from a framework that has been removed was forgotten with it. */
  #book({ frameworkId, role }: Allocation, resources: ResourceSet, sign: 1 | -1): void {
    const client = sign === 1 ? this.#tree.client(frameworkId) : this.#tree.clients.get(frameworkId);
    if (client === undefined) return;
    this.#bookMember(this.#tree.membership(client, role), resources, sign);
  }

  #bookMember({ client, role }: Membership, resources: ResourceSet, sign: 1 | -1): void {
    const scalars = resources.scalars();
    addQuantities(role.unreserved, resources.unreservedScalars(), sign);
    if (sign === 1) {
      this.#tree.roles.allocated(role.name, scalars);
      role.frameworks.allocated(client.frameworkId, scalars);
    } else {
      this.#tree.roles.recovered(role.name, scalars);
      role.frameworks.recovered(client.frameworkId, scalars);
    }
  }

  *#found(agentIds: Iterable<AgentId>): Iterable<AgentBooks> {
    for (const agentId of agentIds) {
      const agent = this.#agents.get(agentId);
      if (agent !== undefined) yield agent;
    }
  }

  #quotaCycle(): QuotaCycle {
    const headroom = new Map<string, number>();
    for (const { available } of this.#agents.values()) addQuantities(headroom, available.unreservedScalars());
    return new QuotaCycle(this.#quotas, this.#consumption(), headroom);
  }

  #consumption(): Map<string, Map<string, number>> {
    const consumed = new Map<string, Map<string, number>>();
    const add = (role: string, amounts: Quantities) => {
      const sum = consumed.get(topRole(role)) ?? new Map<string, number>();
      consumed.set(topRole(role), sum);
      addQuantities(sum, amounts);
    };
    for (const role of this.#tree.roles.all()) add(role.name, role.unreserved);
    for (const { total } of this.#agents.values()) {
      if (!total.hasReservations) continue;
      for (const [role, part] of total.byReservation()) if (role !== '*') add(role, part.scalars());
    }
    return consumed;
  }
}

function bookOnAgent(agent: AgentBooks, resources: ResourceSet): void {
  agent.allocated = agent.allocated.plus(resources);
  agent.available = agent.available.take(resources);
}

function ownRoles(books: ClientBooks, roles: readonly string[]): Iterable<string> {
  return roles.length === 0 ? books.roles : roles.filter((role) => books.roles.has(role));
}

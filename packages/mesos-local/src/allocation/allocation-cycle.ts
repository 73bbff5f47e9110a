import type { AgentId } from '../ids.ts';
import { ResourceSet } from '../resources/resource-set.ts';
import type { Membership, RoleBooks, RoleTree } from './client-books.ts';
import type { OfferFilters } from './offer-filters.ts';
import type { QuotaCycle } from './quota.ts';

/** An agent is worth an offer when it has at least one of these free: `cpus:0.01|mem:32` of Mesos. */
const MIN_CPUS_MILLI = 10;
const MIN_MEM_MILLI = 32_000;

/** An agent as the allocator knows it. */
export interface AgentBooks {
  readonly id: AgentId;
  total: ResourceSet;
  available: ResourceSet;
  allocated: ResourceSet;
  isActive: boolean;
  hasGpus: boolean;
  /** None until something of it is refused. */
  filters: OfferFilters<Membership> | undefined;
  /** Nobody wanted what is free there; a cycle passes it over as long as that is certain to be so still. */
  refused: Refused | undefined;
}

interface Refused {
  readonly available: ResourceSet;
  readonly version: number;
  readonly untilMs: number;
}

/** Whether there is enough to be worth an offer. */
export function isAllocatable(resources: ResourceSet): boolean {
  const scalars = resources.scalars();
  return (scalars.get('cpus') ?? 0) >= MIN_CPUS_MILLI || (scalars.get('mem') ?? 0) >= MIN_MEM_MILLI;
}

/** Whether there is anything that could be worth an offer to somebody. */
export function isWorthALook(resources: ResourceSet, { hasOwnMinimums }: RoleTree): boolean {
  return hasOwnMinimums ? !resources.isEmpty : isAllocatable(resources);
}

/** The same for a framework in a role, which may have said what is too little for it. */
function isEnough(resources: ResourceSet, { client, role }: Membership): boolean {
  const minimums = client.minimums?.(role.name);
  if (minimums === undefined) return isAllocatable(resources);
  if (minimums.length === 0) return !resources.isEmpty;
  const scalars = resources.scalars();
  return minimums.some((least) => [...least].every(([name, milli]) => (scalars.get(name) ?? 0) >= milli));
}

/** What a cycle works with. */
export interface AllocationCycleOptions {
  readonly tree: RoleTree;
  /** Undefined where no role has a quota. */
  readonly quotas: QuotaCycle | undefined;
  readonly nowMs: number;
  /** Books resources of an agent for a framework; they are not available any more when it returns. */
  readonly give: (agent: AgentBooks, membership: Membership, resources: ResourceSet) => void;
}

/** One round of offers over many agents: who is owed what is free on each of them. */
export class AllocationCycle {
  readonly #tree: RoleTree;
  readonly #quotas: QuotaCycle | undefined;
  readonly #nowMs: number;
  readonly #give: AllocationCycleOptions['give'];
  // What is looked for is asked of many agents: the functions that ask, and where they leave their answer, are made once.
  readonly #looksForTaker = (role: RoleBooks) => {
    this.#taker = role.frameworks.find(this.#takes);
    return this.#taker !== undefined;
  };
  readonly #takes = (membership: Membership) => this.#wouldTake(membership);
  #agent: AgentBooks | undefined;
  #taker: Membership | undefined;
  #offered = ResourceSet.empty;
  /** Until when all refusals of the agent hold that have been met. */
  #untilMs = Number.POSITIVE_INFINITY;

  constructor({ tree, quotas, nowMs, give }: AllocationCycleOptions) {
    this.#tree = tree;
    this.#quotas = quotas;
    this.#nowMs = nowMs;
    this.#give = give;
  }

  /** First come those who have a guarantee and not yet all of it. */
  serveGuarantees(agent: AgentBooks): void {
    const cycle = this.#quotas;
    if (cycle === undefined) return;
    for (const role of this.#tree.roles.sorted()) {
      for (const membership of role.frameworks.sorted()) {
        const open = cycle.unsatisfied(role.name);
        if (open.size === 0) break;
        const free = this.#freeFor(agent, membership);
        if (free === undefined) continue;
        const towards = free
          .filter((shape, value) => !shape.isReserved && value.kind === 'scalar')
          .capped(open, 'goes');
        if (towards.isEmpty) continue;
        const rest = free
          .minus(towards)
          .filter((shape) => !shape.isReserved || shape.reservedRole === role.name);
        let beyond = rest.capped(cycle.underLimits(role.name, towards.scalars()), 'stays');
        const headroom = cycle.beyondHeadroom();
        if (headroom !== undefined) beyond = beyond.capped(headroom, 'goes');
        const offered = towards.plus(beyond);
        if (
          !isEnough(offered, membership) ||
          agent.filters?.hiddenUntilMs(membership, offered, this.#nowMs) !== undefined
        )
          continue;
        this.#give(agent, membership, offered);
        cycle.given(role.name, offered.unreservedScalars(), towards.scalars());
      }
    }
  }

  /** Then everybody, with what may go beyond the guarantees. */
  share(agent: AgentBooks): void {
    const cycle = this.#quotas;
    if (!isWorthALook(agent.available, this.#tree)) return;
    if (cycle === undefined && this.#isRefusedStill(agent)) return;
    const { available } = agent;
    this.#agent = agent;
    this.#untilMs = Number.POSITIVE_INFINITY;
    // Whoever has got something is owed less: what is left goes by the order as it is then.
    for (let taker = this.#nextTaker(); taker !== undefined; taker = this.#nextTaker()) {
      const offered = this.#offered;
      this.#give(agent, taker, offered);
      cycle?.given(taker.role.name, offered.unreservedScalars());
      if (!isWorthALook(agent.available, this.#tree)) return;
    }
    if (cycle === undefined && agent.available === available) {
      agent.refused = { available, version: this.#tree.version, untilMs: this.#untilMs };
    }
  }

  /** Who is owed most among those who would take something of the agent; {@link #offered} is what that is. */
  #nextTaker(): Membership | undefined {
    this.#taker = undefined;
    this.#tree.roles.find(this.#looksForTaker);
    return this.#taker;
  }

  #wouldTake(membership: Membership): boolean {
    const agent = this.#agent as AgentBooks;
    const cycle = this.#quotas;
    const free = this.#freeFor(agent, membership);
    if (free === undefined) return false;
    const offered = cycle === undefined ? free : underQuota(free, membership.role.name, cycle);
    if (offered !== free && !isEnough(offered, membership)) return false;
    const hiddenUntilMs = agent.filters?.hiddenUntilMs(membership, offered, this.#nowMs);
    if (hiddenUntilMs !== undefined) {
      this.#untilMs = Math.min(this.#untilMs, hiddenUntilMs);
      return false;
    }
    this.#offered = offered;
    return true;
  }

  #isRefusedStill({ refused, available }: AgentBooks): boolean {
    if (refused === undefined || refused.available !== available) return false;
    return refused.version === this.#tree.version && this.#nowMs < refused.untilMs;
  }

  /** What of an agent a framework could be offered in this role; undefined when that is too little. */
  #freeFor(agent: AgentBooks, membership: Membership): ResourceSet | undefined {
    const { client, role } = membership;
    if (agent.hasGpus && !client.takesGpus) return undefined;
    if (client.excludes?.(role.name, agent.id)) return undefined;
    let free = agent.available.availableTo(role.name);
    if (free.hasReservations && !client.knowsRefinement) {
      free = free.filter((shape) => shape.reservations.length <= 1);
    }
    const isKnownToBeEnough = free === agent.available && !this.#tree.hasOwnMinimums;
    return isKnownToBeEnough || isEnough(free, membership) ? free : undefined;
  }
}

function underQuota(free: ResourceSet, role: string, cycle: QuotaCycle): ResourceSet {
  const limited = free.capped(cycle.underLimits(role), 'stays');
  const headroom = cycle.beyondHeadroom();
  return headroom === undefined ? limited : limited.capped(headroom, 'goes');
}

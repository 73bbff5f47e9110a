import type { mesos } from '@spark-mesos/mesos-proto';
import {
  type ConstraintMatcher,
  constraintMatcher,
  fromThousandths,
  parseConstraints,
  partitionResources,
  type Refusal,
  shortage,
  toThousandths,
} from '@spark-mesos/scheduler-utils';
import { type AgentId, type OfferId, readAgentId, readOfferId } from '../model/ids.ts';
import type { Demand } from './driver-plan.ts';

/** What one agent offers to one role at present: several offers may have come one after another. */
export interface AgentOffers {
  readonly agentId: AgentId;
  readonly hostname: string;
  /** The latest, for its attributes. */
  place: mesos.v1.IOffer;
  offers: { readonly id: OfferId; readonly resources: readonly mesos.v1.IResource[] }[];
  readonly sinceMs: number;
}

/** What is left of an agent's offers while drivers are put there. Amounts in thousandths. */
export interface Remainder {
  readonly agent: AgentOffers;
  resources: mesos.v1.IResource[];
  cpus: number;
  mem: number;
  disk: number;
}

/** What was last seen of an agent: to say why a driver waits. */
export interface AgentLook {
  readonly agentId: AgentId;
  readonly hostname: string;
  readonly place: mesos.v1.IOffer;
  readonly cpus: number;
  readonly mem: number;
  readonly disk: number;
  readonly offeredAtMs: number;
}

/** So many agents are remembered. */
const MAX_LOOKS = 10_000;
/** So many texts of constraints are kept ready. */
const MAX_MATCHERS = 1000;

/** The offers that are held, and what was seen of agents. */
export class OfferPool {
  readonly #agents = new Map<string, AgentOffers>();
  readonly #agentOfOffer = new Map<OfferId, string>();
  readonly #looks = new Map<AgentId, AgentLook>();
  readonly #matchers = new Map<string, ConstraintMatcher>();

  get agents(): Iterable<AgentOffers> {
    return this.#agents.values();
  }

  get looks(): Iterable<AgentLook> {
    return this.#looks.values();
  }

  get isEmpty(): boolean {
    return this.#agents.size === 0;
  }

  /** Since when the oldest offer is held. */
  get oldestMs(): number | undefined {
    return this.#agents.values().next().value?.sinceMs;
  }

  add(offer: mesos.v1.IOffer, nowMs: number): void {
    const id = readOfferId(offer.id);
    const agentId = readAgentId(offer.agentId);
    // Offers can be taken together when they are of one agent and for one role.
    const key = `${agentId} ${offer.allocationInfo?.role ?? ''}`;
    const held = this.#agents.get(key);
    const part = { id, resources: offer.resources ?? [] };
    if (held === undefined) {
      const hostname = offer.hostname ?? '';
      this.#agents.set(key, { agentId, hostname, place: offer, offers: [part], sinceMs: nowMs });
    } else {
      held.offers.push(part);
      held.place = offer;
    }
    this.#agentOfOffer.set(id, key);
    this.#look(offer, agentId, nowMs);
  }

  /** Takes an offer out that its master has taken back. */
  rescind(offerId: OfferId): void {
    const key = this.#agentOfOffer.get(offerId);
    const held = key === undefined ? undefined : this.#agents.get(key);
    this.#agentOfOffer.delete(offerId);
    if (key === undefined || held === undefined) return;
    held.offers = held.offers.filter(({ id }) => id !== offerId);
    if (held.offers.length === 0) this.#agents.delete(key);
  }

  /** Takes all offers of an agent out, to be answered. */
  take(agent: AgentOffers): OfferId[] {
    const ids = agent.offers.map(({ id }) => id);
    const key = ids[0] === undefined ? undefined : this.#agentOfOffer.get(ids[0]);
    if (key !== undefined) this.#agents.delete(key);
    for (const id of ids) this.#agentOfOffer.delete(id);
    return ids;
  }

  /** The connection is gone, and the offers with it. */
  clear(): void {
    this.#agents.clear();
    this.#agentOfOffer.clear();
  }

  /** Why the demand does not fit there; `undefined` if it does. */
  refusal(
    demand: Demand,
    rest: Pick<AgentLook, 'cpus' | 'mem' | 'disk'>,
    place: mesos.v1.IOffer,
  ): Refusal | undefined {
    const short = (name: string, need: number, have: number) =>
      shortage(name, fromThousandths(need), fromThousandths(have));
    if (rest.cpus < demand.cpus) return short('cpus', demand.cpus, rest.cpus);
    if (rest.mem < demand.mem) return short('mem', demand.mem, rest.mem);
    if (rest.disk < demand.disk) return short('disk', demand.disk, rest.disk);
    return this.constraintRefusal(demand, place);
  }

  /** Which of the demand's constraints the agent does not meet. */
  constraintRefusal({ constraints }: Demand, place: mesos.v1.IOffer): Refusal | undefined {
    if (constraints === '') return undefined;
    let matches = this.#matchers.get(constraints);
    if (matches === undefined) {
      if (this.#matchers.size >= MAX_MATCHERS) this.#matchers.clear();
      matches = constraintMatcher(parseConstraints(constraints));
      this.#matchers.set(constraints, matches);
    }
    const answer = matches(place);
    return answer.ok ? undefined : answer;
  }

  #look(offer: mesos.v1.IOffer, agentId: AgentId, nowMs: number): void {
    const { cpus, mem, disk } = amountsOf(offer.resources ?? []);
    this.#looks.delete(agentId);
    this.#looks.set(agentId, {
      agentId,
      hostname: offer.hostname ?? '',
      place: offer,
      cpus,
      mem,
      disk,
      offeredAtMs: nowMs,
    });
    if (this.#looks.size > MAX_LOOKS) {
      const [oldest] = this.#looks.keys();
      if (oldest !== undefined) this.#looks.delete(oldest);
    }
  }
}

/** All that an agent's offers hold together. */
export function remainderOf(agent: AgentOffers): Remainder {
  const resources = agent.offers.flatMap((offer) => [...offer.resources]);
  return { agent, resources, ...amountsOf(resources) };
}

/** Takes what a demand needs, and answers with it: every entry as it was offered, but for its amount (rule U31). */
export function takeDemand(rest: Remainder, demand: Demand, reservedFirst: boolean): mesos.v1.IResource[] {
  const taken: mesos.v1.IResource[] = [];
  for (const name of ['cpus', 'mem', 'disk'] as const) {
    if (demand[name] === 0) continue;
    const { used, remaining } = partitionResources(rest.resources, name, fromThousandths(demand[name]), {
      order: reservedFirst ? 'reservedFirst' : 'offer',
    });
    taken.push(...used);
    rest.resources = remaining;
    rest[name] -= demand[name];
  }
  return taken;
}

/** A volume, and a disk of its own, is one piece: no part of it can be taken. */
function amountsOf(resources: readonly mesos.v1.IResource[]): { cpus: number; mem: number; disk: number } {
  const amounts = { cpus: 0, mem: 0, disk: 0 };
  for (const { name, scalar, disk } of resources) {
    if ((name === 'cpus' || name === 'mem' || name === 'disk') && !disk?.persistence && !disk?.source) {
      amounts[name] += toThousandths(scalar?.value ?? 0);
    }
  }
  return amounts;
}

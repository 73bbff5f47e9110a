import type { mesos } from '@spark-mesos/mesos-proto';
import type { Demand } from './driver-plan.ts';
import type { DriverRecord } from './driver-record.ts';
import type { Fleet } from './fleet.ts';
import { type AgentOffers, type OfferPool, type Remainder, remainderOf, takeDemand } from './offer-pool.ts';

/** A driver and the place that was found for it. */
export interface Placement {
  readonly record: DriverRecord;
  readonly taken: readonly mesos.v1.IResource[];
}

/** What is to be done with the offers at hand. */
export interface Matching {
  readonly placements: ReadonlyMap<AgentOffers, readonly Placement[]>;
  /** With strict order: the driver that none of them suits, and for which others may be held. */
  readonly blocked: DriverRecord | undefined;
}

/**
 * Puts drivers on offers (rules D60, D61): due retries first, then the queue in its order; each on the first agent that
 * has enough and meets its constraints. One that does not fit is passed over, unless the order is strict; one whose Spark is
 * missing always is, as no offer would help it.
 *
 * What is left of an agent only shrinks here, so one that was too small for a demand is never looked at for it again:
 * the cost grows with the queue and with the offers, not with their product, as long as demands are alike.
 */
export function matchDrivers(
  fleet: Fleet,
  pool: OfferPool,
  options: { readonly strictOrder: boolean; readonly reservedFirst: boolean },
): Matching {
  const rests = [...pool.agents].map(remainderOf);
  const placements = new Map<AgentOffers, Placement[]>();
  const cursors = new Map<Demand, number>();
  const limits = new Limits(fleet);
  const hopeless = new Set<Demand>();
  for (const record of candidates(fleet)) {
    if (limits.isFull) break;
    if (record.missingSpark !== undefined) continue;
    if (!limits.mayRun(record)) continue;
    const found = findPlace(record.demand, rests, cursors, pool);
    if (found === undefined) {
      if (options.strictOrder) return { placements, blocked: record };
      hopeless.add(record.demand);
      // A full cluster offers little at a time: the queue is not gone through for that.
      if (hopeless.size === fleet.waitingDemands) break;
      continue;
    }
    const taken = takeDemand(found, record.demand, options.reservedFirst);
    limits.count(record);
    const there = placements.get(found.agent);
    if (there === undefined) placements.set(found.agent, [{ record, taken }]);
    else there.push({ record, taken });
  }
  return { placements, blocked: undefined };
}

function* candidates(fleet: Fleet): Iterable<DriverRecord> {
  yield* fleet.due;
  yield* fleet.lines;
}

/** The first agent where the demand fits; those before it never will in this round. */
function findPlace(
  demand: Demand,
  rests: readonly Remainder[],
  cursors: Map<Demand, number>,
  pool: OfferPool,
): Remainder | undefined {
  let at = cursors.get(demand) ?? 0;
  for (; at < rests.length; at += 1) {
    const rest = rests[at];
    if (rest !== undefined && pool.refusal(demand, rest, rest.agent.place) === undefined) break;
  }
  cursors.set(demand, at);
  return rests[at];
}

/** The limits, with those counted that were placed a moment ago. */
class Limits {
  readonly #fleet: Fleet;
  readonly #placedByQueue = new Map<string, number>();
  #placed = 0;

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  get isFull(): boolean {
    return this.#fleet.isFull(this.#placed);
  }

  mayRun({ plan }: DriverRecord): boolean {
    return !this.#fleet.isQueueFull(plan.queue, this.#placedByQueue.get(plan.queue) ?? 0);
  }

  count({ plan: { queue } }: DriverRecord): void {
    this.#placed += 1;
    this.#placedByQueue.set(queue, (this.#placedByQueue.get(queue) ?? 0) + 1);
  }
}

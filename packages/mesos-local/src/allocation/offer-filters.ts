import type { ResourceSet } from '../resources/resource-set.ts';

interface OfferFilter {
  readonly resources: ResourceSet;
  readonly expiresAtMs: number;
  readonly epoch: number;
}

/** Who refuses: a framework in one of its roles. A new epoch makes all its filters void at once. */
export interface FilterOwner {
  filterEpoch: number;
}

/** Longest time for which an offer can be refused; Mesos cuts to the same. */
const MAX_REFUSE_MS = 365 * 24 * 3600 * 1000;

/**
 * What frameworks have refused of one agent, and until when. A filter only hides an offer that fits inside
 * what was refused: as soon as more is free on that agent, the framework hears of it.
 */
export class OfferFilters<Owner extends FilterOwner> {
  readonly #filters = new Map<Owner, OfferFilter[]>();

  add(owner: Owner, resources: ResourceSet, refuseMs: number, nowMs: number): void {
    const filter = {
      resources,
      expiresAtMs: nowMs + Math.min(refuseMs, MAX_REFUSE_MS),
      epoch: owner.filterEpoch,
    };
    const filters = this.#filters.get(owner);
    if (filters === undefined) this.#filters.set(owner, [filter]);
    else filters.push(filter);
  }

  /** Until when these resources are hidden from the owner; undefined when they may be offered. */
  hiddenUntilMs(owner: Owner, offered: ResourceSet, nowMs: number): number | undefined {
    const filters = this.#filters.get(owner);
    if (filters === undefined) return undefined;
    let untilMs: number | undefined;
    let hasDead = false;
    for (const filter of filters) {
      if (!isAlive(filter, owner, nowMs)) hasDead = true;
      else if (filter.expiresAtMs > (untilMs ?? 0) && filter.resources.contains(offered)) {
        untilMs = filter.expiresAtMs;
      }
    }
    if (hasDead) this.#prune(owner, filters, nowMs);
    return untilMs;
  }

  /** How many filters of those owners are in force. */
  count(isCounted: (owner: Owner) => boolean, nowMs: number): number {
    let count = 0;
    for (const [owner, filters] of this.#filters) {
      if (isCounted(owner)) count += filters.filter((filter) => isAlive(filter, owner, nowMs)).length;
    }
    return count;
  }

  forget(owner: Owner): void {
    this.#filters.delete(owner);
  }

  #prune(owner: Owner, filters: readonly OfferFilter[], nowMs: number): void {
    const alive = filters.filter((filter) => isAlive(filter, owner, nowMs));
    if (alive.length === 0) this.#filters.delete(owner);
    else this.#filters.set(owner, alive);
  }
}

function isAlive(filter: OfferFilter, owner: FilterOwner, nowMs: number): boolean {
  return filter.expiresAtMs > nowMs && filter.epoch === owner.filterEpoch;
}

import type { Quantities } from '../resources/resource-set.ts';

/** What a role is promised, and what it may have at most; a name without a limit is not limited. */
export interface Quota {
  readonly guarantees: Quantities;
  readonly limits: Quantities;
}

/** What is left of the first; names of which nothing is left are gone. */
export function subtractQuantities(left: Quantities, right: Quantities): Map<string, number> {
  const rest = new Map<string, number>();
  for (const [name, milli] of left) {
    const amount = milli - (right.get(name) ?? 0);
    if (amount > 0) rest.set(name, amount);
  }
  return rest;
}

/** Adds in place, or takes away. */
export function addQuantities(sum: Map<string, number>, more: Quantities, sign: 1 | -1 = 1): void {
  for (const [name, milli] of more) sum.set(name, (sum.get(name) ?? 0) + sign * milli);
}

/** What may still be given under limits: a name keeps its entry when nothing is left of it, so that it is cut to nothing. */
export function leftUnder(limits: Quantities, consumed: Quantities): Map<string, number> {
  return new Map(
    [...limits].map(([name, milli]) => [name, Math.max(0, milli - (consumed.get(name) ?? 0))] as const),
  );
}

/** Whether every amount of the second is within the first, where the first names it. */
export function isWithin(limits: Quantities, amounts: Quantities): boolean {
  return [...amounts].every(([name, milli]) => milli <= (limits.get(name) ?? Number.POSITIVE_INFINITY));
}

/** The first name of a role's path: quota is given to these only. */
export function topRole(role: string): string {
  const slash = role.indexOf('/');
  return slash < 0 ? role : role.slice(0, slash);
}

/**
 * The quotas in one allocation cycle: what each role with a quota has by now, how much of the cluster must
 * be held back so that all guarantees can be kept, and how much there is to hold back from.
 */
export class QuotaCycle {
  readonly #quotas: ReadonlyMap<string, Quota>;
  readonly #consumed: Map<string, Map<string, number>>;
  readonly #required = new Map<string, number>();
  readonly #headroom: Map<string, number>;

  /** @param headroom All that is unreserved and not given to anybody. */
  constructor(
    quotas: ReadonlyMap<string, Quota>,
    consumed: Map<string, Map<string, number>>,
    headroom: Map<string, number>,
  ) {
    this.#quotas = quotas;
    this.#consumed = consumed;
    this.#headroom = headroom;
    for (const role of quotas.keys()) addQuantities(this.#required, this.unsatisfied(role));
  }

  /** How much of its guarantee a role does not have yet. */
  unsatisfied(role: string): Map<string, number> {
    const guarantees = this.#quotas.get(role)?.guarantees;
    return guarantees === undefined ? new Map() : subtractQuantities(guarantees, this.#consumedBy(role));
  }

  /** How much a role may still get under its limits, when these amounts are on their way already. */
  underLimits(role: string, onTheirWay: Quantities = new Map()): Map<string, number> {
    const limits = this.#quotas.get(role)?.limits;
    if (limits === undefined || limits.size === 0) return new Map();
    return leftUnder(leftUnder(limits, this.#consumedBy(role)), onTheirWay);
  }

  /** How much may be given beyond guarantees; undefined when no guarantee is open and nothing is held back. */
  beyondHeadroom(): Map<string, number> | undefined {
    if ([...this.#required.values()].every((milli) => milli <= 0)) return undefined;
    return subtractQuantities(this.#headroom, this.#required);
  }

  given(role: string, unreserved: Quantities, towardsGuarantees: Quantities = new Map()): void {
    const top = topRole(role);
    if (this.#quotas.has(top)) addQuantities(this.#consumedBy(top), unreserved);
    for (const [name, milli] of unreserved) {
      this.#headroom.set(name, (this.#headroom.get(name) ?? 0) - milli);
    }
    for (const [name, milli] of towardsGuarantees) {
      this.#required.set(name, Math.max(0, (this.#required.get(name) ?? 0) - milli));
    }
  }

  #consumedBy(role: string): Map<string, number> {
    let consumed = this.#consumed.get(role);
    if (consumed === undefined) {
      consumed = new Map();
      this.#consumed.set(role, consumed);
    }
    return consumed;
  }
}

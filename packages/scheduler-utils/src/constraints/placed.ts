import type { OfferPlace } from './fields.ts';
import { fieldReader } from './fields.ts';
import type { Constraint } from './grammar.ts';
import { dependsOnPlaced } from './operators.ts';

/** Where the executors of an application run, as UNIQUE, CLUSTER, GROUP_BY and MAX_PER need to know it. */
export interface PlacedExecutors {
  /** How many run where the field has this value. */
  countOf(field: string, value: string): number;
  /** How many values of the field have executors. */
  groupsOf(field: string): number;
  /** The fewest executors that one of these values has; 0 where there is none. */
  leastOf(field: string): number;
  /** A value of the field that has executors. */
  anyOf(field: string): string | undefined;
}

/** The place of one executor: the values of the fields that the constraints look at, in their order. Plain JSON. */
export type ExecutorPlace = readonly (string | null)[];

/** Nothing runs yet. */
export const NONE_PLACED: PlacedExecutors = {
  countOf: () => 0,
  groupsOf: () => 0,
  leastOf: () => 0,
  anyOf: () => undefined,
};

/**
 * Counts the executors of an application by the fields that its constraints look at.
 *
 * ```ts
 * const placed = new PlacementCounts(constraints);
 * const place = placed.placeOf(offer); // remember it with the executor
 * placed.add(place);                   // when it is placed
 * placed.remove(place);                // when it is gone
 * ```
 */
export class PlacementCounts implements PlacedExecutors {
  readonly #fields: readonly string[];
  readonly #readers: readonly ((offer: OfferPlace) => string | undefined)[];
  readonly #counts: ReadonlyMap<string, FieldCounts>;

  constructor(constraints: readonly Constraint[]) {
    const counted = constraints.filter(({ operator }) => dependsOnPlaced(operator)).map(({ name }) => name);
    this.#fields = [...new Set(counted)];
    this.#readers = this.#fields.map(fieldReader);
    this.#counts = new Map(this.#fields.map((field) => [field, new FieldCounts()]));
  }

  /** Whether no constraint asks where executors run: then there is nothing to count. */
  get isEmpty(): boolean {
    return this.#fields.length === 0;
  }

  /** What to remember of an executor that is placed on this offer. */
  placeOf(offer: OfferPlace): ExecutorPlace {
    return this.#readers.map((read) => read(offer) ?? null);
  }

  /** One more was placed there. */
  add(place: ExecutorPlace): void {
    this.#change(place, 1);
  }

  /** One that was placed there has ended. */
  remove(place: ExecutorPlace): void {
    this.#change(place, -1);
  }

  countOf(field: string, value: string): number {
    return this.#counts.get(field)?.countOf(value) ?? 0;
  }

  groupsOf(field: string): number {
    return this.#counts.get(field)?.size ?? 0;
  }

  leastOf(field: string): number {
    return this.#counts.get(field)?.least ?? 0;
  }

  anyOf(field: string): string | undefined {
    return this.#counts.get(field)?.any;
  }

  #change(place: ExecutorPlace, by: 1 | -1): void {
    for (const [index, field] of this.#fields.entries()) {
      const value = place[index];
      if (value !== null && value !== undefined) {
        this.#counts.get(field)?.change(value, by);
      }
    }
  }
}

/** The counts of one field. The least is kept as well, since GROUP_BY asks for it with every offer. */
class FieldCounts {
  readonly #counts = new Map<string, number>();
  /** How many values have so many executors. */
  readonly #valuesByCount = new Map<number, number>();

  get size(): number {
    return this.#counts.size;
  }

  get least(): number {
    let least = Number.POSITIVE_INFINITY;
    for (const count of this.#valuesByCount.keys()) {
      least = Math.min(least, count);
    }
    return Number.isFinite(least) ? least : 0;
  }

  get any(): string | undefined {
    return this.#counts.keys().next().value;
  }

  countOf(value: string): number {
    return this.#counts.get(value) ?? 0;
  }

  change(value: string, by: 1 | -1): void {
    const before = this.countOf(value);
    const after = Math.max(0, before + by);
    adjust(this.#valuesByCount, before, -1);
    adjust(this.#valuesByCount, after, 1);
    if (after === 0) {
      this.#counts.delete(value);
    } else {
      this.#counts.set(value, after);
    }
  }
}

/** Adjusts how many values have this count; counts of 0 are not kept. */
function adjust(valuesByCount: Map<number, number>, count: number, by: 1 | -1): void {
  if (count === 0) {
    return;
  }
  const values = (valuesByCount.get(count) ?? 0) + by;
  if (values > 0) {
    valuesByCount.set(count, values);
  } else {
    valuesByCount.delete(count);
  }
}

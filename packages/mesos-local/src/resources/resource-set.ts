import type { mesos } from '@spark-mesos/mesos-proto';
import { LocalMesosError } from '../errors.ts';
import { ResourceShape } from './resource-shape.ts';
import {
  addValues,
  containsValue,
  isEmptyValue,
  quantityMilli,
  type ResourceValue,
  readValue,
  subtractValues,
  valueText,
  writeValue,
} from './value.ts';

interface Entry {
  readonly shape: ResourceShape;
  readonly value: ResourceValue;
}

/** For so many roles, what many agents share is allocated as one object. */
const MAX_SHARED_ALLOCATIONS = 1000;

/** Amounts by resource name, in thousandths; what shares and quotas are reckoned with. */
export type Quantities = ReadonlyMap<string, number>;

/**
 * An immutable sum of resources. It is exact (see {@link ResourceValue}), keeps the order in which
 * resources came, and forgets what has become nothing.
 */
export class ResourceSet {
  // Made when it is first asked for: TypeScript 7.0 names the class by an alias in a static initializer, and sets
  // the alias only after it.
  static #empty: ResourceSet | undefined;
  /** Not there until somebody looks, when this was made by {@link allocatedTo}: most of what is offered comes back unread. */
  #made: ReadonlyMap<string, Entry> | undefined;
  /** What this was made from by {@link allocatedTo}, so that offers that come back are the same object again. */
  #bare: ResourceSet | undefined;
  readonly #allocatedRole: string | undefined;
  /** By role, when many agents share this set; see {@link shared}. */
  #allocations: Map<string, ResourceSet> | undefined;
  #scalars: Quantities | undefined;
  #isReserved: boolean | undefined;

  private constructor(entries: ReadonlyMap<string, Entry> | undefined, bare?: ResourceSet, role?: string) {
    this.#made = entries;
    this.#bare = bare;
    this.#allocatedRole = role;
  }

  get #entries(): ReadonlyMap<string, Entry> {
    if (this.#made !== undefined) return this.#made;
    const entries = new Map<string, Entry>();
    const role = this.#allocatedRole ?? '*';
    const bare = this.#bare ?? ResourceSet.empty;
    for (const { shape, value } of bare.#entries.values()) {
      addEntry(entries, { shape: shape.allocatedTo(role), value });
    }
    this.#made = entries;
    return entries;
  }

  /** Nothing. */
  static get empty(): ResourceSet {
    ResourceSet.#empty ??= new ResourceSet(new Map());
    return ResourceSet.#empty;
  }

  /** The sum of these messages. Those without an amount are left out: validation has named them before. */
  static of(resources: readonly mesos.v1.IResource[]): ResourceSet {
    const entries = new Map<string, Entry>();
    for (const resource of resources) {
      const value = readValue(resource);
      if (value !== undefined) addEntry(entries, { shape: ResourceShape.of(resource), value });
    }
    return new ResourceSet(entries);
  }

  get isEmpty(): boolean {
    return this.#made === undefined ? this.unallocated().isEmpty : this.#made.size === 0;
  }

  /** Whether anybody has reserved any of these. */
  get hasReservations(): boolean {
    if (this.#made === undefined) return this.unallocated().hasReservations;
    this.#isReserved ??= [...this.#made.values()].some(({ shape }) => shape.isReserved);
    return this.#isReserved;
  }

  plus(other: ResourceSet): ResourceSet {
    if (other.isEmpty) return this;
    if (this.isEmpty) return other;
    const entries = new Map(this.#entries);
    for (const entry of other.#entries.values()) addEntry(entries, entry);
    return new ResourceSet(entries);
  }

  /** What is left; taking more than there is leaves nothing, as it does in Mesos. */
  minus(other: ResourceSet): ResourceSet {
    if (other === this) return ResourceSet.empty;
    if (other.isEmpty || this.isEmpty) return this;
    const entries = new Map(this.#entries);
    for (const [key, entry] of other.#entries) {
      const mine = entries.get(key);
      if (mine === undefined) continue;
      const value = subtractValues(mine.value, entry.value);
      if (isEmptyValue(value)) entries.delete(key);
      else entries.set(key, { shape: mine.shape, value });
    }
    return new ResourceSet(entries);
  }

  /** Like {@link minus}, but taking what is not there is a fault of the books and throws. */
  take(other: ResourceSet): ResourceSet {
    if (!this.contains(other)) {
      throw new LocalMesosError('LOCAL_ACCOUNTING_BROKEN', `${this.text()} does not contain ${other.text()}`);
    }
    return this.minus(other);
  }

  contains(other: ResourceSet): boolean {
    if (other === this) return true;
    for (const [key, entry] of other.#entries) {
      const mine = this.#entries.get(key);
      if (mine === undefined || !containsValue(mine.value, entry.value)) return false;
      // Nobody has a part of a volume.
      if (mine.shape.isVolume && !containsValue(entry.value, mine.value)) return false;
    }
    return true;
  }

  equals(other: ResourceSet): boolean {
    return this.contains(other) && other.contains(this);
  }

  /** The same resources, allocated to a role. */
  allocatedTo(role: string): ResourceSet {
    const known = this.#allocations?.get(role);
    if (known !== undefined) return known;
    const allocated = new ResourceSet(undefined, this.unallocated(), role);
    if (this.#allocations !== undefined && this.#allocations.size < MAX_SHARED_ALLOCATIONS) {
      this.#allocations.set(role, allocated);
    }
    return allocated;
  }

  /** This set, which from now on is allocated to each role as one and the same object. */
  shared(): this {
    this.#allocations ??= new Map();
    return this;
  }

  /** The same resources with no word of whom they are allocated to: as the agent has them. */
  unallocated(): ResourceSet {
    this.#bare ??= this.#isBare ? this : this.mapShapes((shape) => shape.unallocated());
    return this.#bare;
  }

  get #isBare(): boolean {
    for (const { shape } of this.#entries.values()) if (shape.allocatedRole !== undefined) return false;
    return true;
  }

  /** Messages with reservations as a list, for those who know RESERVATION_REFINEMENT. */
  toMessages(): mesos.v1.IResource[] {
    return [...this.#entries.values()].map(({ shape, value }) => ({
      ...shape.toMessage(),
      ...writeValue(value),
    }));
  }

  quantities(): Map<string, number> {
    const quantities = new Map<string, number>();
    for (const { shape, value } of this.#entries.values()) {
      quantities.set(shape.name, (quantities.get(shape.name) ?? 0) + quantityMilli(value));
    }
    return quantities;
  }

  /** The amounts of scalars alone: what fair shares are reckoned from. */
  scalars(): Quantities {
    if (this.#made === undefined) return this.unallocated().scalars();
    this.#scalars ??= sumScalars(this.#made.values());
    return this.#scalars;
  }

  /** The amounts of the scalars that nobody has reserved. */
  unreservedScalars(): Quantities {
    if (!this.hasReservations) return this.scalars();
    return sumScalars([...this.#entries.values()].filter(({ shape }) => !shape.isReserved));
  }

  /** What a role may have of these: all that nobody has reserved, and what it or a role above it has. */
  availableTo(role: string): ResourceSet {
    return this.hasReservations ? this.filter((shape) => shape.isFor(role)) : this;
  }

  /** The part whose shapes fit; this very set when all do. */
  filter(fits: (shape: ResourceShape, value: ResourceValue) => boolean): ResourceSet {
    const entries = new Map<string, Entry>();
    for (const [key, entry] of this.#entries) {
      if (fits(entry.shape, entry.value)) entries.set(key, entry);
    }
    return entries.size === this.#entries.size ? this : new ResourceSet(entries);
  }

  /** Every resource with another shape; those that become alike are added up. */
  mapShapes(change: (shape: ResourceShape) => ResourceShape): ResourceSet {
    const entries = new Map<string, Entry>();
    for (const { shape, value } of this.#entries.values()) addEntry(entries, { shape: change(shape), value });
    return new ResourceSet(entries);
  }

  /**
   * Unreserved scalars cut down to at most so much of each name; what the caps do not name stays whole, or
   * goes. Ranges, sets and reserved resources stay as they are.
   */
  capped(caps: Quantities, unnamed: 'stays' | 'goes'): ResourceSet {
    const left = new Map(caps);
    const entries = new Map<string, Entry>();
    let isSame = true;
    for (const [key, entry] of this.#entries) {
      const { shape, value } = entry;
      if (shape.isReserved || value.kind !== 'scalar') {
        entries.set(key, entry);
        continue;
      }
      const cap = left.get(shape.name) ?? (unnamed === 'stays' ? value.milli : 0);
      const milli = Math.min(value.milli, Math.max(0, cap));
      if (left.has(shape.name)) left.set(shape.name, cap - milli);
      if (milli === value.milli) entries.set(key, entry);
      else isSame = false;
      if (milli < value.milli && milli > 0) entries.set(key, { shape, value: { kind: 'scalar', milli } });
    }
    return isSame ? this : new ResourceSet(entries);
  }

  /** The parts by the role that has reserved them; `*` is nobody's. */
  byReservation(): Map<string, ResourceSet> {
    const parts = new Map<string, Map<string, Entry>>();
    for (const [key, entry] of this.#entries) {
      const owner = entry.shape.reservedRole;
      const part = parts.get(owner) ?? new Map<string, Entry>();
      parts.set(owner, part.set(key, entry));
    }
    return new Map([...parts].map(([owner, entries]) => [owner, new ResourceSet(entries)]));
  }

  /** How much of the resources of one name, in thousandths, without a look at the others. */
  quantityOf(name: string): number {
    let sum = 0;
    for (const { shape, value } of this.#entries.values()) {
      if (shape.name === name) sum += quantityMilli(value);
    }
    return sum;
  }

  /** As Mesos prints resources in its messages: `cpus(allocated: spark):4; mem(allocated: spark):64`. */
  text(): string {
    if (this.isEmpty) return '{}';
    return [...this.#entries.values()]
      .map(({ shape, value }) => `${shape.text()}:${valueText(value)}`)
      .join('; ');
  }
}

function sumScalars(entries: Iterable<Entry>): Quantities {
  const quantities = new Map<string, number>();
  for (const { shape, value } of entries) {
    if (value.kind === 'scalar') {
      quantities.set(shape.name, (quantities.get(shape.name) ?? 0) + value.milli);
    }
  }
  return quantities;
}

function addEntry(entries: Map<string, Entry>, entry: Entry): void {
  if (isEmptyValue(entry.value)) return;
  const { key } = entry.shape;
  const mine = entries.get(key);
  entries.set(key, mine ? { shape: mine.shape, value: addValues(mine.value, entry.value) } : entry);
}

/** One resource as Mesos prints it, whether it is valid or not: `cpus(allocated: spark):-1`. */
export function resourceText(resource: mesos.v1.IResource): string {
  const value = readValue(resource);
  return `${ResourceShape.of(resource).text()}:${value === undefined ? '' : valueText(value)}`;
}

import { mesos } from '@spark-mesos/mesos-proto';
import { LocalMesosError } from '../errors.ts';
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

/** A resource without its amount: whose it is, how it is reserved, for which role it is allocated. */
type ResourceShape = Omit<mesos.v1.IResource, 'scalar' | 'ranges' | 'set'>;

interface Entry {
  readonly shape: ResourceShape;
  readonly value: ResourceValue;
}

/** Amounts by resource name, in thousandths; what shares and quotas are reckoned with. */
export type Quantities = ReadonlyMap<string, number>;

/**
 * Everything of a resource that must be the same for two amounts to be added. The allocation role is part
 * of it: cpus allocated to one role are no cpus of another. A static role other than `*` counts as the
 * reservation that it is.
 */
function shapeKey(shape: ResourceShape, type: string): string {
  const role = shape.role ?? '*';
  const extras = [
    shape.reservation,
    shape.reservations?.length ? shape.reservations : undefined,
    shape.disk,
    shape.revocable,
    shape.shared,
    shape.providerId,
  ];
  const tail = extras.every((extra) => extra === undefined || extra === null) ? '' : JSON.stringify(extras);
  return `${shape.name}\u0000${type}\u0000${role}\u0000${shape.allocationInfo?.role ?? ''}\u0000${tail}`;
}

function shapeOf(resource: mesos.v1.IResource): ResourceShape {
  const { scalar: _scalar, ranges: _ranges, set: _set, ...shape } = resource;
  return shape;
}

/**
 * An immutable sum of resources. It is exact (see {@link ResourceValue}), keeps the order in which
 * resources came, and forgets what has become nothing.
 */
export class ResourceSet {
  // Made when it is first asked for: TypeScript 7.0 names the class by an alias in a static initializer, and sets
  // the alias only after it.
  static #empty: ResourceSet | undefined;
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(entries: ReadonlyMap<string, Entry>) {
    this.#entries = entries;
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
      if (value !== undefined) addEntry(entries, { shape: shapeOf(resource), value });
    }
    return new ResourceSet(entries);
  }

  get isEmpty(): boolean {
    return this.#entries.size === 0;
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
    for (const [key, entry] of other.#entries) {
      const mine = this.#entries.get(key);
      if (mine === undefined || !containsValue(mine.value, entry.value)) return false;
    }
    return true;
  }

  equals(other: ResourceSet): boolean {
    return this.contains(other) && other.contains(this);
  }

  /** The same resources, allocated to a role. */
  allocatedTo(role: string): ResourceSet {
    return this.#mapShapes((shape) => ({ ...shape, allocationInfo: { role } }));
  }

  /** The same resources with no word of whom they are allocated to: as the agent has them. */
  unallocated(): ResourceSet {
    return this.#mapShapes(({ allocationInfo: _allocationInfo, ...shape }) => shape);
  }

  toMessages(): mesos.v1.IResource[] {
    return [...this.#entries.values()].map((entry) => ({ ...entry.shape, ...writeValue(entry.value) }));
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
    const quantities = new Map<string, number>();
    for (const { shape, value } of this.#entries.values()) {
      if (value.kind === 'scalar')
        quantities.set(shape.name, (quantities.get(shape.name) ?? 0) + value.milli);
    }
    return quantities;
  }

  /** What a role may have of these: all that nobody has reserved, and what it or a role above it has. */
  availableTo(role: string): ResourceSet {
    const entries = new Map<string, Entry>();
    for (const [key, entry] of this.#entries) {
      const owner = reservationRole(entry.shape);
      if (owner === '*' || owner === role || role.startsWith(`${owner}/`)) entries.set(key, entry);
    }
    return entries.size === this.#entries.size ? this : new ResourceSet(entries);
  }

  /** The parts by the role that has reserved them; `*` is nobody's. */
  byReservation(): Map<string, ResourceSet> {
    const parts = new Map<string, Map<string, Entry>>();
    for (const [key, entry] of this.#entries) {
      const owner = reservationRole(entry.shape);
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
      .map(({ shape, value }) => shapeText(shape) + valueText(value))
      .join('; ');
  }

  #mapShapes(change: (shape: ResourceShape) => ResourceShape): ResourceSet {
    const entries = new Map<string, Entry>();
    for (const { shape, value } of this.#entries.values()) addEntry(entries, { shape: change(shape), value });
    return new ResourceSet(entries);
  }
}

function reservationRole(shape: ResourceShape): string {
  return shape.reservations?.at(-1)?.role ?? shape.role ?? '*';
}

function addEntry(entries: Map<string, Entry>, entry: Entry): void {
  if (isEmptyValue(entry.value)) return;
  const key = shapeKey(entry.shape, entry.value.kind);
  const mine = entries.get(key);
  entries.set(key, mine ? { shape: mine.shape, value: addValues(mine.value, entry.value) } : entry);
}

function shapeText(shape: ResourceShape): string {
  const allocation = shape.allocationInfo ? `(allocated: ${shape.allocationInfo.role ?? ''})` : '';
  return `${shape.name}${allocation}${reservationText(shape)}:`;
}

function reservationText(shape: ResourceShape): string {
  const refined = (shape.reservations ?? []).map(
    ({ type, role, principal }) =>
      `(${type === mesos.v1.Resource.ReservationInfo.Type.STATIC ? 'STATIC' : 'DYNAMIC'},${role ?? ''}${principal ? `,${principal}` : ''})`,
  );
  return refined.length === 0 ? '' : `(reservations: [${refined.join(',')}])`;
}

/** One resource as Mesos prints it, whether it is valid or not: `cpus(allocated: spark):-1`. */
export function resourceText(resource: mesos.v1.IResource): string {
  const value = readValue(resource);
  return shapeText(shapeOf(resource)) + (value === undefined ? '' : valueText(value));
}

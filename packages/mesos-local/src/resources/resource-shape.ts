import { mesos, stringifyMesosJson } from '@spark-mesos/mesos-proto';
import { hasField } from '../message-fields.ts';

const { Type: ReservationType } = mesos.v1.Resource.ReservationInfo;

/** So many shapes are shared at most; what strangers make up beyond that is forgotten with them. */
const MAX_SHARED_SHAPES = 10_000;

/** One layer of a reservation: the last one of a resource says whose it is, those before whose it was. */
export interface Reservation {
  readonly type: mesos.v1.Resource.ReservationInfo.Type;
  readonly role: string;
  readonly principal?: string;
  readonly labels?: { readonly labels: readonly { readonly key: string; readonly value?: string }[] };
}

/** What a resource message has beside name, amount, reservations and allocation. */
type Extras = Pick<mesos.v1.IResource, 'disk' | 'revocable' | 'shared' | 'providerId'>;

/**
 * A resource without its amount: its name, how it is reserved, for which role it is allocated. Amounts are
 * added when the shapes' keys are equal. Reservations are held in the newer of Mesos's two forms, as a list;
 * the older one (`role` with or without `reservation`) is turned into it.
 */
export class ResourceShape {
  // Made when it is first asked for, like the empty ResourceSet.
  static #plain: Map<string, ResourceShape> | undefined;
  readonly name: string;
  readonly type: mesos.v1.Value.Type;
  readonly reservations: readonly Reservation[];
  readonly extras: Extras;
  /** The role that it is allocated to; none as the agent has it. */
  readonly allocatedRole: string | undefined;
  readonly key: string;
  readonly #bare: ResourceShape | undefined;
  /** Few roles ever meet a resource; a shape for each is made once. */
  readonly #allocated = new Map<string, ResourceShape>();

  private constructor(fields: ShapeFields, bare?: ResourceShape, allocatedRole?: string) {
    this.name = fields.name;
    this.type = fields.type;
    this.reservations = fields.reservations;
    this.extras = fields.extras;
    this.allocatedRole = allocatedRole;
    this.#bare = bare;
    this.key = `${bare === undefined ? keyOf(fields) : bare.key}\u0000${allocatedRole ?? ''}`;
  }

  static of(resource: mesos.v1.IResource): ResourceShape {
    const { name, type } = resource;
    const fields = { name, type, reservations: reservationsOf(resource), extras: extrasOf(resource) };
    const shape = ResourceShape.#make(fields);
    const role = resource.allocationInfo?.role;
    return role === undefined || role === null ? shape : shape.allocatedTo(role);
  }

  /** Most resources are plain ones of a few names: all agents share their shapes. */
  static #make(fields: ShapeFields): ResourceShape {
    if (fields.reservations.length > 0 || Object.keys(fields.extras).length > 0) {
      return new ResourceShape(fields);
    }
    ResourceShape.#plain ??= new Map();
    const key = `${fields.type} ${fields.name}`;
    const known = ResourceShape.#plain.get(key);
    if (known !== undefined) return known;
    const shape = new ResourceShape(fields);
    if (ResourceShape.#plain.size < MAX_SHARED_SHAPES) ResourceShape.#plain.set(key, shape);
    return shape;
  }

  /** The role that has it; `*` is nobody. */
  get reservedRole(): string {
    return this.reservations.at(-1)?.role ?? '*';
  }

  get isReserved(): boolean {
    return this.reservations.length > 0;
  }

  /** Whether it is a persistent volume, which keeps its data whoever uses it. */
  get isVolume(): boolean {
    return Boolean(this.extras.disk?.persistence);
  }

  /** Whether this role may be given it. */
  isFor(role: string): boolean {
    const owner = this.reservedRole;
    return owner === '*' || owner === role || role.startsWith(`${owner}/`);
  }

  allocatedTo(role: string): ResourceShape {
    const bare = this.unallocated();
    let shape = bare.#allocated.get(role);
    if (shape === undefined) {
      shape = new ResourceShape(bare, bare, role);
      if (bare.#allocated.size < MAX_SHARED_SHAPES) bare.#allocated.set(role, shape);
    }
    return shape;
  }

  unallocated(): ResourceShape {
    return this.#bare ?? this;
  }

  /** The same with other reservations. */
  reservedBy(reservations: readonly Reservation[]): ResourceShape {
    return this.#with({ ...this.#fields(), reservations });
  }

  /** The same disk with another use of it, or none. */
  usedAs(disk: mesos.v1.Resource.IDiskInfo | undefined): ResourceShape {
    const { disk: _disk, shared: _shared, ...extras } = this.extras;
    return this.#with({ ...this.#fields(), extras: disk === undefined ? extras : { ...extras, disk } });
  }

  /** The message without an amount, with reservations as a list. */
  toMessage(): mesos.v1.IResource {
    return {
      name: this.name,
      type: this.type,
      ...(this.allocatedRole !== undefined && { allocationInfo: { role: this.allocatedRole } }),
      ...(this.isReserved && { reservations: this.reservations.map(copyReservation) }),
      ...this.extras,
    };
  }

  /** As Mesos prints it: `cpus(allocated: spark)(reservations: [(DYNAMIC,spark,me)])`. */
  text(): string {
    const allocation = this.allocatedRole === undefined ? '' : `(allocated: ${this.allocatedRole})`;
    const layers = this.reservations.map((layer) => `(${reservationText(layer)})`).join(',');
    const reservations = this.isReserved ? `(reservations: [${layers}])` : '';
    const { disk, revocable, shared } = this.extras;
    const use = disk ? `[${diskText(disk)}]` : '';
    return `${this.name}${allocation}${reservations}${use}${revocable ? '{REV}' : ''}${shared ? '<SHARED>' : ''}`;
  }

  #fields(): ShapeFields {
    return { name: this.name, type: this.type, reservations: this.reservations, extras: this.extras };
  }

  #with(fields: ShapeFields): ResourceShape {
    const shape = ResourceShape.#make(fields);
    return this.allocatedRole === undefined ? shape : shape.allocatedTo(this.allocatedRole);
  }
}

interface ShapeFields {
  readonly name: string;
  readonly type: mesos.v1.Value.Type;
  readonly reservations: readonly Reservation[];
  readonly extras: Extras;
}

function keyOf({ name, type, reservations, extras }: ShapeFields): string {
  const layers = reservations.length === 0 ? '' : JSON.stringify(reservations);
  const { disk, revocable, shared, providerId } = extras;
  const isPlain = !disk && !revocable && !shared && !providerId;
  const rest = isPlain ? '' : stringifyMesosJson(mesos.v1.Resource, { name, type, ...extras });
  return `${name}\u0000${type}\u0000${layers}\u0000${rest}`;
}

function extrasOf(resource: mesos.v1.IResource): Extras {
  const { disk, revocable, shared, providerId } = resource;
  return {
    ...(disk && { disk }),
    ...(revocable && { revocable }),
    ...(shared && { shared }),
    ...(providerId && { providerId }),
  };
}

/** A message's layers, in whichever form it has them, with plain fields in a fixed order. */
function reservationsOf(resource: mesos.v1.IResource): readonly Reservation[] {
  if (resource.reservations?.length) {
    return resource.reservations.map((layer) =>
      makeReservation(layer.type ?? ReservationType.UNKNOWN, layer.role ?? '', layer),
    );
  }
  const role = hasField(resource, 'role') ? (resource.role ?? '*') : '*';
  if (role === '*') return [];
  const { reservation } = resource;
  if (!reservation) return [{ type: ReservationType.STATIC, role }];
  return [makeReservation(ReservationType.DYNAMIC, role, reservation)];
}

function makeReservation(
  type: mesos.v1.Resource.ReservationInfo.Type,
  role: string,
  info: mesos.v1.Resource.IReservationInfo,
): Reservation {
  const labels = info.labels?.labels?.map((label) =>
    hasField(label, 'value') ? { key: label.key, value: label.value ?? '' } : { key: label.key },
  );
  return {
    type,
    role,
    ...(hasField(info, 'principal') && { principal: info.principal ?? '' }),
    ...(labels && { labels: { labels } }),
  };
}

function copyReservation(layer: Reservation): mesos.v1.Resource.IReservationInfo {
  const { type, role, principal, labels } = layer;
  return {
    type,
    role,
    ...(principal !== undefined && { principal }),
    ...(labels && { labels: { labels: labels.labels.map((label) => ({ ...label })) } }),
  };
}

function reservationText({ type, role, principal, labels }: Reservation): string {
  const parts = [type === ReservationType.STATIC ? 'STATIC' : 'DYNAMIC', role];
  if (principal !== undefined) parts.push(principal);
  if (labels) {
    const words = labels.labels.map(({ key, value }) => (value === undefined ? key : `${key}: ${value}`));
    parts.push(`{${words.join(', ')}}`);
  }
  return parts.join(',');
}

function diskText({ source, persistence, volume }: mesos.v1.Resource.IDiskInfo): string {
  const { Type } = mesos.v1.Resource.DiskInfo.Source;
  const origin = source ? (Type[source.type] ?? 'UNKNOWN') : '';
  const id = persistence ? `${source ? ',' : ''}${persistence.id}` : '';
  return `${origin}${id}${volume ? `:${volume.containerPath}` : ''}`;
}

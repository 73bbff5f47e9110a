import type { mesos } from '@spark-mesos/mesos-proto';
import { mesos as mesosNamespace } from '@spark-mesos/mesos-proto';
import { fromThousandths, isReserved, type Thousandths, toThousandths } from '@spark-mesos/scheduler-utils';
import { RemainingPorts } from './remaining-ports.ts';

/** A scalar entry of an offer, and how much of it is left. */
interface Portion {
  readonly source: TakeableResource;
  left: Thousandths;
  /** The part that was taken last: executors are mostly of one size, and nobody changes a part once it is made. */
  part: mesos.v1.IResource | undefined;
  partThousandths: Thousandths;
}

/** Scalars that executors take. */
type ScalarName = 'cpus' | 'mem' | 'gpus' | 'disk';

type TakeableResource = mesos.v1.IResource & { readonly name: ScalarName };

const { SCALAR } = mesosNamespace.v1.Value.Type;

/** Which entries of an offer are taken from first (rule U35). */
export type ResourceOrder = 'offer' | 'reservedFirst';

/**
 * What is left of an offer while executors are placed on it.
 *
 * The offer is taken apart once, at the first executor; each executor then takes its parts off the counts, in the
 * order of the offer (rules U31, U32). What remains of an offer is never built as resources, since nobody asks for it.
 */
export class RemainingResources {
  cpus: Thousandths = 0;
  mem: Thousandths = 0;
  gpus: Thousandths = 0;
  disk: Thousandths = 0;
  readonly #resources: readonly mesos.v1.IResource[];
  readonly #order: ResourceOrder;
  #portions: readonly Portion[] | undefined;
  #ports: RemainingPorts | undefined;

  constructor(resources: readonly mesos.v1.IResource[], order: ResourceOrder) {
    this.#resources = resources;
    this.#order = order;
    for (const entry of resources) {
      if (isTakeable(entry)) {
        this[entry.name] += amountOf(entry);
      }
    }
  }

  /** Several offers of one agent as one. The parts must not be taken from any more if the whole is. */
  static merged(parts: readonly RemainingResources[], order: ResourceOrder): RemainingResources {
    const whole = new RemainingResources([], order);
    const portions = parts.flatMap((part) => part.#takenApart());
    whole.#portions = order === 'offer' ? portions : reservedFirst(portions, ({ source }) => source);
    for (const { cpus, mem, gpus, disk } of parts) {
      whole.cpus += cpus;
      whole.mem += mem;
      whole.gpus += gpus;
      whole.disk += disk;
    }
    whole.#ports = RemainingPorts.merged(parts.map((part) => part.ports));
    return whole;
  }

  /** The ports that are left. */
  get ports(): RemainingPorts {
    this.#ports ??= new RemainingPorts(inOrder(this.#resources, this.#order));
    return this.#ports;
  }

  /** Takes an amount that is there, and adds the parts that carry it. */
  take(name: ScalarName, amount: Thousandths, parts: mesos.v1.IResource[]): void {
    if (amount <= 0) {
      return;
    }
    this[name] -= amount;
    let wanted = amount;
    for (const portion of this.#takenApart()) {
      if (wanted > 0 && portion.source.name === name && portion.left > 0) {
        const taken = Math.min(wanted, portion.left);
        parts.push(partOf(portion, taken));
        portion.left -= taken;
        wanted -= taken;
      }
    }
  }

  #takenApart(): readonly Portion[] {
    this.#portions ??= inOrder(this.#resources, this.#order)
      .filter(isTakeable)
      .map((source) => ({ source, left: amountOf(source), part: undefined, partThousandths: 0 }));
    return this.#portions;
  }
}

function amountOf({ scalar }: mesos.v1.IResource): Thousandths {
  return toThousandths(scalar?.value ?? 0);
}

/** Whether executors can take of the entry: volumes and whole disks are not given out in parts. */
function isTakeable(entry: mesos.v1.IResource): entry is mesos.v1.IResource & { readonly name: ScalarName } {
  if (entry.type !== SCALAR) {
    return false;
  }
  switch (entry.name) {
    case 'cpus':
    case 'mem':
    case 'gpus':
      return true;
    case 'disk':
      return !entry.disk?.persistence && !entry.disk?.source;
    default:
      return false;
  }
}

/** A clone with another amount: role, reservations, allocation and provider stay as they were offered (U32, U33). */
function partOf(portion: Portion, amount: Thousandths): mesos.v1.IResource {
  if (portion.part === undefined || portion.partThousandths !== amount) {
    portion.part = { ...portion.source, scalar: { value: fromThousandths(amount) } };
    portion.partThousandths = amount;
  }
  return portion.part;
}

function inOrder(
  resources: readonly mesos.v1.IResource[],
  order: ResourceOrder,
): readonly mesos.v1.IResource[] {
  return order === 'offer' ? resources : reservedFirst(resources, (entry) => entry);
}

function reservedFirst<Item>(items: readonly Item[], resource: (item: Item) => mesos.v1.IResource): Item[] {
  const isFirst = (item: Item) => isReserved(resource(item));
  return [...items.filter(isFirst), ...items.filter((item) => !isFirst(item))];
}

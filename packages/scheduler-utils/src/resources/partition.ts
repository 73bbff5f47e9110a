import { mesos } from '@spark-mesos/mesos-proto';
import type { Granted, ResourceShortage } from '../refusal.ts';
import { shortage } from '../refusal.ts';
import { fromThousandths, toThousandths } from './fixed-point.ts';
import { isScalar, scalarThousandths, withScalar } from './scalars.ts';

/** What was taken from a list of resources, and what is left of it. */
export interface Partition {
  readonly used: mesos.v1.IResource[];
  readonly remaining: mesos.v1.IResource[];
}

/** Which entries are taken from first. */
export interface PartitionOptions {
  /** `offer`, the default: in the order of the offer. `reservedFirst`: reserved entries before those of everybody. */
  readonly order?: 'offer' | 'reservedFirst';
}

const SCALAR = mesos.v1.Value.Type.SCALAR;

/**
 * Takes an amount of a scalar resource from a list of entries of several roles (rule U31).
 *
 * Each used entry is a clone of its source with another amount, so that role, reservations, allocation, disk and
 * provider reach the task as they were offered (U32, U33). Scalars that are used up vanish from what remains;
 * entries that are no scalars stay. Where there is too little, what there is is taken: whoever needs to know asks
 * {@link takeScalar} instead. Volumes and whole disks are not given out in parts: they stay.
 */
export function partitionResources(
  resources: readonly mesos.v1.IResource[],
  name: string,
  amount: number,
  options: PartitionOptions = {},
): Partition {
  const used: mesos.v1.IResource[] = [];
  const left = new Map<mesos.v1.IResource, number>();
  let wanted = toThousandths(amount);
  for (const entry of inOrder(resources, options.order)) {
    if (wanted > 0 && isScalar(entry, name) && isDivisible(entry)) {
      const available = scalarThousandths(entry);
      const taken = Math.min(wanted, available);
      if (taken > 0) {
        used.push(withScalar(entry, taken));
        left.set(entry, available - taken);
        wanted -= taken;
      }
    }
  }
  return { used, remaining: withoutEmptyScalars(resources, left) };
}

/** As {@link partitionResources}, but with all of the amount or a refusal that says what is short by how much. */
export function takeScalar(
  resources: readonly mesos.v1.IResource[],
  name: string,
  amount: number,
  options: PartitionOptions = {},
): (Granted & Partition) | ResourceShortage {
  const partition = partitionResources(resources, name, amount, options);
  const taken = partition.used.reduce((sum, entry) => sum + scalarThousandths(entry), 0);
  if (taken < toThousandths(amount)) {
    return shortage(name, amount, fromThousandths(taken));
  }
  return { ok: true, ...partition };
}

/** Whether the entry is reserved for a role, in the old form (`role`) or the stacked one (`reservations`). */
export function isReserved(entry: mesos.v1.IResource): boolean {
  return (entry.reservations?.length ?? 0) > 0 || (entry.role ?? '*') !== '*';
}

/** Whether a part of the entry can be taken: a persistent volume and a disk of its own are one piece. */
function isDivisible(entry: mesos.v1.IResource): boolean {
  return !entry.disk?.persistence && !entry.disk?.source;
}

function inOrder(
  resources: readonly mesos.v1.IResource[],
  order: PartitionOptions['order'] = 'offer',
): readonly mesos.v1.IResource[] {
  if (order === 'offer') {
    return resources;
  }
  return [...resources.filter(isReserved), ...resources.filter((entry) => !isReserved(entry))];
}

function withoutEmptyScalars(
  resources: readonly mesos.v1.IResource[],
  left: ReadonlyMap<mesos.v1.IResource, number>,
): mesos.v1.IResource[] {
  const remaining: mesos.v1.IResource[] = [];
  for (const entry of resources) {
    const leftover = left.get(entry);
    if (leftover !== undefined) {
      if (leftover > 0) {
        remaining.push(withScalar(entry, leftover));
      }
    } else if (entry.type !== SCALAR || scalarThousandths(entry) > 0) {
      remaining.push(entry);
    }
  }
  return remaining;
}

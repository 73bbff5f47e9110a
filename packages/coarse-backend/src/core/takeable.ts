import type { mesos } from '@spark-mesos/mesos-proto';
import { mesos as mesosNamespace } from '@spark-mesos/mesos-proto';
import { isReserved, type Thousandths, toThousandths } from '@spark-mesos/scheduler-utils';
import type { CoarseSettings } from '../settings.ts';

/** Scalars that executors take. */
export type ScalarName = 'cpus' | 'mem' | 'gpus' | 'disk';

/** Which entries of an offer are taken from first (rule U35). */
export type ResourceOrder = 'offer' | 'reservedFirst';

/** The order that the settings ask for. */
export function orderOf(settings: Pick<CoarseSettings, 'reservedFirst'>): ResourceOrder {
  return settings.reservedFirst ? 'reservedFirst' : 'offer';
}

const { SCALAR } = mesosNamespace.v1.Value.Type;

/** Which scalar executors can take of the entry; volumes and whole disks are not given out in parts. */
export function scalarNameOf(entry: mesos.v1.IResource): ScalarName | undefined {
  if (entry.type !== SCALAR) {
    return undefined;
  }
  switch (entry.name) {
    case 'cpus':
      return 'cpus';
    case 'mem':
      return 'mem';
    case 'gpus':
      return 'gpus';
    case 'disk':
      return entry.disk?.persistence || entry.disk?.source ? undefined : 'disk';
    default:
      return undefined;
  }
}

/** How much the entry holds. */
export function amountOf({ scalar }: mesos.v1.IResource): Thousandths {
  return toThousandths(scalar?.value ?? 0);
}

/** Things that come of entries, in the order in which the entries are taken from. */
export function inOrder<Item>(
  items: readonly Item[],
  order: ResourceOrder,
  entryOf: (item: Item) => mesos.v1.IResource,
): readonly Item[] {
  if (order === 'offer') {
    return items;
  }
  const isFirst = (item: Item) => isReserved(entryOf(item));
  return [...items.filter(isFirst), ...items.filter((item) => !isFirst(item))];
}

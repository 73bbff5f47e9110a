import { mesos } from '@spark-mesos/mesos-proto';
import type { Thousandths } from './fixed-point.ts';
import { fromThousandths, toThousandths } from './fixed-point.ts';

const SCALAR = mesos.v1.Value.Type.SCALAR;

/** What an offer holds of the scalars that schedulers look at, over all its roles, in thousandths. */
export interface ScalarSums {
  readonly cpus: Thousandths;
  readonly mem: Thousandths;
  readonly gpus: Thousandths;
}

/** Whether the entry is a scalar of that name. */
export function isScalar(entry: mesos.v1.IResource, name: string): boolean {
  return entry.type === SCALAR && entry.name === name;
}

/** The entry's scalar value in thousandths; 0 for one that has none. */
export function scalarThousandths(entry: mesos.v1.IResource): Thousandths {
  return entry.type === SCALAR ? toThousandths(entry.scalar?.value ?? 0) : 0;
}

/** The sum over all entries with that name, whatever their role (rule U30). */
export function sumScalar(resources: readonly mesos.v1.IResource[], name: string): number {
  let sum = 0;
  for (const entry of resources) {
    if (isScalar(entry, name)) {
      sum += scalarThousandths(entry);
    }
  }
  return fromThousandths(sum);
}

/** The sums of cpus, mem and gpus in one walk: what a scheduler needs to know of each offer. */
export function sumScalars(resources: readonly mesos.v1.IResource[]): ScalarSums {
  const sums = { cpus: 0, mem: 0, gpus: 0 };
  for (const entry of resources) {
    const { name } = entry;
    if (name === 'cpus' || name === 'mem' || name === 'gpus') {
      sums[name] += scalarThousandths(entry);
    }
  }
  return sums;
}

/** The same entry with another amount. Everything else stays: allocation, reservations, disk, what we do not know. */
export function withScalar(entry: mesos.v1.IResource, thousandths: Thousandths): mesos.v1.IResource {
  return { ...entry, scalar: { value: fromThousandths(thousandths) } };
}

/** A new unreserved scalar, or one of a role and a reservation (rule U34). */
export function createScalar(
  name: string,
  amount: number,
  role?: string,
  reservation?: mesos.v1.Resource.IReservationInfo,
): mesos.v1.IResource {
  return {
    name,
    type: SCALAR,
    scalar: { value: fromThousandths(toThousandths(amount)) },
    ...(role === undefined ? {} : { role }),
    ...(reservation === undefined ? {} : { reservation }),
  };
}

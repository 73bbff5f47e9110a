import type { mesos } from '@spark-mesos/mesos-proto';
import type { Quantities } from '../resources/resource-set.ts';
import { toMilli } from '../resources/value.ts';

/** The least that a framework wants to be offered in a role: any of these; undefined where it is for the master to say. */
export type OfferMinimums = (role: string) => readonly Quantities[] | undefined;

/** What a framework says of the least that it wants to be offered; undefined when it says nothing. */
export function minimumsOf({ offerFilters }: mesos.v1.IFrameworkInfo): OfferMinimums | undefined {
  const minimums = new Map<string, readonly Quantities[]>();
  for (const [role, { minAllocatableResources }] of Object.entries(offerFilters ?? {})) {
    if (!minAllocatableResources) continue;
    const quantities = minAllocatableResources.quantities ?? [];
    minimums.set(role, quantities.map(quantitiesOf));
  }
  return minimums.size === 0 ? undefined : (role) => minimums.get(role);
}

function quantitiesOf({ quantities }: mesos.v1.OfferFilters.IResourceQuantities): Quantities {
  return new Map(Object.entries(quantities ?? {}).map(([name, { value }]) => [name, toMilli(value)]));
}

/** Why a framework cannot want that, in the words of a real master. */
export function offerFiltersProblem({ offerFilters }: mesos.v1.IFrameworkInfo): string | undefined {
  for (const { minAllocatableResources } of Object.values(offerFilters ?? {})) {
    for (const { quantities } of minAllocatableResources?.quantities ?? []) {
      const all = Object.entries(quantities ?? {});
      if (all.length === 0) return 'Resource quantities must contain at least one quantity';
      for (const [name, { value }] of all) {
        const problem = scalarProblem(value);
        if (problem !== undefined) return `Invalid resource quantity for '${name}': ${problem}`;
      }
    }
  }
  return undefined;
}

const LEAST_NORMAL = 2 ** -1022;

function scalarProblem(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN not supported';
  if (!Number.isFinite(value)) return 'Infinite values not supported';
  if (value !== 0 && Math.abs(value) < LEAST_NORMAL) return 'Subnormal values not supported';
  return value < 0 ? 'Negative values not supported' : undefined;
}

/**
 * A scalar amount as a whole number of thousandths.
 *
 * Mesos keeps scalars with three decimals and rounds everything else away. Sums are made in thousandths, since
 * 0.1 + 0.2 of floating point misses an exact comparison, and a hundred thousand additions and subtractions must
 * come back to where they began.
 */
export type Thousandths = number;

/** The amount in thousandths, rounded as Mesos rounds it. */
export function toThousandths(amount: number): Thousandths {
  return Math.round(amount * 1000);
}

/** The amount in Mesos's own unit. */
export function fromThousandths(thousandths: Thousandths): number {
  return thousandths / 1000;
}

/** How many whole units there are: `cpus` and `gpus` are given out whole in coarse mode. */
export function wholeUnits(thousandths: Thousandths): number {
  return Math.floor(thousandths / 1000);
}

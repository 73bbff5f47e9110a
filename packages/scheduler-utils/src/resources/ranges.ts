import { mesos } from '@spark-mesos/mesos-proto';

/** A range of ports (or of any other whole numbers), both ends included. */
export interface PortRange {
  readonly begin: number;
  readonly end: number;
}

const RANGES = mesos.v1.Value.Type.RANGES;

/** All ranges of the entries with that name, of every role, in the order of the offer (rule U30). */
export function rangesOf(resources: readonly mesos.v1.IResource[], name: string): PortRange[] {
  const found: PortRange[] = [];
  for (const entry of resources) {
    if (entry.name === name && entry.type === RANGES) {
      found.push(...readRanges(entry.ranges));
    }
  }
  return found;
}

/** The ranges of a Mesos message as plain numbers; 64-bit values may be Long objects there. */
export function readRanges(ranges: mesos.v1.Value.IRanges | null | undefined): PortRange[] {
  return (ranges?.range ?? []).map(({ begin, end }) => ({ begin: Number(begin), end: Number(end) }));
}

/** How many numbers the ranges hold. */
export function rangesSize(ranges: readonly PortRange[]): number {
  return ranges.reduce((sum, { begin, end }) => sum + Math.max(0, end - begin + 1), 0);
}

/** Whether the number lies in one of the ranges. */
export function rangesContain(ranges: readonly PortRange[], value: number): boolean {
  return ranges.some(({ begin, end }) => begin <= value && value <= end);
}

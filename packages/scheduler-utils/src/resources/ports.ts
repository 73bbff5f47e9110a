import { mesos } from '@spark-mesos/mesos-proto';
import type { Granted, PortsMissing, ResourceShortage } from '../refusal.ts';
import { GRANTED, shortage } from '../refusal.ts';
import type { Partition } from './partition.ts';
import type { PortRange } from './ranges.ts';
import { rangesContain, rangesOf, rangesSize, readRanges } from './ranges.ts';

const RANGES = mesos.v1.Value.Type.RANGES;

/** Whether every one of the fixed ports is in the offer (rule U41). No ports asked for: yes, whatever is offered. */
export function checkPorts(
  resources: readonly mesos.v1.IResource[],
  ports: readonly number[],
): Granted | PortsMissing {
  if (ports.length === 0) {
    return GRANTED;
  }
  const offered = rangesOf(resources, 'ports');
  const granted = rangesSize(offered) >= ports.length && ports.every((port) => rangesContain(offered, port));
  return granted ? GRANTED : { ok: false, reason: 'PORTS_MISSING', need: ports, have: offered };
}

/**
 * Takes fixed ports from an offer (rule U42): one entry for each port, a clone of the first one whose ranges hold it.
 *
 * All port entries leave the remainder, so that an offer carries at most one worker with fixed ports (U43).
 */
export function partitionPorts(
  resources: readonly mesos.v1.IResource[],
  ports: readonly number[],
): (Granted & Partition) | PortsMissing {
  if (ports.length === 0) {
    return { ok: true, used: [], remaining: [...resources] };
  }
  const check = checkPorts(resources, ports);
  if (!check.ok) {
    return check;
  }
  const entries = resources.filter((entry) => entry.name === 'ports' && entry.type === RANGES);
  const used = ports.flatMap((port) => {
    const source = entries.find((entry) => rangesContain(readRanges(entry.ranges), port));
    return source === undefined ? [] : [{ ...source, ranges: { range: [{ begin: port, end: port }] } }];
  });
  return { ok: true, used, remaining: resources.filter((entry) => !entries.includes(entry)) };
}

/** Any ports of an offer, and which they are. */
export interface TakenPorts extends Partition {
  readonly ports: readonly number[];
}

/**
 * Takes so many ports of an offer, whichever they are, the lowest of each entry first (rule U44): the original took
 * none, so that agents that isolate ports refused what executors opened. Ports that are left stay in the remainder.
 */
export function takeAnyPorts(
  resources: readonly mesos.v1.IResource[],
  count: number,
): (Granted & TakenPorts) | ResourceShortage {
  const used: mesos.v1.IResource[] = [];
  const remaining: mesos.v1.IResource[] = [];
  const ports: number[] = [];
  for (const entry of resources) {
    if (entry.name !== 'ports' || entry.type !== RANGES || ports.length === count) {
      remaining.push(entry);
      continue;
    }
    const { taken, left } = takeLowest(readRanges(entry.ranges), count - ports.length);
    if (taken.length > 0) {
      used.push({ ...entry, ranges: { range: taken } });
      ports.push(...taken.flatMap(numbersOf));
    }
    if (left.length > 0) {
      remaining.push({ ...entry, ranges: { range: left } });
    }
  }
  return ports.length < count ? shortage('ports', count, ports.length) : { ok: true, used, remaining, ports };
}

function takeLowest(
  ranges: readonly PortRange[],
  count: number,
): { readonly taken: PortRange[]; readonly left: PortRange[] } {
  const taken: PortRange[] = [];
  const left: PortRange[] = [];
  let wanted = count;
  for (const { begin, end } of ranges) {
    const size = Math.min(wanted, Math.max(0, end - begin + 1));
    if (size > 0) {
      taken.push({ begin, end: begin + size - 1 });
    }
    if (begin + size <= end) {
      left.push({ begin: begin + size, end });
    }
    wanted -= size;
  }
  return { taken, left };
}

function numbersOf({ begin, end }: PortRange): number[] {
  return Array.from({ length: end - begin + 1 }, (_, index) => begin + index);
}

import { mesos } from '@spark-mesos/mesos-proto';
import type { Granted, PortsMissing } from '../refusal.ts';
import { GRANTED } from '../refusal.ts';
import type { Partition } from './partition.ts';
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

// How much of the processors a process has taken.

import { readFileSync } from 'node:fs';

/** /proc counts in these, on every Linux. */
const TICKS_PER_SECOND = 100;

/** Seconds of processor time of a process since its start, all threads. @param {number} pid */
export function processorSeconds(pid) {
  const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Behind the name, which may hold anything.
  const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

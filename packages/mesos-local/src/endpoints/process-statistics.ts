import { readFileSync } from 'node:fs';

/** In which unit the kernel counts the time of processes: `sysconf(_SC_CLK_TCK)` is 100 wherever Linux runs. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

/** What a process has taken so far. */
export interface ProcessStatistics {
  readonly userSeconds: number;
  readonly systemSeconds: number;
  readonly residentBytes: number;
}

/** What the kernel says of a process; undefined when it has ended, and where there is no /proc. */
export function processStatistics(pid: number | undefined): ProcessStatistics | undefined {
  if (pid === undefined) return undefined;
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The command before the last bracket may hold anything; the fields after it begin with the third one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3] ?? 0);
  return {
    userSeconds: field(14) / TICKS_PER_SECOND,
    systemSeconds: field(15) / TICKS_PER_SECOND,
    residentBytes: field(24) * PAGE_BYTES,
  };
}

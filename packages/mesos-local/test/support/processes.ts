import { readdirSync, readFileSync } from 'node:fs';

/** Whether a process runs; one that has ended and that nobody has asked after does not. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
  } catch {
    return false;
  }
}

/** The processes of a cluster: those that have its agent's id in their environment. */
export function processesOf(agentId: string): number[] {
  const found: number[] = [];
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const environment = readFileSync(`/proc/${entry}/environ`, 'latin1');
      if (environment.includes(`MESOS_SLAVE_ID=${agentId}\0`)) found.push(Number(entry));
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

import { readdir, readFile } from 'node:fs/promises';

/** Sessions that end at about the same time share one look at /proc. */
const GATHER_MS = 20;

/** Reads pid and session out of /proc/PID/stat; the command between the brackets may hold anything. */
export function sessionOfStat(stat: string): number | undefined {
  const rest = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const session = Number(rest[3]);
  return Number.isInteger(session) && session > 0 ? session : undefined;
}

/** Kills a process or, below zero, a process group; what is not there any more is no error. */
export function killQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // ESRCH: gone already. EPERM: its user has changed, then the reaper's last sweep is all that remains.
  }
}

/**
 * Kills what a task has left behind in its session, although it moved out of the task's process group, as
 * PySpark's daemon does. Where there is no /proc, the process group is all that is known.
 */
export class SessionSweeper {
  #sessions = new Set<number>();
  #running: Promise<void> | undefined;

  add(session: number): void {
    this.#sessions.add(session);
    this.#running ??= this.#sweepSoon();
  }

  /** Resolves when nothing is left to do. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #sweepSoon(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
    const sessions = this.#sessions;
    this.#sessions = new Set();
    await sweep(sessions);
    this.#running = this.#sessions.size > 0 ? this.#sweepSoon() : undefined;
  }
}

async function sweep(sessions: ReadonlySet<number>): Promise<void> {
  const entries = await readdir('/proc').catch(() => []);
  for (const entry of entries) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, 'latin1').catch(() => '');
    const session = sessionOfStat(stat);
    if (session !== undefined && sessions.has(session)) killQuietly(Number(entry), 'SIGKILL');
  }
}

import { readdir, readFile } from 'node:fs/promises';
import { sessionOfStat } from '../reaper/session-sweeper.ts';

const INTERVAL_MS = 1000;

interface Watched {
  readonly limitMiB: number;
  readonly exceeded: (usedMiB: number) => void;
}

/**
 * Looks once a second at how much memory each session's processes hold together, and tells of those that hold
 * too much. Where there is no /proc, nothing is known and nothing is told.
 */
export class MemoryWatch {
  readonly #sessions = new Map<number, Watched>();
  readonly #intervalMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(intervalMs = INTERVAL_MS) {
    this.#intervalMs = intervalMs;
  }

  add(session: number, limitMiB: number, exceeded: (usedMiB: number) => void): void {
    this.#sessions.set(session, { limitMiB, exceeded });
    this.#arm();
  }

  /** It may hold more than before. */
  raise(session: number, limitMiB: number): void {
    const watched = this.#sessions.get(session);
    if (watched !== undefined && watched.limitMiB < limitMiB) {
      this.#sessions.set(session, { ...watched, limitMiB });
    }
  }

  remove(session: number): void {
    this.#sessions.delete(session);
    if (this.#sessions.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #arm(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      void this.#look().finally(() => {
        this.#timer = undefined;
        if (this.#sessions.size > 0) this.#arm();
      });
    }, this.#intervalMs);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const used = await memoryOf(new Set(this.#sessions.keys()));
    for (const [session, usedMiB] of used) {
      const watched = this.#sessions.get(session);
      if (watched !== undefined && usedMiB > watched.limitMiB) watched.exceeded(usedMiB);
    }
  }
}

/** The resident memory of these sessions' processes, in MiB. */
async function memoryOf(sessions: ReadonlySet<number>): Promise<Map<number, number>> {
  const used = new Map<number, number>();
  for (const entry of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = await readFile(`/proc/${entry}/stat`, 'latin1').catch(() => '');
    const session = sessionOfStat(stat);
    if (session === undefined || !sessions.has(session)) continue;
    const status = await readFile(`/proc/${entry}/status`, 'latin1').catch(() => '');
    const kib = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
    used.set(session, (used.get(session) ?? 0) + kib / 1024);
  }
  return used;
}

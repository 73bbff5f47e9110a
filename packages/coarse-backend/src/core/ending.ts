import type { CoarseContext } from './context.ts';
import { kill } from './executor-end.ts';

/** How long killed executors may take at the end: Mesos itself kills the hard way after 3 s. */
const KILL_GRACE_MS = 5000;

/** The end of an application (rule C57): executors may end by themselves, the rest is killed, all is torn down. */
export class Ending {
  #deadlineMs: number | undefined;

  /** When the next step is due, unless all executors have ended before. */
  get deadlineMs(): number | undefined {
    return this.#deadlineMs;
  }

  /** Begins it; a second call can only shorten the time. */
  begin(context: CoarseContext, graceMs: number | undefined): void {
    const { nowMs, settings } = context;
    if (context.phase === 'stopping' && graceMs !== undefined && this.#deadlineMs !== undefined) {
      this.#deadlineMs = Math.min(this.#deadlineMs, nowMs + graceMs);
    }
    if (context.phase !== 'active' && context.phase !== 'failed') {
      return;
    }
    context.phase = 'stopping';
    context.demand.setTotals(new Map());
    this.#deadlineMs = nowMs + (graceMs ?? settings.shutdownTimeoutMs);
  }

  /** Kills what is left when the time is up. */
  settleKill(context: CoarseContext): void {
    if (context.phase === 'stopping' && this.#isTimeUp(context) && context.executors.size > 0) {
      context.phase = 'killing';
      this.#deadlineMs = context.nowMs + KILL_GRACE_MS;
      for (const executor of [...context.executors.all()]) {
        kill(context, executor);
      }
    }
  }

  /** Tears the framework down when nothing is left to wait for. */
  settleTeardown(context: CoarseContext): void {
    if (context.phase !== 'stopping' && context.phase !== 'killing') {
      return;
    }
    const isTimeUp = context.phase === 'killing' && this.#isTimeUp(context);
    if (context.executors.size === 0 || context.connection === 'over' || isTimeUp) {
      context.phase = 'stopped';
      this.#deadlineMs = undefined;
      context.emit({ kind: 'teardown' });
    }
  }

  #isTimeUp({ nowMs }: CoarseContext): boolean {
    return this.#deadlineMs !== undefined && nowMs >= this.#deadlineMs;
  }
}

import type { ConnectionState, LifePhase } from './life.ts';

/** How long killed tasks may take at the end: Mesos itself kills the hard way after 3 s. */
const KILL_GRACE_MS = 5000;

/** An engine, as far as its end is concerned. */
export interface Endable {
  phase: LifePhase;
  readonly connection: ConnectionState;
  readonly nowMs: number;
  /** How much of it is alive that must end first. */
  readonly alive: number;
  /** How long that may take by itself. */
  readonly shutdownTimeoutMs: number;
  /** Nothing new is wanted from now on. */
  wantNothing(): void;
  /** Kills what is alive. */
  killAll(): void;
  /** Removes the framework. */
  tearDown(): void;
}

/** The end of an application (rule C57): what runs may end by itself, the rest is killed, all is torn down. */
export class Ending {
  #deadlineMs: number | undefined;

  /** When the next step is due, unless all has ended before. */
  get deadlineMs(): number | undefined {
    return this.#deadlineMs;
  }

  /** Begins it; a second call can only shorten the time. */
  begin(engine: Endable, graceMs: number | undefined): void {
    const { nowMs, shutdownTimeoutMs } = engine;
    if (engine.phase === 'stopping' && graceMs !== undefined && this.#deadlineMs !== undefined) {
      this.#deadlineMs = Math.min(this.#deadlineMs, nowMs + graceMs);
    }
    if (engine.phase !== 'active' && engine.phase !== 'failed') {
      return;
    }
    engine.phase = 'stopping';
    engine.wantNothing();
    this.#deadlineMs = nowMs + (graceMs ?? shutdownTimeoutMs);
  }

  /** Kills what is left when the time is up. */
  settleKill(engine: Endable): void {
    if (engine.phase === 'stopping' && this.#isTimeUp(engine) && engine.alive > 0) {
      engine.phase = 'killing';
      this.#deadlineMs = engine.nowMs + KILL_GRACE_MS;
      engine.killAll();
    }
  }

  /** Tears the framework down when nothing is left to wait for. */
  settleTeardown(engine: Endable): void {
    if (engine.phase !== 'stopping' && engine.phase !== 'killing') {
      return;
    }
    const isTimeUp = engine.phase === 'killing' && this.#isTimeUp(engine);
    if (engine.alive === 0 || engine.connection === 'over' || isTimeUp) {
      engine.phase = 'stopped';
      this.#deadlineMs = undefined;
      engine.tearDown();
    }
  }

  #isTimeUp({ nowMs }: Endable): boolean {
    return this.#deadlineMs !== undefined && nowMs >= this.#deadlineMs;
  }
}

import type { Refusal } from '@spark-mesos/scheduler-utils';
import type { AgentId } from '../ids.ts';
import type { OfferFigures } from './candidate.ts';
import type { LocalityWait } from './locality.ts';

/** An agent that holds as much of the application as one agent may. */
export interface AgentFull {
  readonly ok: false;
  readonly reason: 'AGENT_FULL';
  readonly setting: string;
  readonly max: number;
  /** What the application's executors hold there of it already. */
  readonly held: number;
  /** What one more would add. */
  readonly need: number;
}

/** An agent that is left out after failures. */
export interface AgentExcluded {
  readonly ok: false;
  readonly reason: 'AGENT_EXCLUDED';
  /** When it is tried again, in milliseconds of the clock. */
  readonly untilMs: number;
}

/** An agent that is to be empty: an operator drains it, or its maintenance is near. */
export interface AgentDraining {
  readonly ok: false;
  readonly reason: 'AGENT_DRAINING';
  /** When executors that are still there are killed, in milliseconds of the clock. */
  readonly untilMs: number;
}

/** Why an executor was not placed on what an agent offered. */
export type OfferRefusal = Refusal | AgentFull | LocalityWait;

/** Why an agent's offer was not taken: what it lacked, or that the agent is left out. */
export type AgentRefusal = OfferRefusal | AgentExcluded | AgentDraining;

/** What an agent offered when it was last looked at, and what came of it. */
export interface AgentLook extends OfferFigures {
  readonly agentId: AgentId;
  readonly hostname: string;
  readonly role: string;
  /** How many executors were placed on it. */
  readonly placed: number;
  /** Why no more were; `undefined`: no more were wanted. */
  readonly refusal: AgentRefusal | undefined;
  readonly atMs: number;
}

/** A look at which nothing was placed. */
export type RefusedAgent = AgentLook & { readonly refusal: AgentRefusal };

interface Entry {
  look: AgentLook;
  /** How often in a row nothing fitted, for the same demand. */
  shortages: number;
  /** The demand that was not met. */
  generation: number;
}

/** The last look at each agent: what `explain` and the waiting reports rest on, and the growing declines. */
export class RefusalBook {
  readonly #agents = new Map<AgentId, Entry>();

  get size(): number {
    return this.#agents.size;
  }

  /** The last look at each agent, refused or not. */
  *looks(): IterableIterator<AgentLook> {
    for (const { look } of this.#agents.values()) {
      yield look;
    }
  }

  /** The agents on which nothing was placed at the last look. */
  refused(): RefusedAgent[] {
    return [...this.looks()].filter(isRefused);
  }

  /** Writes a refusal down; returns how many shortages of the same agent came directly before it. */
  note(look: RefusedAgent, generation: number): number {
    const entry = this.#agents.get(look.agentId);
    const isShortage = isAboutRoom(look.refusal);
    if (entry === undefined) {
      this.#agents.set(look.agentId, { look, shortages: isShortage ? 1 : 0, generation });
      return 0;
    }
    const before = entry.generation === generation ? entry.shortages : 0;
    // Several offers of one agent at the same moment are one look at it; the one that comes closest stands for all.
    const isSameLook = entry.look.atMs === look.atMs;
    if (!isSameLook || (entry.look.placed === 0 && entry.look.memThousandths <= look.memThousandths)) {
      entry.look = look;
    }
    entry.shortages = isShortage && !isSameLook ? before + 1 : before;
    entry.generation = generation;
    return isSameLook ? Math.max(0, before - 1) : before;
  }

  /** Writes down that executors were placed. */
  notePlaced(look: AgentLook, generation: number): void {
    this.#agents.set(look.agentId, { look, shortages: 0, generation });
  }

  forget(agentId: AgentId): void {
    this.#agents.delete(agentId);
  }

  clear(): void {
    this.#agents.clear();
  }
}

/** Whether it is about what an agent has room for at present: of that there may be more next time. */
function isAboutRoom(refusal: AgentRefusal): boolean {
  switch (refusal.reason) {
    case 'AGENT_EXCLUDED':
    case 'AGENT_DRAINING':
    case 'LOCALITY_WAIT':
      return false;
    case 'CONSTRAINT_UNMET':
      return refusal.placed !== undefined;
    default:
      return true;
  }
}

function isRefused(look: AgentLook): look is RefusedAgent {
  return look.placed === 0 && look.refusal !== undefined;
}

import type { AgentId } from '@spark-mesos/scheduler-utils';
import type { Candidate, OfferFigures } from './candidate.ts';
import type { AgentRefusal } from './refusals.ts';

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

/**
 * So many agents are remembered. On a large cluster where an application waits it is offered every agent in time, and
 * a gateway has a thousand applications.
 */
const MAX_AGENTS = 4096;

/** A look at which nothing was placed. */
export type RefusedAgent = AgentLook & { readonly refusal: AgentRefusal };

/** The last look at an agent, written over by the next, and what that needs to know of those before. */
class Entry implements AgentLook {
  readonly agentId: AgentId;
  hostname = '';
  role = '';
  cpusThousandths = 0;
  memThousandths = 0;
  gpusThousandths = 0;
  placed = 0;
  refusal: AgentRefusal | undefined = undefined;
  atMs = 0;
  /** How often in a row nothing fitted, for the same demand. */
  shortages = 0;
  /** The demand that was held against the agent. */
  generation = 0;

  constructor(agentId: AgentId) {
    this.agentId = agentId;
  }

  look(candidate: Candidate, refusal: AgentRefusal | undefined, nowMs: number): void {
    this.hostname = candidate.hostname;
    this.role = candidate.role;
    this.cpusThousandths = candidate.cpusThousandths;
    this.memThousandths = candidate.memThousandths;
    this.gpusThousandths = candidate.gpusThousandths;
    this.placed = candidate.executors.length;
    this.refusal = refusal;
    this.atMs = nowMs;
  }
}

/**
 * The last look at each agent: what `explain` and the waiting reports rest on, and the growing declines. Of more agents
 * than {@link MAX_AGENTS} it is those that came last.
 */
export class AgentLooks {
  readonly #agents = new Map<AgentId, Entry>();
  /** All entries in the order in which they came, and some that are forgotten: the next to go is at {@link #oldest}. */
  #ring: Entry[] = [];
  #oldest = 0;

  /** The last looks, refused or not. */
  all(): IterableIterator<AgentLook> {
    return this.#agents.values();
  }

  /** The agents on which nothing was placed at the last look. */
  refused(): RefusedAgent[] {
    return [...this.all()].filter(isRefused);
  }

  /** Writes a refusal down; returns how many shortages of the same agent came directly before it. */
  note(candidate: Candidate, refusal: AgentRefusal, generation: number, nowMs: number): number {
    const known = this.#agents.get(candidate.agentId);
    const entry = known ?? this.#add(candidate.agentId, nowMs);
    const before = entry.generation === generation ? entry.shortages : 0;
    // Several offers of one agent at the same moment are one look at it; the one that comes closest stands for all.
    const isSameLook = known?.atMs === nowMs;
    if (!isSameLook || (entry.placed === 0 && entry.memThousandths <= candidate.memThousandths)) {
      entry.look(candidate, refusal, nowMs);
    }
    entry.shortages = isAboutRoom(refusal) && !isSameLook ? before + 1 : before;
    entry.generation = generation;
    return isSameLook ? Math.max(0, before - 1) : before;
  }

  /** Writes down that executors were placed. */
  notePlaced(candidate: Candidate, generation: number, nowMs: number): void {
    const entry = this.#agents.get(candidate.agentId) ?? this.#add(candidate.agentId, nowMs);
    entry.look(candidate, candidate.refusal, nowMs);
    entry.shortages = 0;
    entry.generation = generation;
  }

  forget(agentId: AgentId): void {
    this.#agents.delete(agentId);
  }

  clear(): void {
    this.#agents.clear();
    this.#ring = [];
    this.#oldest = 0;
  }

  #add(agentId: AgentId, nowMs: number): Entry {
    const entry = new Entry(agentId);
    if (this.#ring.length < MAX_AGENTS) {
      this.#ring.push(entry);
    } else {
      this.#replaceOldest(entry, nowMs);
    }
    this.#agents.set(agentId, entry);
    return entry;
  }

  /**
   * Offers come in turn, so the agent that was seen longest ago and the one that comes again in its place were mostly
   * refused equally often: declines go on growing where there are too many agents to remember each.
   */
  #replaceOldest(entry: Entry, nowMs: number): void {
    const oldest = this.#ring[this.#oldest];
    this.#ring[this.#oldest] = entry;
    this.#oldest = (this.#oldest + 1) % MAX_AGENTS;
    if (oldest === undefined) {
      return;
    }
    const isOfNow = oldest.atMs === nowMs;
    entry.shortages = isOfNow ? Math.max(0, oldest.shortages - 1) : oldest.shortages;
    entry.generation = oldest.generation;
    // It may have been forgotten meanwhile, and come again since.
    if (this.#agents.get(oldest.agentId) === oldest) {
      this.#agents.delete(oldest.agentId);
    }
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

import type { Refusal } from '@spark-mesos/scheduler-utils';
import type { AgentId } from '../ids.ts';

/** Why an agent's offer was not taken: what it lacked, or that the agent is left out. */
export type AgentRefusal = Refusal | { readonly ok: false; readonly reason: 'AGENT_EXCLUDED' };

/** What an agent offered when it was last refused, and why it was. */
export interface RefusedAgent {
  readonly agentId: AgentId;
  readonly hostname: string;
  readonly cpusThousandths: number;
  readonly memThousandths: number;
  readonly gpusThousandths: number;
  readonly refusal: AgentRefusal;
  readonly atMs: number;
  /** How often in a row nothing fitted, for the same demand. */
  readonly shortages: number;
  /** The demand that was not met. */
  readonly generation: number;
}

/** The last refusal of each agent: what `explain` and the waiting reports rest on, and the growing declines. */
export class RefusalBook {
  readonly #agents = new Map<AgentId, RefusedAgent>();

  get size(): number {
    return this.#agents.size;
  }

  all(): IterableIterator<RefusedAgent> {
    return this.#agents.values();
  }

  /** Writes a refusal down; returns how many shortages of the same agent came directly before it. */
  note(refused: Omit<RefusedAgent, 'shortages'>): number {
    const earlier = this.#agents.get(refused.agentId);
    const before = earlier?.generation === refused.generation ? earlier.shortages : 0;
    const { reason } = refused.refusal;
    const isShortage = reason !== 'AGENT_EXCLUDED' && reason !== 'CONSTRAINT_UNMET';
    // Several offers of one agent at the same moment are one look at it.
    const isSameLook = earlier?.atMs === refused.atMs;
    const shortages = isShortage && !isSameLook ? before + 1 : before;
    this.#agents.set(refused.agentId, { ...refused, shortages });
    return isSameLook ? Math.max(0, before - 1) : before;
  }

  forget(agentId: AgentId): void {
    this.#agents.delete(agentId);
  }

  clear(): void {
    this.#agents.clear();
  }
}

import type { AgentId, OfferId } from '../ids.ts';

/** When executors are killed before a maintenance begins, so that they are gone in time. */
const KILL_MARGIN_MS = 5000;

/** What an agent gives tasks that it ends for a drain, where nothing else is said. */
const AGENT_GRACE_MS = 3000;

/** An agent that is to be empty. */
export interface Drain {
  readonly agentId: AgentId;
  /** From when on nothing is placed there and executors are to go. */
  readonly beginsMs: number;
  /** When executors that are still there are killed. */
  readonly deadlineMs: number;
  /** The inverse offer that announced it last. */
  readonly inverseOfferId: OfferId | undefined;
}

/** How drains are timed. */
export interface DrainRules {
  /** How long before its maintenance an agent begins to be emptied. */
  readonly leadMs: number;
  /** What executors have at least between the word and the kill. */
  readonly graceMs: number;
}

/**
 * Which agents are to be empty, since when and until when: those of a maintenance schedule, which Mesos announces
 * with inverse offers and in offers, and those that an operator drains at once.
 *
 * Schedules reach far ahead, and a rolling one names every machine of the cluster. So an agent is of use until
 * `leadMs` before its maintenance.
 */
export class AgentDrains {
  readonly #rules: DrainRules;
  readonly #drains = new Map<AgentId, Drain>();

  constructor(rules: DrainRules) {
    this.#rules = rules;
  }

  get size(): number {
    return this.#drains.size;
  }

  all(): IterableIterator<Drain> {
    return this.#drains.values();
  }

  /** The maintenance of an agent begins at `startMs`; what was said of it earlier no longer counts. */
  plan(agentId: AgentId, startMs: number, inverseOfferId: OfferId | undefined, nowMs: number): void {
    const { leadMs, graceMs } = this.#rules;
    const earlier = this.#drains.get(agentId);
    const isUnderWay = earlier !== undefined && earlier.beginsMs <= nowMs;
    const isStill = startMs - leadMs <= nowMs;
    const beginsMs = isUnderWay && isStill ? earlier.beginsMs : Math.max(startMs - leadMs, nowMs);
    const deadlineMs = Math.max(startMs - KILL_MARGIN_MS, beginsMs + graceMs);
    this.#drains.set(agentId, {
      agentId,
      beginsMs,
      deadlineMs,
      inverseOfferId: inverseOfferId ?? earlier?.inverseOfferId,
    });
  }

  /** The agent ends its tasks now. Returns until when. */
  drainedNow(agentId: AgentId, nowMs: number): number {
    const deadlineMs = nowMs + AGENT_GRACE_MS;
    this.#drains.set(agentId, { agentId, beginsMs: nowMs, deadlineMs, inverseOfferId: undefined });
    return deadlineMs;
  }

  /** What was announced with this inverse offer is not so. */
  rescinded(inverseOfferId: OfferId): void {
    for (const drain of this.#drains.values()) {
      if (drain.inverseOfferId === inverseOfferId) {
        this.#drains.delete(drain.agentId);
      }
    }
  }

  /** The agent is offered as any other, or gone: what was announced of it is not so. */
  cancel(agentId: AgentId): void {
    this.#drains.delete(agentId);
  }

  /** The drain of an agent if it has begun, so that nothing may be placed there. */
  draining(agentId: AgentId, nowMs: number): Drain | undefined {
    const drain = this.#drains.get(agentId);
    return drain !== undefined && drain.beginsMs <= nowMs ? drain : undefined;
  }

  /** The next beginning or deadline of any. */
  nextWakeMs(nowMs: number): number | undefined {
    let next: number | undefined;
    for (const { beginsMs, deadlineMs } of this.#drains.values()) {
      for (const timeMs of [beginsMs, deadlineMs]) {
        if (timeMs > nowMs) {
          next = Math.min(next ?? timeMs, timeMs);
        }
      }
    }
    return next;
  }
}

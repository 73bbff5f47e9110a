import type { mesos } from '@spark-mesos/mesos-proto';
import type { MaintenancePlan } from './engine-events.ts';
import { type AgentId, agentIdOf, type OfferId } from './ids.ts';

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

/** What has come of a drain, told once each. */
export interface DrainStep {
  readonly drain: Drain;
  /** `begins`: executors are to go. `over`: those that are still there are killed. */
  readonly kind: 'begins' | 'over';
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
  /** Those whose beginning, or whose end, has been told. */
  readonly #told = new Map<AgentId, DrainStep['kind']>();
  /** Before this nothing is due, so that a look at it costs nothing. */
  #nextDueMs = Number.POSITIVE_INFINITY;

  constructor(rules: DrainRules) {
    this.#rules = rules;
  }

  /** How many agents are drained. */
  get size(): number {
    return this.#drains.size;
  }

  /** What is due by now. */
  due(nowMs: number): readonly DrainStep[] {
    if (nowMs < this.#nextDueMs) {
      return [];
    }
    const steps: DrainStep[] = [];
    for (const drain of this.#drains.values()) {
      const kind = drain.deadlineMs <= nowMs ? 'over' : 'begins';
      if (drain.beginsMs <= nowMs && this.#told.get(drain.agentId) !== kind) {
        this.#told.set(drain.agentId, kind);
        steps.push({ drain, kind });
      }
    }
    this.#nextDueMs = this.nextWakeMs(nowMs) ?? Number.POSITIVE_INFINITY;
    return steps;
  }

  /** The maintenance of an agent begins at `startMs`; what was said of it earlier no longer counts. */
  plan(agentId: AgentId, startMs: number, inverseOfferId: OfferId | undefined, nowMs: number): void {
    const { leadMs, graceMs } = this.#rules;
    const earlier = this.#drains.get(agentId);
    const isUnderWay = earlier !== undefined && earlier.beginsMs <= nowMs;
    const isStill = startMs - leadMs <= nowMs;
    const beginsMs = isUnderWay && isStill ? earlier.beginsMs : Math.max(startMs - leadMs, nowMs);
    const deadlineMs = Math.max(startMs - KILL_MARGIN_MS, beginsMs + graceMs);
    this.#set({ agentId, beginsMs, deadlineMs, inverseOfferId: inverseOfferId ?? earlier?.inverseOfferId });
  }

  /** Plans for maintenance; returns the inverse offers among them, which are to be agreed to. */
  planned(plans: readonly MaintenancePlan[], nowMs: number): readonly OfferId[] {
    const inverseOfferIds: OfferId[] = [];
    for (const { agentId, startMs, inverseOfferId } of plans) {
      this.plan(agentId, startMs, inverseOfferId, nowMs);
      if (inverseOfferId !== undefined) {
        inverseOfferIds.push(inverseOfferId);
      }
    }
    return inverseOfferIds;
  }

  /** An agent that is offered without a word of maintenance has none before it, and is not drained any more. */
  offered(offers: readonly mesos.v1.IOffer[]): void {
    if (this.size === 0) {
      return;
    }
    for (const { agentId, unavailability } of offers) {
      if (!unavailability) {
        this.cancel(agentIdOf(agentId));
      }
    }
  }

  /** The agent ends its tasks now. Returns until when. */
  drainedNow(agentId: AgentId, nowMs: number): number {
    const deadlineMs = nowMs + AGENT_GRACE_MS;
    this.#set({ agentId, beginsMs: nowMs, deadlineMs, inverseOfferId: undefined });
    return deadlineMs;
  }

  /** What was announced with this inverse offer is not so. */
  rescinded(inverseOfferId: OfferId): void {
    for (const drain of this.#drains.values()) {
      if (drain.inverseOfferId === inverseOfferId) {
        this.cancel(drain.agentId);
      }
    }
  }

  /** The agent is offered as any other, or gone: what was announced of it is not so. */
  cancel(agentId: AgentId): void {
    this.#drains.delete(agentId);
    this.#told.delete(agentId);
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

  #set(drain: Drain): void {
    const earlier = this.#drains.get(drain.agentId);
    if (earlier?.beginsMs !== drain.beginsMs || earlier.deadlineMs !== drain.deadlineMs) {
      this.#told.delete(drain.agentId);
      this.#nextDueMs = Number.NEGATIVE_INFINITY;
    }
    this.#drains.set(drain.agentId, drain);
  }
}

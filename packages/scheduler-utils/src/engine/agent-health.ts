import { formatDuration } from '../durations.ts';
import type { AgentId } from './ids.ts';

/** An agent that is left out after failures. */
export interface ExcludedAgent {
  readonly agentId: string;
  readonly hostname: string;
  readonly failures: number;
  readonly lastMessage: string;
  /** When it is tried again, in milliseconds of the clock. */
  readonly untilMs: number;
}

/** When agents are left out, and for how long. */
export interface ExclusionRules {
  /** So many failures within the window leave an agent out; infinite: none is ever left out. */
  readonly maxFailures: number;
  /** How long a failure counts. */
  readonly windowMs: number;
  /** How long an agent is left out after its last failure. */
  readonly exclusionMs: number;
}

/** While the application has no executor at all, no agent is left out for longer than this. */
const LONELY_EXCLUSION_MS = 15_000;

interface AgentFailures {
  readonly hostname: string;
  /** When executors failed there within the window, oldest first. */
  timesMs: number[];
  lastMessage: string;
  /** Whether the last failure was one too many. */
  isExcluded: boolean;
}

/**
 * Which agents are left out after failures (rules C26, C27).
 *
 * As in the original two failed executors do it, but not for ever: failures count for a window, and the agent is left
 * out for a time after the last one; if another failure follows while the earlier ones still count, it is left out
 * again at once. Only those come here that tell something of the agent: no kills, no lost agents, no drains.
 *
 * An application that wants executors and has none at all cannot be worse off than it is. So once other agents have
 * had `LONELY_EXCLUSION_MS` to offer something better, those that are left out are tried again; if that fails
 * too, `StartBackoff` gives the application up in the end.
 */
export class AgentHealth {
  readonly #rules: ExclusionRules;
  readonly #agents = new Map<AgentId, AgentFailures>();
  #lonelySinceMs: number | undefined;

  constructor(rules: ExclusionRules) {
    this.#rules = rules;
  }

  /** Counts a failure; returns the agent if that is what leaves it out. */
  failed(agentId: AgentId, hostname: string, message: string, nowMs: number): ExcludedAgent | undefined {
    const { maxFailures } = this.#rules;
    if (!Number.isFinite(maxFailures)) {
      return undefined;
    }
    const before = this.excludedUntilMs(agentId, nowMs);
    const agent = this.#agents.get(agentId) ?? {
      hostname,
      timesMs: [],
      lastMessage: message,
      isExcluded: false,
    };
    this.#agents.set(agentId, agent);
    agent.timesMs = [...this.#recent(agent, nowMs), nowMs];
    agent.lastMessage = message;
    agent.isExcluded = agent.timesMs.length >= maxFailures;
    return before === undefined ? this.#describe(agentId, agent, nowMs) : undefined;
  }

  /** Takes note whether executors are wanted and there is none at all. */
  settle(isLonely: boolean, nowMs: number): void {
    this.#lonelySinceMs = isLonely ? (this.#lonelySinceMs ?? nowMs) : undefined;
  }

  /** Until when the agent is left out; `undefined` if it is not. */
  excludedUntilMs(agentId: AgentId, nowMs: number): number | undefined {
    const agent = this.#agents.get(agentId);
    return agent === undefined ? undefined : this.#untilMs(agent, nowMs);
  }

  /** The agents that are left out at present. */
  excluded(nowMs: number): ExcludedAgent[] {
    return [...this.#agents]
      .map(([agentId, agent]) => this.#describe(agentId, agent, nowMs))
      .filter((agent) => agent !== undefined);
  }

  /** How many are left out at present. */
  count(nowMs: number): number {
    return [...this.#agents.values()].filter((agent) => this.#untilMs(agent, nowMs) !== undefined).length;
  }

  /** Gives these agents another chance, or all. */
  clear(agentIds: readonly AgentId[] = [...this.#agents.keys()]): void {
    for (const agentId of agentIds) {
      this.#agents.delete(agentId);
    }
  }

  /** When the next agent comes back; forgets those whose failures no longer count. */
  nextWakeMs(nowMs: number): number | undefined {
    let next: number | undefined;
    for (const [agentId, agent] of this.#agents) {
      const untilMs = this.#untilMs(agent, nowMs);
      if (untilMs !== undefined) {
        next = Math.min(next ?? untilMs, untilMs);
      } else if (this.#recent(agent, nowMs).length === 0) {
        this.#agents.delete(agentId);
      }
    }
    return next;
  }

  #recent(agent: AgentFailures, nowMs: number): number[] {
    return agent.timesMs.filter((timeMs) => timeMs + this.#rules.windowMs > nowMs);
  }

  #untilMs(agent: AgentFailures, nowMs: number): number | undefined {
    const lastMs = agent.timesMs.at(-1);
    if (!agent.isExcluded || lastMs === undefined) {
      return undefined;
    }
    const { exclusionMs } = this.#rules;
    const lonelyMs =
      this.#lonelySinceMs === undefined
        ? Number.POSITIVE_INFINITY
        : Math.max(lastMs, this.#lonelySinceMs) + LONELY_EXCLUSION_MS;
    const untilMs = Math.min(lastMs + exclusionMs, lonelyMs);
    return untilMs > nowMs ? untilMs : undefined;
  }

  #describe(agentId: AgentId, agent: AgentFailures, nowMs: number): ExcludedAgent | undefined {
    const untilMs = this.#untilMs(agent, nowMs);
    if (untilMs === undefined) {
      return undefined;
    }
    const { hostname, lastMessage, timesMs } = agent;
    return { agentId, hostname, failures: timesMs.length, lastMessage, untilMs };
  }
}

/** One agent that is left out, in words. */
export function describeExcluded(agent: ExcludedAgent, nowMs: number): string {
  const rest = formatDuration(Math.max(0, agent.untilMs - nowMs));
  return `${agent.hostname} (${agent.agentId}: ${agent.failures} failures, out for ${rest}; last: ${agent.lastMessage})`;
}

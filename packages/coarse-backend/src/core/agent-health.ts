import { formatDuration } from '@spark-mesos/scheduler-utils';
import type { AgentId } from '../ids.ts';
import type { ExcludedAgent } from '../model.ts';

interface AgentFailures {
  readonly hostname: string;
  /** When executors failed there, oldest first. */
  timesMs: number[];
  lastMessage: string;
}

/**
 * Which agents are left out after failures (rules C26, C27).
 *
 * As in the original two failed executors do it, but failures older than the window no longer count, and only those
 * come here that tell something of the agent: no kills, no lost agents, no drains.
 */
export class AgentHealth {
  readonly #maxFailures: number;
  readonly #windowMs: number;
  readonly #agents = new Map<AgentId, AgentFailures>();

  constructor(maxFailures: number, windowMs: number) {
    this.#maxFailures = maxFailures;
    this.#windowMs = windowMs;
  }

  /** Counts a failure; returns the agent if that is what leaves it out. */
  failed(agentId: AgentId, hostname: string, message: string, nowMs: number): ExcludedAgent | undefined {
    const agent = this.#agents.get(agentId) ?? { hostname, timesMs: [], lastMessage: message };
    this.#agents.set(agentId, agent);
    const before = this.#recent(agent, nowMs).length;
    agent.timesMs = [...this.#recent(agent, nowMs), nowMs];
    agent.lastMessage = message;
    return before + 1 === this.#maxFailures ? this.#describe(agentId, agent, nowMs) : undefined;
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

  /** Gives all agents another chance. */
  clear(): void {
    this.#agents.clear();
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
    return agent.timesMs.filter((timeMs) => timeMs + this.#windowMs > nowMs);
  }

  /** It is out until so many failures have left the window that fewer than the maximum remain. */
  #untilMs(agent: AgentFailures, nowMs: number): number | undefined {
    const recent = this.#recent(agent, nowMs);
    const deciding = recent.at(-this.#maxFailures);
    return recent.length < this.#maxFailures || deciding === undefined
      ? undefined
      : deciding + this.#windowMs;
  }

  #describe(agentId: AgentId, agent: AgentFailures, nowMs: number): ExcludedAgent | undefined {
    const untilMs = this.#untilMs(agent, nowMs);
    if (untilMs === undefined) {
      return undefined;
    }
    const { hostname, lastMessage } = agent;
    return { agentId, hostname, failures: this.#recent(agent, nowMs).length, lastMessage, untilMs };
  }
}

/** One agent that is left out, in words. */
export function describeExcluded(agent: ExcludedAgent, nowMs: number): string {
  const rest = formatDuration(Math.max(0, agent.untilMs - nowMs));
  return `${agent.hostname} (${agent.agentId}: ${agent.failures} failures, out for ${rest}; last: ${agent.lastMessage})`;
}

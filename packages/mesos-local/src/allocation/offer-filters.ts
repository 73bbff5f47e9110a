import type { AgentId, FrameworkId } from '../ids.ts';
import type { ResourceSet } from '../resources/resource-set.ts';

interface OfferFilter {
  readonly resources: ResourceSet;
  readonly expiresAtMs: number;
}

/** Longest time for which an offer can be refused; Mesos cuts to the same. */
const MAX_REFUSE_MS = 365 * 24 * 3600 * 1000;

function filterKey(frameworkId: FrameworkId, role: string): string {
  return `${frameworkId}\u0000${role}`;
}

/**
 * What frameworks have refused, and until when. A filter only hides an offer that fits inside what was
 * refused: as soon as more is free on that agent, the framework hears of it.
 */
export class OfferFilters {
  readonly #filters = new Map<string, Map<AgentId, OfferFilter[]>>();

  add(
    frameworkId: FrameworkId,
    role: string,
    agentId: AgentId,
    resources: ResourceSet,
    refuseMs: number,
    nowMs: number,
  ): void {
    const key = filterKey(frameworkId, role);
    const byAgent = this.#filters.get(key) ?? new Map<AgentId, OfferFilter[]>();
    this.#filters.set(key, byAgent);
    const expiresAtMs = nowMs + Math.min(refuseMs, MAX_REFUSE_MS);
    byAgent.set(agentId, [...(byAgent.get(agentId) ?? []), { resources, expiresAtMs }]);
  }

  hides(
    frameworkId: FrameworkId,
    role: string,
    agentId: AgentId,
    offered: ResourceSet,
    nowMs: number,
  ): boolean {
    const byAgent = this.#filters.get(filterKey(frameworkId, role));
    const filters = byAgent?.get(agentId);
    if (byAgent === undefined || filters === undefined) return false;
    const alive = filters.filter((filter) => filter.expiresAtMs > nowMs);
    if (alive.length === 0) byAgent.delete(agentId);
    else if (alive.length < filters.length) byAgent.set(agentId, alive);
    return alive.some((filter) => filter.resources.contains(offered));
  }

  /** How many filters of a role are in force; a figure for `/metrics/snapshot`. */
  countOf(role: string, nowMs: number): number {
    let count = 0;
    for (const [key, byAgent] of this.#filters) {
      if (!key.endsWith(`\u0000${role}`)) continue;
      for (const filters of byAgent.values()) {
        count += filters.filter((filter) => filter.expiresAtMs > nowMs).length;
      }
    }
    return count;
  }

  clearRole(frameworkId: FrameworkId, role: string): void {
    this.#filters.delete(filterKey(frameworkId, role));
  }

  clearFramework(frameworkId: FrameworkId): void {
    for (const key of this.#filters.keys()) {
      if (key.startsWith(`${frameworkId}\u0000`)) this.#filters.delete(key);
    }
  }

  clearAgent(agentId: AgentId): void {
    for (const byAgent of this.#filters.values()) byAgent.delete(agentId);
  }
}

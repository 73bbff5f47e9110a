import type { AgentId, FrameworkId } from '../ids.ts';
import type { ResourceSet } from '../resources/resource-set.ts';

/** Resources that now belong to a framework's role, until they are recovered. */
export interface Allocation {
  readonly frameworkId: FrameworkId;
  readonly role: string;
  readonly agentId: AgentId;
  /** With the role as their allocation. */
  readonly resources: ResourceSet;
}

/** What one framework got of one agent in both rounds is one offer. */
export function merged(allocations: readonly Allocation[]): Allocation[] {
  const byPlace = new Map<string, Allocation>();
  for (const allocation of allocations) {
    const key = `${allocation.frameworkId}\u0000${allocation.role}\u0000${allocation.agentId}`;
    const before = byPlace.get(key);
    const resources =
      before === undefined ? allocation.resources : before.resources.plus(allocation.resources);
    byPlace.set(key, { ...allocation, resources });
  }
  return [...byPlace.values()];
}

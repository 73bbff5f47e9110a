import type { MasterState } from '../master/master-state.ts';
import { knownRoles } from '../master/operator-messages.ts';
import { consumedQuota } from '../master/quota-calls.ts';
import { type Quantities, ResourceSet } from '../resources/resource-set.ts';
import { sum, usedOf } from './master-view.ts';
import { amountsView, quantitiesView } from './resources-view.ts';

/** A role's quota and what counts against it, as `/roles` has them. */
function quotaView(state: MasterState, role: string) {
  const quota = state.allocator.quotaOf(role);
  return {
    role,
    guarantee: amountsView(quota?.guarantees ?? new Map()),
    limit: amountsView(quota?.limits ?? new Map()),
    consumed: amountsView(consumedQuota(state, role)),
  };
}

/** What all agents have reserved for a role and those below it. */
function reservedAmounts(state: MasterState, role: string): Quantities {
  let reserved = ResourceSet.empty;
  for (const agent of state.agents.values()) {
    if (!agent.resources.hasReservations) continue;
    for (const [owner, part] of agent.resources.byReservation()) {
      if (owner === role || owner.startsWith(`${role}/`)) reserved = reserved.plus(part);
    }
  }
  return reserved.scalars();
}

/** `/roles`: what each role has been given. */
export function rolesView(state: MasterState) {
  const roles = knownRoles(state).map((name) => {
    const members = [...state.frameworks.values()].filter((framework) => framework.roles.includes(name));
    const allocated = usedOf(
      members.flatMap((member) => [...member.tasks.values()].filter((task) => task.role === name)),
      members.flatMap((member) => [...member.executors].filter((executor) => executor.role === name)),
    );
    const offered = sum(
      members.flatMap((member) => [...member.offers.values()].filter((offer) => offer.role === name)),
    );
    const reserved = reservedAmounts(state, name);
    return {
      name,
      weight: state.allocator.weightOf(name),
      quota: quotaView(state, name),
      resources: quantitiesView(allocated.plus(offered)),
      allocated: quantitiesView(allocated),
      offered: quantitiesView(offered),
      reserved: amountsView(reserved),
      frameworks: members.map((member) => member.id as string),
    };
  });
  return { roles };
}

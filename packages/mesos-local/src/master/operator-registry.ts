import { fromMesosJson, mesos, parseJson, stringifyMesosJson } from '@spark-mesos/mesos-proto';
import type { AgentId } from '../ids.ts';
import type { MasterState } from './master-state.ts';
import { type DrainRecord, machineKey } from './operator-state.ts';

/**
 * Maintenance, deactivated agents and those that drain, for the next master. Messages are JSON text of their own:
 * nanoseconds since 1970 have more digits than a number holds.
 */
export interface OperatorRegistry {
  readonly schedule: string | undefined;
  /** Keys of the machines that are down. */
  readonly downMachines: readonly string[];
  readonly deactivatedAgents: readonly AgentId[];
  readonly draining: readonly (readonly [
    AgentId,
    { readonly state: mesos.v1.DrainState; readonly config: string; readonly startedAtMs: number },
  ])[];
}

/** What operators have said of agents and machines. */
export function operatorRegistryOf({ operator }: MasterState): OperatorRegistry {
  const { Schedule } = mesos.v1.maintenance;
  return {
    schedule: operator.schedule && stringifyMesosJson(Schedule, operator.schedule),
    downMachines: [...operator.machines].filter(([, { mode }]) => mode === 'down').map(([key]) => key),
    deactivatedAgents: [...operator.deactivatedAgents],
    draining: [...operator.draining].map(([agentId, { state, config, startedAtMs }]) => {
      const json = stringifyMesosJson(mesos.v1.DrainConfig, config);
      return [agentId, { state, config: json, startedAtMs }] as const;
    }),
  };
}

/** A master that has just been elected goes on as operators have told the one before it. */
export function recoverOperator(state: MasterState, registry: OperatorRegistry): void {
  const { operator } = state;
  recoverMachines(state, registry);
  for (const agentId of registry.deactivatedAgents) operator.deactivatedAgents.add(agentId);
  for (const [agentId, { state: drainState, config, startedAtMs }] of registry.draining) {
    const drain: DrainRecord = {
      state: drainState,
      config: fromMesosJson(mesos.v1.DrainConfig, parseJson(config)),
      startedAtMs,
    };
    operator.draining.set(agentId, drain);
  }
}

function recoverMachines({ operator }: MasterState, { schedule, downMachines }: OperatorRegistry): void {
  if (schedule === undefined) return;
  operator.schedule = fromMesosJson(mesos.v1.maintenance.Schedule, parseJson(schedule));
  for (const { machineIds, unavailability } of operator.schedule.windows ?? []) {
    for (const id of machineIds ?? []) {
      const mode = downMachines.includes(machineKey(id)) ? 'down' : 'draining';
      operator.machines.set(machineKey(id), { id, mode, unavailability, answers: new Map() });
    }
  }
}

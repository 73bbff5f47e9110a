import { mesos, stringifyMesosJson, toSafeNumber } from '@spark-mesos/mesos-proto';
import { agentRemoved } from './agents.ts';
import { rescindInverseOffers } from './inverse-offers.ts';
import { machineOf } from './machines.ts';
import type { MasterState } from './master-state.ts';
import type { AgentRecord } from './model.ts';
import { makeOffers, rescindOffer } from './offers.ts';
import { type MachineRecord, machineKey } from './operator-state.ts';

function machineText(id: mesos.v1.IMachineID): string {
  return `Machine '${stringifyMesosJson(mesos.v1.MachineID, id)}'`;
}

function machineIdProblem(id: mesos.v1.IMachineID): string | undefined {
  if (!id.hostname && !id.ip) return "Both 'hostname' and 'ip' for a machine are empty";
  if (id.ip && !/^\d{1,3}(\.\d{1,3}){3}$/.test(id.ip)) return `Failed to parse IP address '${id.ip}'`;
  return undefined;
}

/** What is wrong with a schedule, in Mesos's words. */
export function scheduleProblem(
  state: MasterState,
  schedule: mesos.v1.maintenance.ISchedule,
): string | undefined {
  const named = new Set<string>();
  for (const window of schedule.windows ?? []) {
    if (!window.machineIds?.length) return 'List of machines in the maintenance window is empty';
    const duration = window.unavailability.duration?.nanoseconds ?? 0;
    if (toSafeNumber(duration) < 0) return "Unavailability 'duration' is negative";
    for (const id of window.machineIds) {
      const problem = machineIdProblem(id);
      if (problem !== undefined) return problem;
      if (named.has(machineKey(id))) return `${machineText(id)} appears more than once in the schedule`;
      named.add(machineKey(id));
    }
  }
  for (const [key, { id, mode }] of state.operator.machines) {
    if (mode === 'down' && !named.has(key)) {
      return `${machineText(id)} is deactivated and cannot be removed from the schedule`;
    }
  }
  return undefined;
}

/** Why these machines cannot be brought down or up, in Mesos's words. */
export function machinesProblem(
  state: MasterState,
  ids: readonly mesos.v1.IMachineID[],
  change: 'down' | 'up',
): string | undefined {
  if (ids.length === 0) return 'List of machines is empty';
  const named = new Set<string>();
  for (const id of ids) {
    const problem = machineIdProblem(id);
    if (problem !== undefined) return problem;
    if (named.has(machineKey(id))) return `${machineText(id)} appears more than once in the schedule`;
    named.add(machineKey(id));
  }
  for (const id of ids) {
    const machine = state.operator.machines.get(machineKey(id));
    if (machine === undefined) return `${machineText(id)} is not part of a maintenance schedule`;
    if (change === 'down' && machine.mode !== 'draining') {
      return `${machineText(id)} is not in DRAINING mode and cannot be brought down`;
    }
    if (change === 'up' && machine.mode !== 'down') {
      return `${machineText(id)} is not in DOWN mode and cannot be brought up`;
    }
  }
  return undefined;
}

/** A new schedule instead of the old one: all agents that it concerns are offered anew, and asked back. */
export function updateSchedule(state: MasterState, schedule: mesos.v1.maintenance.ISchedule): void {
  const { machines } = state.operator;
  const touched = new Set(agentsUnderMaintenance(state));
  const former = new Map(machines);
  machines.clear();
  for (const window of schedule.windows ?? []) {
    for (const id of window.machineIds ?? []) {
      const { unavailability } = window;
      const mode = former.get(machineKey(id))?.mode ?? 'draining';
      machines.set(machineKey(id), { id, mode, unavailability, answers: new Map() });
    }
  }
  state.operator.schedule = schedule.windows?.length ? schedule : undefined;
  state.operator.inverseFilters.clear();
  for (const agent of agentsUnderMaintenance(state)) touched.add(agent);
  for (const agent of touched) {
    for (const offer of [...agent.offers.values()]) rescindOffer(state, offer);
    rescindInverseOffers(state, agent.id);
  }
  if (touched.size > 0) {
    makeOffers(
      state,
      [...touched].map(({ id }) => id),
    );
  }
}

function agentsUnderMaintenance(state: MasterState): AgentRecord[] {
  return [...state.agents.values()].filter((agent) => machineOf(state, agent) !== undefined);
}

/** Machines go down: their agents are told to end, and what ran there is lost. */
export function startMaintenance(state: MasterState, ids: readonly mesos.v1.IMachineID[]): void {
  for (const machine of machinesNamed(state, ids)) {
    for (const agent of [...state.agents.values()]) {
      if (machineOf(state, agent) !== machine) continue;
      state.shutdownAgent(agent.id);
      agentRemoved(state, { kind: 'agent-removed', agentId: agent.id, how: 'unregistered' });
    }
    machine.mode = 'down';
  }
}

/** Machines are up again and not in the schedule any more. */
export function stopMaintenance(state: MasterState, ids: readonly mesos.v1.IMachineID[]): void {
  const keys = new Set(ids.map(machineKey));
  for (const key of keys) state.operator.machines.delete(key);
  const windows = (state.operator.schedule?.windows ?? [])
    .map((window) => ({
      ...window,
      machineIds: (window.machineIds ?? []).filter((id) => !keys.has(machineKey(id))),
    }))
    .filter((window) => window.machineIds.length > 0);
  state.operator.schedule = windows.length > 0 ? { windows } : undefined;
}

function machinesNamed(state: MasterState, ids: readonly mesos.v1.IMachineID[]): MachineRecord[] {
  return ids
    .map((id) => state.operator.machines.get(machineKey(id)))
    .filter((machine) => machine !== undefined);
}

/** Machines that drain with the answers of frameworks, and those that are down. */
export function maintenanceStatus(state: MasterState): mesos.v1.maintenance.IClusterStatus {
  const machines = [...state.operator.machines.values()];
  return {
    drainingMachines: machines
      .filter(({ mode }) => mode === 'draining')
      .map(({ id, answers }) => ({ id, statuses: [...answers.values()] })),
    downMachines: machines.filter(({ mode }) => mode === 'down').map(({ id }) => id),
  };
}

import type { mesos } from '@spark-mesos/mesos-proto';
import type { MasterState } from './master-state.ts';
import type { AgentDescription, AgentRecord } from './model.ts';
import { type MachineRecord, machineKey } from './operator-state.ts';

/** The machine of the maintenance schedule that an agent is on; the schedule may name it either way. */
export function machineOf(state: MasterState, { hostname, ip }: AgentDescription): MachineRecord | undefined {
  const { machines } = state.operator;
  if (machines.size === 0) return undefined;
  for (const id of [{ hostname, ip }, { hostname }, { ip }]) {
    const machine = machines.get(machineKey(id));
    if (machine !== undefined) return machine;
  }
  return undefined;
}

/** Where an agent's own endpoints are, as offers say it. */
export function agentUrl({ hostname, ip, port }: AgentRecord): mesos.v1.IURL {
  return { scheme: 'http', address: { hostname, ip, port }, path: '/slave(1)' };
}

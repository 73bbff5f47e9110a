import { Moment } from '../../shared/clock.tsx';
import { type Column, DataTable } from '../../shared/data-table.tsx';
import { Chips } from '../../shared/parts.tsx';
import type { AgentView } from '../model/agent.ts';
import { SCALAR_KINDS } from '../model/resources.ts';
import { KIND_TITLES, UseBar } from '../resource-parts.tsx';
import { AgentState } from '../state-badge.tsx';
import { AgentName } from './names.tsx';

/** Agents with what they have, use and offer. */
export function AgentTable({ agents }: { agents: readonly AgentView[] }) {
  const hasGpus = agents.some((agent) => agent.use.total.gpus > 0);
  const columns = AGENT_COLUMNS.filter((column) => hasGpus || column.title !== 'GPUs');
  return (
    <DataTable
      caption="Agents"
      columns={columns}
      rows={agents}
      keyOf={(agent) => agent.id}
      empty="No agent has registered with this master."
    />
  );
}

const AGENT_COLUMNS: readonly Column<AgentView>[] = [
  {
    title: 'State',
    onPhone: 'beside-heading',
    width: 8,
    cell: (agent) => <AgentState status={agent.status} />,
    sortBy: (agent) => agent.status,
  },
  {
    title: 'Agent',
    cell: (agent) => <AgentName agentId={agent.id} hostname={agent.address} />,
    sortBy: (agent) => `${agent.hostname} ${agent.id}`,
    isHeading: true,
  },
  ...SCALAR_KINDS.map(
    (kind): Column<AgentView> => ({
      title: KIND_TITLES[kind],
      width: 13,
      cell: (agent) => <UseBar kind={kind} use={agent.use} />,
      sortBy: (agent) => agent.use.used[kind] + agent.use.offered[kind],
    }),
  ),
  {
    title: 'Attributes',
    cell: (agent) => <Chips labels={agent.attributes} />,
    sortBy: (agent) => agent.attributes.map(({ key, value }) => `${key}:${value}`).join(' '),
    only: 'wide',
  },
  {
    title: 'Registered',
    width: 8,
    cell: (agent) => <Moment timeMs={agent.registeredMs} />,
    sortBy: (agent) => agent.registeredMs,
    align: 'right',
    only: 'widest',
  },
];

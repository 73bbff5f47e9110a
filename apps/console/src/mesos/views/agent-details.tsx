import { Moment } from '../../shared/clock.tsx';
import { type Column, DataTable } from '../../shared/data-table.tsx';
import { Chips, Facts, PageTitle, Panel, StackedBar } from '../../shared/parts.tsx';
import type { AgentView } from '../model/agent.ts';
import type { ClusterView } from '../model/cluster.ts';
import { SCALAR_KINDS, type ScalarKind } from '../model/resources.ts';
import { Amount, formatKind, KIND_TITLES, resourcesText, useLabel } from '../resource-parts.tsx';
import { AgentState } from '../state-badge.tsx';
import { TaskTable } from '../tables/task-table.tsx';
import { BarLegend } from './agents-view.tsx';
import { NotThereView } from './not-there-view.tsx';

/** One agent: what it has, who uses it, and its tasks. */
export function AgentDetails({ cluster, id }: { cluster: ClusterView; id: string }) {
  const agent = cluster.agents.find((candidate) => candidate.id === id);
  if (!agent) return <NotThereView what="agent" id={id} back="agents" />;
  const active = cluster.activeTasks.filter((task) => task.agentId === id);
  const completed = cluster.completedTasks.filter((task) => task.agentId === id);
  return (
    <>
      <PageTitle aside={<AgentState status={agent.status} />}>{agent.address}</PageTitle>
      <Facts facts={factsOf(agent)} />
      <Panel title="Resources" aside={<BarLegend />}>
        <DataTable
          caption="Resources of this agent"
          columns={useColumns(agent)}
          rows={SCALAR_KINDS.filter((kind) => agent.use.total[kind] > 0)}
          keyOf={(kind) => kind}
          empty="It has nothing to give."
        />
      </Panel>
      <Panel title="Active tasks" count={active.length}>
        <TaskTable
          caption="Active tasks on this agent"
          tasks={active}
          empty="No task is running on it."
          without="Agent"
        />
      </Panel>
      <Panel title="Completed tasks" count={completed.length}>
        <TaskTable
          caption="Completed tasks on this agent"
          tasks={completed}
          empty="No task has ended on it yet."
          without="Agent"
        />
      </Panel>
    </>
  );
}

function factsOf(agent: AgentView) {
  return [
    ['Id', <span class="id">{agent.id}</span>],
    ['Attributes', agent.attributes.length > 0 && <Chips labels={agent.attributes} />],
    ['Ports', agent.use.total.ports],
    ['Ports used', agent.use.used.ports],
    ['Registered', <Moment timeMs={agent.registeredMs} />],
    ['Mesos', agent.version],
    ...agent.reservations.map(
      ({ role, resources }) => [`Reserved for ${role}`, resourcesText(resources)] as const,
    ),
  ] as const;
}

function useColumns(agent: AgentView): readonly Column<ScalarKind>[] {
  const amount = (part: 'used' | 'offered' | 'free' | 'total') => (kind: ScalarKind) => (
    <Amount kind={kind} amount={agent.use[part][kind]} />
  );
  return [
    { title: 'Resource', cell: (kind) => KIND_TITLES[kind], isHeading: true },
    {
      title: 'Use',
      width: 40,
      cell: (kind) => (
        <StackedBar
          total={agent.use.total[kind]}
          used={agent.use.used[kind]}
          offered={agent.use.offered[kind]}
          label={useLabel(kind, agent.use)}
        />
      ),
    },
    { title: 'Used', width: 7, cell: amount('used'), align: 'right' },
    { title: 'Offered', width: 7, cell: amount('offered'), align: 'right' },
    { title: 'Free', width: 7, cell: amount('free'), align: 'right' },
    { title: 'Total', cell: (kind) => formatKind(kind, agent.use.total[kind]), align: 'right' },
  ];
}

import { Elapsed, Moment } from '../../shared/clock.tsx';
import { type Column, DataTable } from '../../shared/data-table.tsx';
import { formatDuration } from '../../shared/format.ts';
import { Facts, PageTitle, Panel } from '../../shared/parts.tsx';
import { sandboxLink } from '../links.ts';
import { type ClusterView, findFramework } from '../model/cluster.ts';
import type { ExecutorView, FrameworkView, OfferView } from '../model/framework.ts';
import { resourcesText } from '../resource-parts.tsx';
import { FrameworkState } from '../state-badge.tsx';
import { AgentName, ShortId } from '../tables/names.tsx';
import { TaskTable } from '../tables/task-table.tsx';
import { NotThereView } from './not-there-view.tsx';

/** One framework: who it is, what lies with it, and its tasks. */
export function FrameworkDetails({ cluster, id }: { cluster: ClusterView; id: string }) {
  const framework = findFramework(cluster, id);
  if (!framework) return <NotThereView what="framework" id={id} back="frameworks" />;
  return (
    <>
      <PageTitle aside={<FrameworkState status={framework.status} />}>{framework.name}</PageTitle>
      <Facts facts={factsOf(framework)} />
      <Panel title="Active tasks" count={framework.activeTasks.length}>
        <TaskTable
          caption="Active tasks of this framework"
          tasks={framework.activeTasks}
          empty="None of its tasks is running."
          without="Framework"
        />
      </Panel>
      {framework.offers.length > 0 && (
        <Panel title="Offers that lie with it" count={framework.offers.length}>
          <DataTable
            caption="Offers that lie with this framework"
            columns={OFFER_COLUMNS}
            rows={framework.offers}
            keyOf={(offer) => offer.id}
            empty=""
          />
        </Panel>
      )}
      {framework.executors.length > 0 && (
        <Panel title="Executors" count={framework.executors.length}>
          <DataTable
            caption="Executors of this framework"
            columns={executorColumns(framework.id)}
            rows={framework.executors}
            keyOf={(executor) => `${executor.agentId}/${executor.id}`}
            empty=""
          />
        </Panel>
      )}
      <Panel title="Completed tasks" count={framework.completedTasks.length}>
        <TaskTable
          caption="Completed tasks of this framework"
          tasks={framework.completedTasks}
          empty="None of its tasks has ended yet."
          without="Framework"
        />
      </Panel>
    </>
  );
}

function factsOf(framework: FrameworkView) {
  return [
    ['Id', <span class="id">{framework.id}</span>],
    [
      'Web page',
      framework.webLink && (
        <a href={framework.webLink} target="_blank" rel="noopener noreferrer">
          {framework.webLink}
        </a>
      ),
    ],
    ['Roles', framework.roles.join(', ')],
    ['User', framework.user],
    ['Principal', framework.principal],
    ['Scheduler on', framework.hostname],
    ['Registered', <Moment timeMs={framework.registeredMs} />],
    ['Ended', framework.endedMs && <Moment timeMs={framework.endedMs} />],
    [
      framework.endedMs ? 'Was there for' : 'There for',
      <Elapsed sinceMs={framework.registeredMs} endMs={framework.endedMs} />,
    ],
    ['Failover timeout', formatDuration(framework.failoverTimeoutMs)],
    ['Checkpoints', framework.checkpoint ? 'yes' : 'no'],
    ['Uses', framework.status === 'completed' ? '' : resourcesText(framework.use.used)],
    ['Is offered', framework.status === 'completed' ? '' : resourcesText(framework.use.offered)],
    ['Capabilities', framework.capabilities.join(', ').toLowerCase().replaceAll('_', ' ')],
  ] as const;
}

const OFFER_COLUMNS: readonly Column<OfferView>[] = [
  { title: 'Offer', cell: (offer) => <ShortId id={offer.id} />, isHeading: true },
  { title: 'Agent', cell: (offer) => <AgentName agentId={offer.agentId} hostname={offer.agentHostname} /> },
  { title: 'Role', cell: (offer) => offer.role || '–' },
  { title: 'Resources', cell: (offer) => resourcesText(offer.resources) },
];

function executorColumns(frameworkId: string): readonly Column<ExecutorView>[] {
  return [
    { title: 'Executor', cell: (executor) => executor.name, isHeading: true },
    { title: 'Id', cell: (executor) => <span class="id">{executor.id}</span>, only: 'wide' },
    {
      title: 'Agent',
      cell: (executor) => <AgentName agentId={executor.agentId} hostname={executor.agentHostname} />,
    },
    { title: 'Resources', cell: (executor) => resourcesText(executor.resources) },
    {
      title: 'Sandbox',
      onPhone: 'line-end',
      cell: ({ agentId, id, name }) => (
        <a
          class="action"
          href={sandboxLink({ agentId, frameworkId, executorId: id, taskId: '' })}
          aria-label={`Sandbox of executor ${name}`}
        >
          sandbox
        </a>
      ),
      align: 'right',
    },
  ];
}

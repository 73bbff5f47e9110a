import { Elapsed, Moment } from '../../shared/clock.tsx';
import { type Column, DataTable } from '../../shared/data-table.tsx';
import type { FrameworkView } from '../model/framework.ts';
import { dominantShare, type Resources } from '../model/resources.ts';
import type { TaskView } from '../model/task.ts';
import { Amount, ShareBar } from '../resource-parts.tsx';
import { FrameworkState } from '../state-badge.tsx';
import { FrameworkName } from './names.tsx';

/** Frameworks that are there, with what they have of the cluster. */
export function ActiveFrameworkTable(props: { frameworks: readonly FrameworkView[]; total: Resources }) {
  return (
    <DataTable
      caption="Active frameworks"
      columns={activeFrameworkColumns(props.total)}
      rows={props.frameworks}
      keyOf={(framework) => framework.id}
      empty="No framework is registered."
    />
  );
}

/** Frameworks that are over. */
export function CompletedFrameworkTable({ frameworks }: { frameworks: readonly FrameworkView[] }) {
  return (
    <DataTable
      caption="Completed frameworks"
      columns={COMPLETED_FRAMEWORK_COLUMNS}
      rows={frameworks}
      keyOf={(framework) => framework.id}
      empty="No framework has ended yet."
    />
  );
}

const FRAMEWORK_COLUMNS: readonly Column<FrameworkView>[] = [
  {
    title: 'State',
    onPhone: 'beside-heading',
    width: 8,
    cell: (framework) => <FrameworkState status={framework.status} />,
    sortBy: (framework) => framework.status,
  },
  {
    title: 'Framework',
    cell: (framework) => <FrameworkName id={framework.id} name={framework.name} />,
    sortBy: (framework) => framework.name,
    isHeading: true,
  },
  {
    title: 'Roles',
    width: 11,
    cell: (framework) => framework.roles.join(', ') || '–',
    sortBy: (framework) => framework.roles.join(', '),
    only: 'wide',
  },
  {
    title: 'User',
    width: 7,
    cell: (framework) => framework.user || '–',
    sortBy: (framework) => framework.user,
    only: 'widest',
  },
];

function activeFrameworkColumns(total: Resources): readonly Column<FrameworkView>[] {
  return [
    ...FRAMEWORK_COLUMNS,
    {
      title: 'Tasks',
      width: 5,
      cell: (framework) => <span class="figure">{framework.activeTasks.length}</span>,
      sortBy: (framework) => framework.activeTasks.length,
      align: 'right',
    },
    {
      title: 'CPUs',
      width: 5.5,
      cell: (framework) => <Amount kind="cpus" amount={framework.use.used.cpus} />,
      sortBy: (framework) => framework.use.used.cpus,
      align: 'right',
    },
    {
      title: 'Memory',
      width: 6,
      cell: (framework) => <Amount kind="memMiB" amount={framework.use.used.memMiB} />,
      sortBy: (framework) => framework.use.used.memMiB,
      align: 'right',
    },
    {
      title: 'Offered CPUs',
      width: 7.5,
      cell: (framework) => <Amount kind="cpus" amount={framework.use.offered.cpus} />,
      sortBy: (framework) => framework.use.offered.cpus,
      align: 'right',
      only: 'wide',
    },
    {
      title: 'Share',
      width: 8.5,
      cell: (framework) => <ShareBar share={dominantShare(framework.use.used, total)} />,
      sortBy: (framework) => dominantShare(framework.use.used, total),
      only: 'wide',
    },
    {
      title: 'Registered',
      width: 8,
      cell: (framework) => <Moment timeMs={framework.registeredMs} />,
      sortBy: (framework) => framework.registeredMs,
      align: 'right',
      only: 'widest',
    },
    {
      title: 'For',
      width: 7,
      cell: (framework) => <Elapsed sinceMs={framework.registeredMs} />,
      sortBy: (framework) => -framework.registeredMs,
      align: 'right',
    },
  ];
}

const COMPLETED_FRAMEWORK_COLUMNS: readonly Column<FrameworkView>[] = [
  ...FRAMEWORK_COLUMNS,
  {
    title: 'Tasks',
    width: 5,
    cell: (framework) => <span class="figure">{framework.completedTasks.length}</span>,
    sortBy: (framework) => framework.completedTasks.length,
    align: 'right',
  },
  {
    title: 'Failed',
    width: 5.5,
    cell: (framework) => <FailedCount tasks={framework.completedTasks} />,
    sortBy: (framework) => countFailed(framework.completedTasks),
    align: 'right',
  },
  {
    title: 'Registered',
    width: 8,
    cell: (framework) => <Moment timeMs={framework.registeredMs} />,
    sortBy: (framework) => framework.registeredMs,
    align: 'right',
    only: 'wide',
  },
  {
    title: 'Ended',
    width: 8,
    cell: (framework) => <Moment timeMs={framework.endedMs} />,
    sortBy: (framework) => framework.endedMs ?? 0,
    align: 'right',
  },
  {
    title: 'Time',
    width: 7,
    cell: (framework) => <Elapsed sinceMs={framework.registeredMs} endMs={framework.endedMs} />,
    sortBy: (framework) => (framework.endedMs ?? 0) - framework.registeredMs,
    align: 'right',
  },
];

function countFailed(tasks: readonly TaskView[]): number {
  return tasks.filter((task) => task.phase === 'failed' || task.phase === 'lost').length;
}

function FailedCount({ tasks }: { tasks: readonly TaskView[] }) {
  const failed = countFailed(tasks);
  return <span class={failed > 0 ? 'figure bad-text' : 'figure faint'}>{failed}</span>;
}

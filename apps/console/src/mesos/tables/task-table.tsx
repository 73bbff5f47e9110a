import { Elapsed, Moment } from '../../shared/clock.tsx';
import { type Column, DataTable } from '../../shared/data-table.tsx';
import { sandboxLink, taskLink } from '../links.ts';
import type { TaskView } from '../model/task.ts';
import { Amount } from '../resource-parts.tsx';
import { TaskState } from '../state-badge.tsx';
import { AgentName, FrameworkName } from './names.tsx';

interface TaskTableProps {
  readonly caption: string;
  readonly tasks: readonly TaskView[];
  readonly empty: string;
  /** A column that would say the same in every row. */
  readonly without?: 'Framework' | 'Agent';
}

/** Tasks with state, place and time. */
export function TaskTable({ caption, tasks, empty, without }: TaskTableProps) {
  const columns = TASK_COLUMNS.filter((column) => column.title !== without);
  return (
    <DataTable caption={caption} columns={columns} rows={tasks} keyOf={(task) => task.key} empty={empty} />
  );
}

const TASK_COLUMNS: readonly Column<TaskView>[] = [
  {
    title: 'State',
    cell: (task) => <TaskState state={task.state} phase={task.phase} />,
    sortBy: (task) => task.state,
  },
  { title: 'Task', cell: taskName, sortBy: (task) => task.name, isHeading: true },
  {
    title: 'Id',
    cell: (task) => <span class="id">{task.id}</span>,
    sortBy: (task) => task.id,
    only: 'widest',
  },
  {
    title: 'Framework',
    cell: (task) => <FrameworkName id={task.frameworkId} name={task.frameworkName} />,
    sortBy: (task) => `${task.frameworkName} ${task.frameworkId}`,
  },
  {
    title: 'Agent',
    cell: (task) => <AgentName agentId={task.agentId} hostname={task.agentHostname} />,
    sortBy: (task) => `${task.agentHostname} ${task.agentId}`,
  },
  {
    title: 'CPUs',
    cell: (task) => <Amount kind="cpus" amount={task.resources.cpus} />,
    sortBy: (task) => task.resources.cpus,
    align: 'right',
    only: 'wide',
  },
  {
    title: 'Memory',
    cell: (task) => <Amount kind="memMiB" amount={task.resources.memMiB} />,
    sortBy: (task) => task.resources.memMiB,
    align: 'right',
    only: 'wide',
  },
  {
    title: 'Started',
    cell: (task) => <Moment timeMs={task.startedMs} />,
    sortBy: (task) => task.startedMs ?? Number.MAX_VALUE,
    align: 'right',
    only: 'wide',
  },
  {
    title: 'Time',
    cell: (task) => <Elapsed sinceMs={task.startedMs} endMs={task.endedMs} />,
    sortBy: (task) => (task.endedMs ?? Date.now()) - (task.startedMs ?? Date.now()),
    align: 'right',
  },
  {
    title: 'Sandbox',
    cell: (task) => (
      <a
        class="action"
        href={sandboxLink({ ...task, taskId: task.id })}
        aria-label={`Sandbox of task ${task.name}`}
      >
        sandbox
      </a>
    ),
    align: 'right',
  },
];

function taskName(task: TaskView) {
  const message =
    task.phase === 'failed' || task.phase === 'lost' ? (task.statuses.at(-1)?.message ?? '') : '';
  return (
    <>
      <a href={taskLink(task)} title={task.id}>
        {task.name}
      </a>
      {message !== '' && <span class="aside">{message}</span>}
    </>
  );
}

import { Elapsed, Moment } from '../../shared/clock.tsx';
import { type Column, DataTable } from '../../shared/data-table.tsx';
import { sandboxLink, taskLink } from '../links.ts';
import { hasSandbox, type TaskView } from '../model/task.ts';
import { Amount } from '../resource-parts.tsx';
import { TaskState } from '../state-badge.tsx';
import { useTaskMessages } from '../use-task-messages.ts';
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
  const rows = useTaskMessages(tasks, isBad);
  return (
    <DataTable caption={caption} columns={columns} rows={rows} keyOf={(task) => task.key} empty={empty} />
  );
}

const TASK_COLUMNS: readonly Column<TaskView>[] = [
  {
    title: 'State',
    onPhone: 'beside-heading',
    width: 8,
    cell: (task) => <TaskState state={task.state} phase={task.phase} />,
    sortBy: (task) => task.state,
  },
  { title: 'Task', cell: taskName, sortBy: (task) => task.name, isHeading: true },
  {
    title: 'Id',
    width: 8,
    cell: (task) => <span class="id">{task.id}</span>,
    sortBy: (task) => task.id,
    only: 'widest',
  },
  {
    title: 'Framework',
    onPhone: 'own-line',
    width: 12.5,
    cell: (task) => <FrameworkName id={task.frameworkId} name={task.frameworkName} />,
    sortBy: (task) => `${task.frameworkName} ${task.frameworkId}`,
  },
  {
    title: 'Agent',
    onPhone: 'line-start',
    width: 12.5,
    cell: (task) => <AgentName agentId={task.agentId} hostname={task.agentHostname} />,
    sortBy: (task) => `${task.agentHostname} ${task.agentId}`,
  },
  {
    title: 'CPUs',
    width: 4.5,
    cell: (task) => <Amount kind="cpus" amount={task.resources.cpus} />,
    sortBy: (task) => task.resources.cpus,
    align: 'right',
    only: 'wide',
  },
  {
    title: 'Memory',
    width: 6,
    cell: (task) => <Amount kind="memMiB" amount={task.resources.memMiB} />,
    sortBy: (task) => task.resources.memMiB,
    align: 'right',
    only: 'wide',
  },
  {
    title: 'Started',
    width: 8,
    cell: (task) => <Moment timeMs={task.startedMs} />,
    sortBy: (task) => task.startedMs ?? Number.MAX_VALUE,
    align: 'right',
    only: 'widest',
  },
  {
    title: 'Time',
    width: 6.5,
    cell: (task) => <Elapsed sinceMs={task.startedMs} endMs={task.endedMs} />,
    sortBy: (task) => (task.endedMs ?? Date.now()) - (task.startedMs ?? Date.now()),
    align: 'right',
  },
  {
    title: 'Sandbox',
    onPhone: 'line-end',
    width: 6,
    cell: sandboxCell,
    align: 'right',
  },
];

/** Whether a reader will ask why. */
function isBad(task: TaskView): boolean {
  return task.phase === 'failed' || task.phase === 'lost';
}

function sandboxCell(task: TaskView) {
  if (!hasSandbox(task)) return <span class="faint">–</span>;
  return (
    <a
      class="action"
      href={sandboxLink({ ...task, taskId: task.id })}
      aria-label={`Sandbox of task ${task.name}`}
    >
      sandbox
    </a>
  );
}

function taskName(task: TaskView) {
  const message = isBad(task) ? (task.statuses.at(-1)?.message ?? '') : '';
  return (
    <>
      <a href={taskLink(task)} title={task.id}>
        {task.name}
      </a>
      {message !== '' && <span class="aside">{message}</span>}
    </>
  );
}

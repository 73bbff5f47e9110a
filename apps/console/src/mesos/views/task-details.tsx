import { Elapsed, Moment } from '../../shared/clock.tsx';
import { formatDuration } from '../../shared/format.ts';
import { Chips, Facts, PageTitle, Panel } from '../../shared/parts.tsx';
import { sandboxLink } from '../links.ts';
import { type ClusterView, findTask } from '../model/cluster.ts';
import { hasSandbox, type TaskStatusView, type TaskView } from '../model/task.ts';
import { resourcesText } from '../resource-parts.tsx';
import { TaskState } from '../state-badge.tsx';
import { AgentName, FrameworkName } from '../tables/names.tsx';
import { useTaskMessages } from '../use-task-messages.ts';
import { NotThereView } from './not-there-view.tsx';

/** One task: where it is, what it was given, and what became of it. */
export function TaskDetails(props: { cluster: ClusterView; frameworkId: string; taskId: string }) {
  const found = findTask(props.cluster, props.frameworkId, props.taskId);
  const [task] = useTaskMessages(found ? [found] : [], () => true);
  if (!task) return <NotThereView what="task" id={props.taskId} back="tasks" />;
  return (
    <>
      <PageTitle
        aside={
          <>
            <TaskState state={task.state} phase={task.phase} />
            {hasSandbox(task) && (
              <a class="button" href={sandboxLink({ ...task, taskId: task.id })}>
                Open its sandbox
              </a>
            )}
          </>
        }
      >
        {task.name}
      </PageTitle>
      <Facts facts={factsOf(task)} />
      <Panel title="What became of it">
        {task.statuses.length === 0 ? (
          <p class="empty">Nothing has been heard of it yet.</p>
        ) : (
          <ol class="timeline">
            {task.statuses.map((status, index) => (
              <StatusLine
                key={`${index}-${status.state}`}
                status={status}
                before={task.statuses[index - 1]}
              />
            ))}
          </ol>
        )}
      </Panel>
    </>
  );
}

function StatusLine({ status, before }: { status: TaskStatusView; before: TaskStatusView | undefined }) {
  return (
    <li>
      <TaskState state={status.state} phase={status.phase} />
      <Moment timeMs={status.timeMs} />
      <span class="faint figure">{before && `+ ${formatDuration(status.timeMs - before.timeMs)}`}</span>
      <span class="status-message">
        {status.healthy !== undefined && <span>{status.healthy ? 'healthy ' : 'not healthy '}</span>}
        {status.message} {status.reason !== '' && <span class="id faint">{status.reason}</span>}
      </span>
    </li>
  );
}

function factsOf(task: TaskView) {
  return [
    ['Id', <span class="id">{task.id}</span>],
    ['Framework', <FrameworkName id={task.frameworkId} name={task.frameworkName} />],
    ['Agent', <AgentName agentId={task.agentId} hostname={task.agentHostname} />],
    ['Executor', task.executorId === task.id ? '' : <span class="id">{task.executorId}</span>],
    ['Role', task.role],
    ['User', task.user],
    ['Resources', resourcesText(task.resources)],
    ['Image', task.image],
    ['Labels', task.labels.length > 0 && <Chips labels={task.labels} />],
    ['Started', <Moment timeMs={task.startedMs} />],
    ['Ended', task.endedMs && <Moment timeMs={task.endedMs} />],
    [task.isOver ? 'Took' : 'Running for', <Elapsed sinceMs={task.startedMs} endMs={task.endedMs} />],
  ] as const;
}

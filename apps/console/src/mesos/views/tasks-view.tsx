import type { HashRoute } from '../../shared/hash-route.ts';
import { PageTitle, Panel } from '../../shared/parts.tsx';
import { StateShape } from '../../shared/state-shape.tsx';
import { replaceRoute } from '../../shared/use-hash-route.ts';
import type { ClusterView } from '../model/cluster.ts';
import { filterTasks, TASK_PHASES, type TaskFilter } from '../model/task-filter.ts';
import { TaskTable } from '../tables/task-table.tsx';

/** All tasks, to be narrowed by text and state; the filter stands in the address, so it can be passed on. */
export function TasksView({ cluster, route }: { cluster: ClusterView; route: HashRoute }) {
  const filter = { text: route.parameters.get('text') ?? '', phase: route.parameters.get('phase') ?? '' };
  const active = filterTasks(cluster.activeTasks, filter);
  const completed = filterTasks(cluster.completedTasks, filter);
  const isNarrowed = filter.text !== '' || filter.phase !== '';
  return (
    <>
      <PageTitle>Tasks</PageTitle>
      <FilterBar filter={filter} counts={cluster.taskCounts} />
      <Panel title="Active" count={active.length}>
        <TaskTable
          caption="Active tasks"
          tasks={active}
          empty={isNarrowed ? 'No active task matches the filter.' : 'No task is running.'}
        />
      </Panel>
      <Panel title="Completed" count={completed.length}>
        <TaskTable
          caption="Completed tasks"
          tasks={completed}
          empty={isNarrowed ? 'No completed task matches the filter.' : 'No task has ended yet.'}
        />
      </Panel>
    </>
  );
}

function FilterBar({ filter, counts }: { filter: TaskFilter; counts: ClusterView['taskCounts'] }) {
  const change = (changed: Partial<TaskFilter>) => replaceRoute(['tasks'], { ...filter, ...changed });
  return (
    <search class="filter">
      <input
        type="search"
        placeholder="Filter by name, id, framework, agent …"
        aria-label="Filter tasks"
        aria-keyshortcuts="/"
        value={filter.text}
        onInput={(event) => change({ text: event.currentTarget.value })}
      />
      <fieldset>
        <legend class="visually-hidden">State</legend>
        {TASK_PHASES.filter((phase) => counts[phase] > 0 || filter.phase === phase).map((phase) => (
          <button
            type="button"
            key={phase}
            class={`toggle ${phase}`}
            aria-pressed={filter.phase === phase}
            onClick={() => change({ phase: filter.phase === phase ? '' : phase })}
          >
            <StateShape phase={phase} />
            {phase} <span class="figure">{counts[phase]}</span>
          </button>
        ))}
      </fieldset>
    </search>
  );
}

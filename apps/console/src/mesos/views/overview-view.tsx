import { formatHash } from '../../shared/hash-route.ts';
import { PageTitle, Panel } from '../../shared/parts.tsx';
import { StateShape } from '../../shared/state-shape.tsx';
import type { ClusterView } from '../model/cluster.ts';
import { TASK_PHASES } from '../model/task-filter.ts';
import type { UseSample } from '../model/use-history.ts';
import { AgentTable } from '../tables/agent-table.tsx';
import { ActiveFrameworkTable } from '../tables/framework-tables.tsx';
import { TaskTable } from '../tables/task-table.tsx';
import { Gauges } from './gauges.tsx';

/** So many rows of each list are shown here; the list's own page has them all. */
const ROWS = 8;

/** The cluster at a glance. */
export function OverviewView({ cluster, history }: { cluster: ClusterView; history: readonly UseSample[] }) {
  return (
    <>
      <PageTitle aside={<PhaseCounts counts={cluster.taskCounts} />}>Overview</PageTitle>
      <Gauges cluster={cluster} history={history} />
      <Panel title="Frameworks" count={cluster.activeFrameworks.length} aside={<All of="frameworks" />}>
        <ActiveFrameworkTable
          frameworks={cluster.activeFrameworks.slice(0, ROWS)}
          total={cluster.use.total}
        />
      </Panel>
      <Panel title="Agents" count={cluster.agents.length} aside={<All of="agents" />}>
        <AgentTable agents={cluster.agents.slice(0, ROWS)} />
        {cluster.unreachableAgents > 0 && (
          <p class="empty">{cluster.unreachableAgents} more cannot be reached by the master.</p>
        )}
      </Panel>
      <Panel title="Active tasks" count={cluster.activeTasks.length} aside={<All of="tasks" />}>
        <TaskTable
          caption="Active tasks"
          tasks={cluster.activeTasks.slice(0, ROWS)}
          empty="No task is running."
        />
      </Panel>
      <Panel title="Completed tasks" count={cluster.completedTasks.length} aside={<All of="tasks" />}>
        <TaskTable
          caption="Completed tasks"
          tasks={cluster.completedTasks.slice(0, ROWS)}
          empty="No task has ended yet."
        />
      </Panel>
    </>
  );
}

function All({ of }: { of: string }) {
  return (
    <a class="action" href={formatHash([of])}>
      all {of}
    </a>
  );
}

/** How many tasks there are in each phase; each count leads to the tasks it counts. */
function PhaseCounts({ counts }: { counts: ClusterView['taskCounts'] }) {
  return (
    <ul class="phase-counts" aria-label="Tasks by state">
      {TASK_PHASES.filter((phase) => counts[phase] > 0 || phase === 'running').map((phase) => (
        <li key={phase}>
          <a class={`state ${phase}`} href={formatHash(['tasks'], { phase })}>
            <StateShape phase={phase} />
            <span class="figure">{counts[phase]}</span> {phase}
          </a>
        </li>
      ))}
    </ul>
  );
}

import { formatShare } from '../../shared/format.ts';
import { formatHash } from '../../shared/hash-route.ts';
import { PageTitle, Panel, StackedBar } from '../../shared/parts.tsx';
import type { ClusterView } from '../model/cluster.ts';
import { type ResourceUse, SCALAR_KINDS, type ScalarKind } from '../model/resources.ts';
import type { TaskPhase } from '../model/task.ts';
import { stepChart, type UseSample } from '../model/use-history.ts';
import { formatKind, KIND_TITLES, useLabel } from '../resource-parts.tsx';
import { StateShape } from '../state-badge.tsx';
import { AgentTable } from '../tables/agent-table.tsx';
import { ActiveFrameworkTable } from '../tables/framework-tables.tsx';
import { TaskTable } from '../tables/task-table.tsx';

/** So many rows of each list are shown here; the list's own page has them all. */
const ROWS = 8;

/** The cluster at a glance. */
export function OverviewView({ cluster, history }: { cluster: ClusterView; history: readonly UseSample[] }) {
  const kinds = SCALAR_KINDS.filter((kind) => kind !== 'gpus' || cluster.use.total.gpus > 0);
  return (
    <>
      <PageTitle aside={<PhaseCounts counts={cluster.taskCounts} />}>Overview</PageTitle>
      <section class="gauges" aria-label="Resources of the cluster">
        {kinds.map((kind) => (
          <Gauge key={kind} kind={kind} use={cluster.use} history={history} />
        ))}
      </section>
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

const COUNTED: readonly (readonly [TaskPhase, string])[] = [
  ['waiting', 'waiting'],
  ['running', 'running'],
  ['stopping', 'stopping'],
  ['finished', 'finished'],
  ['failed', 'failed'],
  ['killed', 'killed'],
  ['lost', 'lost'],
];

/** How many tasks there are in each phase; each count leads to the tasks it counts. */
function PhaseCounts({ counts }: { counts: ClusterView['taskCounts'] }) {
  return (
    <ul class="phase-counts" aria-label="Tasks by state">
      {COUNTED.filter(([phase]) => counts[phase] > 0 || phase === 'running').map(([phase, label]) => (
        <li key={phase}>
          <a class={`state ${phase}`} href={formatHash(['tasks'], { phase })}>
            <StateShape phase={phase} />
            <span class="figure">{counts[phase]}</span> {label}
          </a>
        </li>
      ))}
    </ul>
  );
}

const CHART_WIDTH = 300;
const CHART_HEIGHT = 56;

interface GaugeProps {
  readonly kind: ScalarKind;
  readonly use: ResourceUse;
  readonly history: readonly UseSample[];
}

/** One kind of resources: how much of it is taken now, and how that went in the last minutes. */
function Gauge({ kind, use, history }: GaugeProps) {
  const chart = stepChart(history, kind, CHART_WIDTH, CHART_HEIGHT);
  const label = useLabel(kind, use);
  return (
    <div class="gauge">
      <div class="gauge-head">
        <h2>{KIND_TITLES[kind]}</h2>
        <span class="figure faint">{formatShare(use.used[kind], use.total[kind])}</span>
      </div>
      <p class="gauge-figure">
        <strong class="figure">{formatKind(kind, use.used[kind])}</strong>
        <span class="of figure"> of {formatKind(kind, use.total[kind])}</span>
      </p>
      <StackedBar total={use.total[kind]} used={use.used[kind]} offered={use.offered[kind]} label={label} />
      <svg
        class="chart"
        viewBox={`0 0 ${CHART_WIDTH} ${CHART_HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${KIND_TITLES[kind]} in the last five minutes`}
      >
        <path class="chart-offered" d={chart.offered} />
        <path class="chart-used" d={chart.used} />
      </svg>
      <p class="gauge-legend">
        <span class="key used">{formatKind(kind, use.used[kind])} used</span>
        <span class="key offered">{formatKind(kind, use.offered[kind])} offered</span>
        <span class="key free">{formatKind(kind, use.free[kind])} free</span>
      </p>
    </div>
  );
}

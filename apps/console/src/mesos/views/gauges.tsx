import type { ComponentChildren } from 'preact';
import { formatShare } from '../../shared/format.ts';
import { StackedBar } from '../../shared/parts.tsx';
import type { ClusterView } from '../model/cluster.ts';
import { SCALAR_KINDS, type ScalarKind } from '../model/resources.ts';
import { amountsOf, type ChartAmounts, HISTORY_MS, stepChart, type UseSample } from '../model/use-history.ts';
import { formatKind, KIND_TITLES, useLabel } from '../resource-parts.tsx';

const CHART_WIDTH = 300;
const CHART_HEIGHT = 48;

interface GaugesProps {
  readonly cluster: ClusterView;
  readonly history: readonly UseSample[];
}

/** How much is taken now, of each kind of resources that matters here, and how that went in the last minutes. */
export function Gauges({ cluster, history }: GaugesProps) {
  const { total, used } = cluster.use;
  // Every cluster has disk, but few tasks ask for any: an empty gauge would tell nothing.
  const kinds = SCALAR_KINDS.filter(
    (kind) => kind === 'cpus' || kind === 'memMiB' || (kind === 'gpus' ? total.gpus : used.diskMiB) > 0,
  );
  return (
    <section class="gauges" aria-label="The cluster now">
      {kinds.map((kind) => (
        <ResourceGauge key={kind} kind={kind} cluster={cluster} history={history} />
      ))}
      <TaskGauge cluster={cluster} history={history} />
    </section>
  );
}

function ResourceGauge({ kind, cluster, history }: GaugesProps & { readonly kind: ScalarKind }) {
  const { use } = cluster;
  const [total, used, offered] = [use.total[kind], use.used[kind], use.offered[kind]];
  return (
    <Gauge
      title={KIND_TITLES[kind]}
      aside={formatShare(used, total)}
      figure={formatKind(kind, used)}
      of={`of ${formatKind(kind, total)}`}
      bar={<StackedBar total={total} used={used} offered={offered} label={useLabel(kind, use)} />}
      history={history}
      amounts={amountsOf(kind)}
      legend={[
        `${formatKind(kind, used)} used`,
        `${formatKind(kind, offered)} offered`,
        `${formatKind(kind, use.free[kind])} free`,
      ]}
    />
  );
}

function TaskGauge({ cluster, history }: GaugesProps) {
  const active = cluster.activeTasks.length;
  const { running, waiting } = cluster.taskCounts;
  const legend = [`${running} running`, `${waiting} waiting`, `${cluster.completedTasks.length} completed`];
  return (
    <Gauge
      title="Tasks"
      aside={`${cluster.activeFrameworks.length} ${cluster.activeFrameworks.length === 1 ? 'framework' : 'frameworks'}`}
      figure={String(running)}
      of={`of ${active} active`}
      bar={
        <StackedBar total={active} used={running} offered={waiting} label={`Tasks: ${legend.join(', ')}`} />
      }
      history={history}
      amounts={({ runningTasks }) => ({ used: runningTasks, offered: 0, full: runningTasks })}
      legend={legend}
    />
  );
}

interface GaugeProps {
  readonly title: string;
  readonly aside: string;
  readonly figure: string;
  readonly of: string;
  readonly bar: ComponentChildren;
  readonly history: readonly UseSample[];
  readonly amounts: (sample: UseSample) => ChartAmounts;
  readonly legend: readonly string[];
}

const LEGEND_KEYS = ['used', 'offered', 'free'] as const;

function Gauge({ title, aside, figure, of, bar, history, amounts, legend }: GaugeProps) {
  const chart = stepChart(history, amounts, CHART_WIDTH, CHART_HEIGHT);
  return (
    <div class="gauge">
      <div class="gauge-head">
        <h2>{title}</h2>
        <p class="gauge-figure">
          <strong class="figure">{figure}</strong> <span class="of figure">{of}</span>
        </p>
        <span class="gauge-aside figure faint">{aside}</span>
      </div>
      {bar}
      <svg
        class="chart"
        viewBox={`0 0 ${CHART_WIDTH} ${CHART_HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${title} in the last five minutes`}
      >
        <path class="chart-offered" d={chart.offered} />
        <path class="chart-used" d={chart.used} />
      </svg>
      <p class="chart-axis figure" aria-hidden="true">
        <span>{HISTORY_MS / 60_000} min ago</span>
        <span>now</span>
      </p>
      <p class="gauge-legend">
        {legend.map((text, index) => (
          <span key={LEGEND_KEYS[index]} class={`key ${LEGEND_KEYS[index] ?? ''}`}>
            {text}
          </span>
        ))}
      </p>
    </div>
  );
}

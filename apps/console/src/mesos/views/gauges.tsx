import { formatShare } from '../../shared/format.ts';
import { Gauge } from '../../shared/gauge.tsx';
import { StackedBar } from '../../shared/parts.tsx';
import type { ClusterView } from '../model/cluster.ts';
import { SCALAR_KINDS, type ScalarKind } from '../model/resources.ts';
import { amountsOf, type UseSample } from '../model/use-history.ts';
import { formatKind, KIND_TITLES, useLabel } from '../resource-parts.tsx';

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

import { type Column, DataTable } from '../../shared/data-table.tsx';
import { formatAmount } from '../../shared/format.ts';
import { PageTitle, Panel } from '../../shared/parts.tsx';
import { requestJson } from '../../shared/request.ts';
import { usePolling } from '../../shared/use-polling.ts';
import { type ClusterView, findFramework } from '../model/cluster.ts';
import { dominantShare, type Resources, resourceUse, type ScalarKind } from '../model/resources.ts';
import { parseRoles, type RoleView } from '../model/role.ts';
import { KIND_TITLES, resourcesText, ShareBar, UseBar } from '../resource-parts.tsx';
import { FrameworkName } from '../tables/names.tsx';
import { POLL_MS } from '../use-master.ts';
import { BarLegend } from './agents-view.tsx';

/** How the cluster is shared out among roles. */
export function RolesView({ cluster }: { cluster: ClusterView }) {
  const polled = usePolling('roles', POLL_MS, async (signal) =>
    parseRoles(await requestJson('roles', signal)),
  );
  return (
    <>
      <PageTitle aside={<BarLegend />}>Roles</PageTitle>
      {polled.failure && <p class="note bad">The roles are not to be had: {polled.failure.error.message}.</p>}
      <Panel title="Allocation" count={polled.value?.length ?? 0}>
        <DataTable
          caption="Allocation by role"
          columns={roleColumns(cluster)}
          rows={polled.value ?? []}
          keyOf={(role) => role.name}
          empty={polled.value ? 'No framework has a role here, and none is configured.' : 'Asking …'}
        />
      </Panel>
    </>
  );
}

function roleColumns(cluster: ClusterView): readonly Column<RoleView>[] {
  const total = cluster.use.total;
  return [
    { title: 'Role', cell: (role) => role.name, sortBy: (role) => role.name, isHeading: true },
    {
      title: 'Weight',
      cell: (role) => <span class="figure">{formatAmount(role.weight)}</span>,
      sortBy: (role) => role.weight,
      align: 'right',
    },
    {
      title: 'Share',
      cell: (role) => <ShareBar share={dominantShare(role.allocated, total)} />,
      sortBy: (role) => dominantShare(role.allocated, total),
    },
    ...(['cpus', 'memMiB', 'diskMiB'] as const).map((kind) => useColumn(kind, total)),
    { title: 'Reserved', cell: (role) => set(role.reserved), only: 'wide' },
    { title: 'Guarantee', cell: (role) => set(role.guarantee), only: 'widest' },
    { title: 'Limit', cell: (role) => set(role.limit), only: 'wide' },
    { title: 'Frameworks', cell: (role) => frameworksOf(role, cluster) },
  ];
}

function useColumn(kind: ScalarKind, total: Resources): Column<RoleView> {
  return {
    title: KIND_TITLES[kind],
    cell: (role) => <UseBar kind={kind} use={resourceUse(total, role.allocated, role.offered)} />,
    sortBy: (role) => role.allocated[kind],
  };
}

function set(resources: Resources) {
  const text = resourcesText(resources);
  return text === 'nothing' ? <span class="faint">–</span> : text;
}

/** Those that are over keep their role for a while; only those that are there are named. */
function frameworksOf(role: RoleView, cluster: ClusterView) {
  const frameworks = role.frameworkIds.flatMap((id) => {
    const framework = findFramework(cluster, id);
    return framework && framework.status !== 'completed' ? [framework] : [];
  });
  if (frameworks.length === 0) return <span class="faint">–</span>;
  return (
    <ul class="names">
      {frameworks.map((framework) => (
        <li key={framework.id}>
          <FrameworkName id={framework.id} name={framework.name} />
        </li>
      ))}
    </ul>
  );
}

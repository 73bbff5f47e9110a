import { PageTitle, Panel } from '../../shared/parts.tsx';
import type { ClusterView } from '../model/cluster.ts';
import { ActiveFrameworkTable, CompletedFrameworkTable } from '../tables/framework-tables.tsx';

/** All frameworks, those that are there and those that are over. */
export function FrameworksView({ cluster }: { cluster: ClusterView }) {
  return (
    <>
      <PageTitle>Frameworks</PageTitle>
      <Panel title="Active" count={cluster.activeFrameworks.length}>
        <ActiveFrameworkTable frameworks={cluster.activeFrameworks} total={cluster.use.total} />
      </Panel>
      <Panel title="Completed" count={cluster.completedFrameworks.length}>
        <CompletedFrameworkTable frameworks={cluster.completedFrameworks} />
      </Panel>
    </>
  );
}

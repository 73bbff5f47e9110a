import { PageTitle, Panel } from '../../shared/parts.tsx';
import type { ClusterView } from '../model/cluster.ts';
import { AgentTable } from '../tables/agent-table.tsx';

/** All agents with what they have, use and offer. */
export function AgentsView({ cluster }: { cluster: ClusterView }) {
  return (
    <>
      <PageTitle aside={<BarLegend />}>Agents</PageTitle>
      <Panel title="Registered" count={cluster.agents.length}>
        <AgentTable agents={cluster.agents} />
      </Panel>
      {cluster.unreachableAgents > 0 && (
        <p class="note bad">
          {cluster.unreachableAgents} more {cluster.unreachableAgents === 1 ? 'agent has' : 'agents have'} not
          been heard of for so long that the master holds them for lost.
        </p>
      )}
    </>
  );
}

/** What the parts of a bar mean. */
export function BarLegend() {
  return (
    <p class="legend">
      <span class="key used">used</span>
      <span class="key offered">offered</span>
      <span class="key free">free</span>
    </p>
  );
}

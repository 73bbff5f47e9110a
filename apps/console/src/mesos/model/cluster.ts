import { asObject, numberOf, objectOf, objectsOf, textOf } from '../../shared/json.ts';
import { type AgentView, parseAgent } from './agent.ts';
import { type FrameworkView, parseFramework } from './framework.ts';
import { addResources, type ResourceUse, resourceUse } from './resources.ts';
import { latestEndFirst, newestFirst, parseTask, type TaskPhase, type TaskView } from './task.ts';

/** All that `/state` of a master says, ready to be shown. */
export interface ClusterView {
  /** The master's own id; it begins the ids of its agents and frameworks. */
  readonly masterId: string;
  /** Host and port of the leading master. */
  readonly address: string;
  readonly version: string;
  readonly startedMs: number;
  readonly electedMs: number;
  readonly unreachableAgents: number;
  readonly agents: readonly AgentView[];
  readonly activeFrameworks: readonly FrameworkView[];
  readonly completedFrameworks: readonly FrameworkView[];
  readonly activeTasks: readonly TaskView[];
  readonly completedTasks: readonly TaskView[];
  /** How many tasks there are in each phase, active and completed together. */
  readonly taskCounts: Readonly<Record<TaskPhase, number>>;
  /** The sum over all agents that are there. */
  readonly use: ResourceUse;
}

/**
 * Reads `/state`. It never throws: a field that is missing or of the wrong kind reads as nothing,
 * so that a master of another version still shows what it has.
 */
export function parseCluster(state: unknown): ClusterView {
  const root = asObject(state);
  const agents = [
    ...objectsOf(root, 'slaves').map((agent) => parseAgent(agent, false)),
    ...objectsOf(root, 'recovered_slaves').map((agent) => parseAgent(agent, true)),
  ].sort(byAgentId);
  const hostnames = new Map(agents.map((agent) => [agent.id, agent.hostname]));
  const agentHostname = (agentId: string) => hostnames.get(agentId) ?? '';
  const activeFrameworks = objectsOf(root, 'frameworks')
    .map((framework) => parseFramework(framework, false, agentHostname))
    .sort((left, right) => right.registeredMs - left.registeredMs);
  const completedFrameworks = objectsOf(root, 'completed_frameworks')
    .map((framework) => parseFramework(framework, true, agentHostname))
    .sort((left, right) => (right.endedMs ?? 0) - (left.endedMs ?? 0));
  const orphans = objectsOf(root, 'orphan_tasks').map((task) =>
    parseTask(task, { frameworkName: '(unknown)', agentHostname, isOver: false }),
  );
  const frameworks = [...activeFrameworks, ...completedFrameworks];
  const activeTasks = [...frameworks.flatMap((framework) => framework.activeTasks), ...orphans].sort(
    newestFirst,
  );
  const completedTasks = frameworks.flatMap((framework) => framework.completedTasks).sort(latestEndFirst);
  return {
    masterId: textOf(root, 'id'),
    address: leaderAddress(root),
    version: textOf(root, 'version'),
    startedMs: numberOf(root, 'start_time') * 1000,
    electedMs: numberOf(root, 'elected_time') * 1000,
    unreachableAgents: numberOf(root, 'unreachable_slaves'),
    agents,
    activeFrameworks,
    completedFrameworks,
    activeTasks,
    completedTasks,
    taskCounts: countPhases([...activeTasks, ...completedTasks]),
    use: sumOfUse(agents),
  };
}

/** The framework of an id, active or completed. */
export function findFramework(cluster: ClusterView, id: string): FrameworkView | undefined {
  return [...cluster.activeFrameworks, ...cluster.completedFrameworks].find(
    (framework) => framework.id === id,
  );
}

/** The task of an id within its framework. */
export function findTask(cluster: ClusterView, frameworkId: string, taskId: string): TaskView | undefined {
  const key = `${frameworkId}/${taskId}`;
  return [...cluster.activeTasks, ...cluster.completedTasks].find((task) => task.key === key);
}

/** What all agents that answer have, use and are offered; one that is only remembered has nothing to give. */
function sumOfUse(agents: readonly AgentView[]): ResourceUse {
  const uses = agents.filter((agent) => agent.status !== 'recovering').map((agent) => agent.use);
  return resourceUse(
    addResources(uses.map((use) => use.total)),
    addResources(uses.map((use) => use.used)),
    addResources(uses.map((use) => use.offered)),
  );
}

function countPhases(tasks: readonly TaskView[]): Record<TaskPhase, number> {
  const counts = { waiting: 0, running: 0, stopping: 0, finished: 0, failed: 0, killed: 0, lost: 0 };
  for (const task of tasks) counts[task.phase] += 1;
  return counts;
}

function leaderAddress(root: ReturnType<typeof asObject>): string {
  const leader = objectOf(root, 'leader_info');
  const hostname = textOf(leader, 'hostname') || textOf(root, 'hostname');
  const port = numberOf(leader, 'port');
  return port > 0 ? `${hostname}:${port}` : hostname;
}

/** S2 comes before S10. */
function byAgentId(left: AgentView, right: AgentView): number {
  return left.id.localeCompare(right.id, undefined, { numeric: true });
}

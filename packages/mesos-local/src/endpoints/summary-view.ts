import { mesos } from '@spark-mesos/mesos-proto';
import type { MasterState } from '../master/master-state.ts';
import type { FrameworkRecord, TaskRecord } from '../master/model.ts';
import { agentView, frameworkView } from './master-view.ts';

const { TaskState } = mesos.v1;

/** The states that are counted, in the order in which Mesos has them. */
const COUNTED = [
  'TASK_STAGING',
  'TASK_STARTING',
  'TASK_RUNNING',
  'TASK_KILLING',
  'TASK_FINISHED',
  'TASK_KILLED',
  'TASK_FAILED',
  'TASK_LOST',
  'TASK_ERROR',
  'TASK_UNREACHABLE',
] as const;

type TaskCounts = Record<(typeof COUNTED)[number], number>;

/** `/state-summary`: agents and frameworks with how many tasks they have in each state, and no task itself. */
export function summaryView(state: MasterState) {
  const frameworks = [...state.frameworks.values()];
  const tasks = frameworks.flatMap(allTasks);
  return {
    hostname: state.settings.hostname,
    slaves: [...state.agents.values()].map((agent) => {
      const own = tasks.filter(({ agentId }) => agentId === agent.id);
      return {
        ...agentView(agent, state.operator.deactivatedAgents.has(agent.id)),
        ...countsOf(own),
        framework_ids: [...new Set(own.map(({ frameworkId }) => frameworkId as string))],
      };
    }),
    frameworks: frameworks.map(frameworkSummary),
  };
}

function frameworkSummary(framework: FrameworkRecord) {
  const { id, name, used_resources, offered_resources, capabilities, ...rest } = frameworkView(framework);
  const { hostname, webui_url, active, connected, recovered } = rest;
  const own = allTasks(framework);
  return {
    ...{ id, name, used_resources, offered_resources, capabilities },
    ...{ hostname, webui_url, active, connected, recovered },
    ...countsOf(own),
    slave_ids: [...new Set(own.map(({ agentId }) => agentId as string))],
  };
}

function allTasks({ tasks, unreachableTasks, completedTasks }: FrameworkRecord): TaskRecord[] {
  return [...tasks.values(), ...unreachableTasks.values(), ...completedTasks];
}

function countsOf(tasks: readonly TaskRecord[]): TaskCounts {
  const counts = Object.fromEntries(COUNTED.map((name) => [name, 0])) as TaskCounts;
  for (const { state } of tasks) {
    const name = TaskState[state] as keyof TaskCounts;
    if (name in counts) counts[name]++;
  }
  return counts;
}

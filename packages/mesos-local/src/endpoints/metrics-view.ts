import { cpus, freemem, loadavg, totalmem } from 'node:os';
import { mesos } from '@spark-mesos/mesos-proto';
import type { MasterState } from '../master/master-state.ts';
import type { TaskRecord } from '../master/model.ts';
import { ResourceSet } from '../resources/resource-set.ts';
import { fromMilli } from '../resources/value.ts';
import { taskStateName } from '../task-states.ts';

const { TaskState } = mesos.v1;
const NAMES = ['cpus', 'mem', 'disk', 'gpus'] as const;

/** The machine's own figures, as every Mesos process shows them. */
export function systemMetrics(): Record<string, number> {
  const [one = 0, five = 0, fifteen = 0] = loadavg();
  return {
    'system/cpus_total': cpus().length,
    'system/load_1min': one,
    'system/load_5min': five,
    'system/load_15min': fifteen,
    'system/mem_free_bytes': freemem(),
    'system/mem_total_bytes': totalmem(),
  };
}

/** The total, used and percent figures of the four usual resources. */
export function resourceMetrics(
  prefix: string,
  total: ResourceSet,
  used: ResourceSet,
): Record<string, number> {
  const metrics: Record<string, number> = {};
  for (const name of NAMES) {
    const [all, taken] = [total.quantityOf(name), used.quantityOf(name)];
    metrics[`${prefix}/${name}_total`] = fromMilli(all);
    metrics[`${prefix}/${name}_used`] = fromMilli(taken);
    metrics[`${prefix}/${name}_percent`] = all === 0 ? 0 : taken / all;
  }
  return metrics;
}

/** `/metrics/snapshot` of the master: those of Mesos's figures that tools look at. */
export function masterMetrics(state: MasterState): Record<string, number> {
  const agents = [...state.agents.values()];
  const frameworks = [...state.frameworks.values()];
  const connected = frameworks.filter((framework) => framework.streamId !== undefined).length;
  const total = agents.reduce((sum, agent) => sum.plus(agent.resources), ResourceSet.empty);
  const used = agents
    .flatMap((agent) => [...agent.tasks])
    .reduce((sum, task) => (task.charged ? sum.plus(task.resources) : sum), ResourceSet.empty);
  return {
    'allocator/event_queue_dispatches': 0,
    'master/elected': 1,
    'master/uptime_secs': (state.nowMs - state.startedAtMs) / 1000,
    'master/frameworks_active': connected,
    'master/frameworks_connected': connected,
    'master/frameworks_disconnected': frameworks.length - connected,
    'master/frameworks_inactive': frameworks.length - connected,
    'master/outstanding_offers': state.offers.size,
    'master/slaves_active': agents.filter((agent) => agent.connected).length,
    'master/slaves_connected': agents.filter((agent) => agent.connected).length,
    'master/slaves_disconnected': agents.filter((agent) => !agent.connected).length,
    'master/slaves_inactive': agents.filter((agent) => !agent.connected).length,
    'master/slaves_unreachable': state.unreachableAgents.size,
    ...taskMetrics(state),
    ...resourceMetrics('master', total, used),
    ...systemMetrics(),
  };
}

function taskMetrics(state: MasterState): Record<string, number> {
  const metrics: Record<string, number> = {};
  for (const value of Object.values(TaskState)) {
    if (typeof value !== 'number') continue;
    metrics[metricName(value)] = 0;
  }
  const count = (task: TaskRecord) => {
    const name = metricName(task.state);
    metrics[name] = (metrics[name] ?? 0) + 1;
  };
  for (const framework of [...state.frameworks.values(), ...state.completedFrameworks]) {
    for (const task of framework.tasks.values()) count(task);
    for (const task of framework.completedTasks) count(task);
    for (const task of framework.unreachableTasks.values()) count(task);
  }
  return metrics;
}

function metricName(state: mesos.v1.TaskState): string {
  return `master/${taskStateName(state).replace('TASK_', 'tasks_').toLowerCase()}`;
}

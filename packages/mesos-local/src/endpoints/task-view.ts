import { mesos, toMesosJson } from '@spark-mesos/mesos-proto';
import { ResourceSet } from '../resources/resource-set.ts';
import { taskStateName } from '../task-states.ts';
import { type ResourcesView, resourcesView } from './resources-view.ts';

/** One step of a task in `/state`. */
export interface StatusView {
  state: string;
  timestamp: number;
  labels?: unknown;
  container_status?: unknown;
  healthy?: boolean;
}

/** A task in `/state`, of a master and of an agent alike. */
export interface TaskView {
  id: string;
  name: string;
  framework_id: string;
  executor_id: string;
  slave_id: string;
  state: string;
  resources: ResourcesView;
  role: string;
  statuses: StatusView[];
  labels?: unknown;
  discovery?: unknown;
  container?: unknown;
  health_check?: unknown;
}

/** What both sides know of a task. */
export interface ViewedTask {
  readonly info: mesos.v1.ITaskInfo;
  readonly frameworkId: string;
  readonly agentId: string;
  readonly role: string;
  readonly state: mesos.v1.TaskState;
  readonly statuses: readonly mesos.v1.ITaskStatus[];
}

/** Labels as a list of key and value. */
export function labelsView(labels: mesos.v1.ILabels): unknown {
  return (labels.labels ?? []).map(({ key, value }) => ({ key, ...(value && { value }) }));
}

function statusView(status: mesos.v1.ITaskStatus): StatusView {
  const { containerStatus } = status;
  let shown: unknown;
  if (containerStatus) {
    const { executorPid: _executorPid, ...kept } = containerStatus;
    shown = toMesosJson(mesos.v1.ContainerStatus, kept, { defaults: true });
  }
  return {
    state: taskStateName(status.state),
    timestamp: status.timestamp ?? 0,
    ...(status.labels && { labels: labelsView(status.labels) }),
    ...(shown !== undefined && { container_status: shown }),
    ...(typeof status.healthy === 'boolean' &&
      Object.hasOwn(status, 'healthy') && { healthy: status.healthy }),
  };
}

/** The task as `/state` shows it. A command task's executor id is empty there. */
export function taskView(task: ViewedTask): TaskView {
  const { info } = task;
  return {
    id: info.taskId.value,
    name: info.name,
    framework_id: task.frameworkId,
    executor_id: info.executor?.executorId?.value ?? '',
    slave_id: task.agentId,
    state: taskStateName(task.state),
    resources: resourcesView(ResourceSet.of(info.resources ?? [])),
    role: task.role,
    statuses: task.statuses.map(statusView),
    ...(info.labels && { labels: labelsView(info.labels) }),
    ...(info.discovery && { discovery: toMesosJson(mesos.v1.DiscoveryInfo, info.discovery) }),
    ...(info.container && { container: toMesosJson(mesos.v1.ContainerInfo, info.container) }),
    ...(info.healthCheck && { health_check: toMesosJson(mesos.v1.HealthCheck, info.healthCheck) }),
  };
}

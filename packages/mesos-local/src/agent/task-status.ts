import { mesos } from '@spark-mesos/mesos-proto';
import type { AgentState } from './agent-state.ts';
import type { AgentIdentity, ContainerRun, ExecutorRecord } from './model.ts';

const { Source } = mesos.v1.TaskStatus;

/** What is different from status to status of a task. */
export type StatusFields = Omit<mesos.v1.ITaskStatus, 'taskId'>;

function networkInfos(identity: AgentIdentity): mesos.v1.INetworkInfo[] {
  const ipAddress = { ipAddress: identity.ip };
  return [{ ipAddresses: [ipAddress] }];
}

/** Where an executor's tasks run. */
export function executorContainerStatus(
  identity: AgentIdentity,
  executor: ExecutorRecord,
): mesos.v1.IContainerStatus {
  const pid = executor.run?.pid;
  return {
    containerId: { value: executor.containerId },
    networkInfos: networkInfos(identity),
    ...(pid !== undefined && { executorPid: pid }),
  };
}

/** A task of a group has a container of its own within the executor's; when it has ended, no address. */
function nestedContainerStatus(
  identity: AgentIdentity,
  run: ContainerRun,
  hasEnded: boolean,
): mesos.v1.IContainerStatus {
  const containerId = { value: run.id, parent: { value: run.executor.containerId } };
  if (hasEnded) return { containerId };
  const pid = run.pid === undefined ? {} : { executorPid: run.pid };
  return { containerId, networkInfos: networkInfos(identity), ...pid };
}

/** What a built-in executor says of a task; it shows where the task runs. */
export function processStatus(
  { identity }: AgentState,
  run: ContainerRun,
  state: mesos.v1.TaskState,
  more: Partial<StatusFields> = {},
): StatusFields {
  const isNested = run.executor.kind === 'group';
  return {
    state,
    source: Source.SOURCE_EXECUTOR,
    ...more,
    containerStatus: isNested
      ? nestedContainerStatus(identity, run, run.phase === 'ended')
      : executorContainerStatus(identity, run.executor),
  };
}

/** What the agent says itself, when no executor can. */
export function agentStatus(
  state: mesos.v1.TaskState,
  message: string,
  reason: mesos.v1.TaskStatus.Reason,
): StatusFields {
  return { state, source: Source.SOURCE_AGENT, message, reason };
}

/** The image that a container is to run in. */
export function imageOf(container: mesos.v1.IContainerInfo | null | undefined): string | undefined {
  return (
    container?.docker?.image ??
    container?.mesos?.image?.docker?.name ??
    container?.mesos?.image?.appc?.name ??
    undefined
  );
}

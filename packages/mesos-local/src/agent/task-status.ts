import { mesos } from '@spark-mesos/mesos-proto';
import type { AgentIdentity, ExecutorRecord } from './model.ts';

const { Source } = mesos.v1.TaskStatus;

/** What is different from status to status of a task. */
export type StatusFields = Omit<mesos.v1.ITaskStatus, 'taskId'>;

/** What a command executor says of its task; it shows where the task runs. */
export function executorStatus(
  identity: AgentIdentity,
  executor: ExecutorRecord,
  state: mesos.v1.TaskState,
  message: string | undefined,
): StatusFields {
  const ipAddress = { protocol: mesos.v1.NetworkInfo.Protocol.IPv4, ipAddress: identity.ip };
  return {
    state,
    source: Source.SOURCE_EXECUTOR,
    ...(message !== undefined && { message }),
    containerStatus: {
      containerId: { value: executor.containerId },
      networkInfos: [{ ipAddresses: [ipAddress] }],
      ...(executor.pid !== undefined && { executorPid: executor.pid }),
    },
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

/** The image that a task wants to run in. */
export function imageOf(task: mesos.v1.ITaskInfo): string | undefined {
  const { container } = task;
  return (
    container?.docker?.image ??
    container?.mesos?.image?.docker?.name ??
    container?.mesos?.image?.appc?.name ??
    undefined
  );
}

import { mesos } from '@spark-mesos/mesos-proto';
import type { AgentId } from '../ids.ts';
import type { MasterState } from './master-state.ts';

const { TaskState } = mesos.v1;
const { Reason } = mesos.v1.TaskStatus;

/** On an agent that drains, a task that is killed says why. */
export function withDrainReason(
  state: MasterState,
  agentId: AgentId,
  status: mesos.v1.ITaskStatus,
): mesos.v1.ITaskStatus {
  if (!state.operator.draining.has(agentId)) return status;
  const isKill = status.state === TaskState.TASK_KILLING || status.state === TaskState.TASK_KILLED;
  return isKill ? { ...status, reason: Reason.REASON_AGENT_DRAINING } : status;
}

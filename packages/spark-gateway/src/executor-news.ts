import type { ExecutorPlacement, ExecutorState, ExecutorStateDetail } from '@spark-mesos/coarse-backend';
import type { ExecutorAdded, ExecutorUpdated } from '@spark-mesos/spark-rpc';
import type { Agents } from './agents.ts';

/** An executor is on its way, in the words of a standalone master. */
export function executorAdded(executor: ExecutorPlacement, agents: Pick<Agents, 'portOf'>): ExecutorAdded {
  return {
    executorId: executor.executorId,
    workerId: executor.agentId,
    hostPort: `${executor.hostname}:${agents.portOf(executor.agentId)}`,
    cores: executor.advertisedCores,
    memoryMiB: executor.memoryMiB,
  };
}

/**
 * An executor runs, or has ended; `undefined` for what a driver need not know. With a text and a state that ends
 * it, the driver removes the executor at once, and logs why. Of a machine that is gone it forgets the shuffle files.
 */
export function executorUpdated(
  executor: ExecutorPlacement,
  state: ExecutorState,
  detail: ExecutorStateDetail,
): ExecutorUpdated | undefined {
  const { executorId, hostname } = executor;
  if (state === 'LAUNCHING') return undefined;
  if (state === 'RUNNING') return { executorId, state };
  return {
    executorId,
    state,
    message: detail.message ?? `Executor finished with state ${state}`,
    ...(detail.exitStatus === undefined ? {} : { exitStatus: detail.exitStatus }),
    ...(detail.agentLost === true ? { workerLost: true, workerHost: hostname } : {}),
  };
}

/**
 * An executor's agent is being drained: a driver that can (`spark.decommission.enabled`, Spark 3.1 on) gives it no new
 * tasks and has its blocks moved to others. That the host goes as a whole it is told as well, so that it does not
 * wait for blocks from there.
 */
export function executorDecommissioned(executor: ExecutorPlacement): ExecutorUpdated {
  const { executorId, hostname } = executor;
  return {
    executorId,
    state: 'DECOMMISSIONED',
    message: `Mesos drains agent ${hostname}`,
    workerHost: hostname,
  };
}

/** With which an executor ends when it cannot reach its driver, or no longer. */
const DRIVER_GONE_STATUS = 1;

/** Whether an executor may have ended because its driver stopped it, or is about to be gone. */
export function mayHaveLostItsDriver(state: ExecutorState, exitStatus: number | undefined): boolean {
  return state === 'EXITED' || (state === 'FAILED' && exitStatus === DRIVER_GONE_STATUS);
}

import type { ExecutorPlacement, ExecutorState, ExecutorStateDetail } from '@spark-mesos/coarse-backend';
import type { mesos } from '@spark-mesos/mesos-proto';
import type { ExecutorAdded, ExecutorUpdated } from '@spark-mesos/spark-rpc';
import { NO_JAVA_STATUS, NO_SPARK_STATUS } from './executor-script.ts';
import type { GatewayProblem } from './observer.ts';

const DEFAULT_AGENT_PORT = 5051;

/** Puts what becomes of executors in the words of a standalone master, and for people. */
export class ExecutorNews {
  /** Of agents that were ever offered: a driver is told the "worker" of an executor with a port. */
  readonly #agentPorts = new Map<string, number>();
  readonly #explainedAgents = new Set<string>();

  /** Remembers where agents listen. */
  offered(offers: readonly mesos.v1.IOffer[]): void {
    for (const { agentId, url } of offers) {
      this.#agentPorts.set(agentId?.value ?? '', url?.address?.port ?? DEFAULT_AGENT_PORT);
    }
  }

  /** An executor is on its way. */
  added(executor: ExecutorPlacement): ExecutorAdded {
    const port = this.#agentPorts.get(executor.agentId) ?? DEFAULT_AGENT_PORT;
    return {
      executorId: executor.executorId,
      workerId: executor.agentId,
      hostPort: `${executor.hostname}:${port}`,
      cores: executor.advertisedCores,
      memoryMiB: executor.memoryMiB,
    };
  }

  /**
   * An executor runs, or has ended; `undefined` for what a driver need not know. With a text and a state that ends
   * it, the driver removes the executor at once, and logs why.
   */
  updated(
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

  /** An agent without Java or Spark fails each executor at once: that is said once for each agent. */
  explain(executor: ExecutorPlacement, exitStatus: number | undefined): GatewayProblem | undefined {
    const lack = LACKS.get(exitStatus);
    if (lack === undefined || this.#explainedAgents.has(executor.agentId)) return undefined;
    this.#explainedAgents.add(executor.agentId);
    return {
      code: 'GATEWAY_EXECUTOR_ENVIRONMENT',
      message: `executor ${executor.executorId} found no ${lack.what} on agent ${executor.hostname}: ${lack.cure}`,
      fatal: false,
    };
  }
}

/** With which an executor ends when it cannot reach its driver, or no longer. */
const DRIVER_GONE_STATUS = 1;

/** Whether an executor may have ended because its driver stopped it, or is about to be gone. */
export function mayHaveLostItsDriver(state: ExecutorState, exitStatus: number | undefined): boolean {
  return state === 'EXITED' || (state === 'FAILED' && exitStatus === DRIVER_GONE_STATUS);
}

const LACKS: ReadonlyMap<number | undefined, { readonly what: string; readonly cure: string }> = new Map([
  [
    NO_JAVA_STATUS,
    { what: 'Java', cure: 'install Java there, or set spark.executorEnv.JAVA_HOME to where it is' },
  ],
  [
    NO_SPARK_STATUS,
    {
      what: 'Spark',
      cure: 'set spark.mesos.executor.home to where it is, or spark.executor.uri to a package that agents can fetch',
    },
  ],
]);

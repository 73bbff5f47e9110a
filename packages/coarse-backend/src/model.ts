import type { mesos } from '@spark-mesos/mesos-proto';
import type { ExecutorPlace, ExecutorState, ExecutorStateDetail } from '@spark-mesos/scheduler-utils';

/** One size of executor, and how many of it are wanted at a time. */
export interface ExecutorRequest {
  /** Cores of each executor; without it an executor takes all whole cores of an offer. */
  readonly cores?: number | undefined;
  /** Heap of each executor; overhead comes on top. */
  readonly memoryMiB: number;
  /** GPUs of each executor, exactly; without it `spark.mesos.executor.gpus`, or what an offer has. */
  readonly gpus?: number | undefined;
  /** How many shall be alive; without it as many as fit, or none with dynamic allocation. */
  readonly total?: number | undefined;
  readonly memoryOverheadMiB?: number | undefined;
  readonly offHeapMiB?: number | undefined;
  readonly pysparkMemoryMiB?: number | undefined;
  /** Hosts, each with how much work waits that should run there: those come first for a while (rule C28). */
  readonly preferredHosts?: ReadonlyMap<string, number> | undefined;
}

/** What is wanted, by profile id. Profile 0 is the application's default. */
export type ExecutorTotals = ReadonlyMap<number, ExecutorRequest>;

/** An executor and its place. */
export interface ExecutorPlacement {
  /** Counts from 0 and is never used twice within an application. */
  readonly executorId: number;
  readonly taskId: string;
  readonly agentId: string;
  readonly hostname: string;
  /** Cores taken from the offer. */
  readonly cores: number;
  /** Cores that the executor shall announce: those and `spark.mesos.extra.cores` (rule C16). */
  readonly advertisedCores: number;
  readonly gpus: number;
  /** Ports that were taken of the offer for it, beside the fixed ones (rule U44). */
  readonly ports: readonly number[];
  /** What constraints need to know of its place that ask where executors run, such as UNIQUE. */
  readonly place: ExecutorPlace;
  /** The heap that the application asked for. */
  readonly memoryMiB: number;
  /** What the task holds: heap, overhead and the rest. */
  readonly taskMemoryMiB: number;
  readonly profileId: number;
}

/** How to start an executor. Resources, ids and the settings' labels are added by the backend. */
export interface ExecutorLaunch {
  readonly command: mesos.v1.ICommandInfo;
  readonly name: string;
  readonly container?: mesos.v1.IContainerInfo | undefined;
  readonly labels?: mesos.v1.ILabels | undefined;
  /** How the agent kills it, if not in its own way. */
  readonly killPolicy?: mesos.v1.IKillPolicy | undefined;
  /** How the agent sees whether it is healthy. */
  readonly healthCheck?: mesos.v1.IHealthCheck | undefined;
}

/** Why executors are wanted and none is placed. */
export type WaitingReason =
  | 'NOT_CONNECTED'
  | 'NO_OFFERS'
  | 'CPUS_SHORT'
  | 'MEM_SHORT'
  | 'GPUS_SHORT'
  | 'PORTS_MISSING'
  | 'CPUS_AND_MEM_APART'
  | 'CONSTRAINTS_UNMET'
  | 'AGENTS_DRAINING'
  | 'AGENTS_EXCLUDED'
  | 'AGENTS_FULL'
  | 'LOCALITY_WAIT'
  | 'LIMIT_REACHED'
  | 'DISK_SHORT'
  | 'PAUSED';

/** What an agent offered when it was last seen. */
export interface OfferedAgent {
  readonly agentId: string;
  readonly hostname: string;
  readonly cores: number;
  readonly memoryMiB: number;
}

/** Said every now and then while executors are wanted and none can be placed. */
export interface WaitingReport {
  /** For people: what is wanted, and why it cannot be had. */
  readonly sentence: string;
  readonly reason: WaitingReason;
  readonly waitingMs: number;
  readonly role: string;
  /** What one executor needs. */
  readonly need: { readonly cores: number; readonly memoryMiB: number; readonly gpus: number };
  /** How many more are wanted; `undefined`: as many as fit. */
  readonly missing: number | undefined;
  readonly alive: number;
  /** The agent that came closest in what is short. */
  readonly largest: OfferedAgent | undefined;
  /** How many agents were refused for which reason. */
  readonly refusals: Readonly<Record<string, number>>;
}

/** What the layer above implements: the application that executors work for. */
export interface CoarseApplication {
  /** How to start an executor. Pure; called when its place is settled. */
  launch(executor: ExecutorPlacement): ExecutorLaunch;
  /** The framework is registered; its id is the application's id. Called once. */
  registered(frameworkId: string): void;
  /** Mesos was asked to run it; nothing has been heard of it yet. */
  executorLaunched(executor: ExecutorPlacement): void;
  /** What has become of it. */
  executorState(executor: ExecutorPlacement, state: ExecutorState, detail: ExecutorStateDetail): void;
  /**
   * The agent of this executor is drained, or about to be under maintenance: the executor should end what it does.
   * It is killed at `deadlineMs` of the backend's clock, and replaced if it is still wanted then. Told once.
   */
  draining?(executor: ExecutorPlacement, deadlineMs: number): void;
  /** Executors are wanted and cannot be had; at most every 15 s. */
  waiting(report: WaitingReport): void;
  /** The framework cannot go on; whoever hears it calls `stop()`. */
  failed(error: Error): void;
}

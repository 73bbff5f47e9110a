import type { mesos } from '@spark-mesos/mesos-proto';
import type { AgentId, ContainerId, ExecutorId, FrameworkId, TaskId } from '../ids.ts';

/**
 * Where an executor is:
 * - `preparing`: its sandbox is made and its files are fetched; nothing runs yet.
 * - `running`: its process is there.
 * - `killing`: it was asked to end, and has until its grace period is over.
 * - `ended`: its process is gone.
 */
export type ExecutorPhase = 'preparing' | 'running' | 'killing' | 'ended';

/** One run of a command task under its executor. */
export interface ExecutorRecord {
  readonly id: ExecutorId;
  readonly containerId: ContainerId;
  readonly frameworkId: FrameworkId;
  readonly task: mesos.v1.ITaskInfo;
  readonly taskId: TaskId;
  readonly role: string;
  readonly directory: string;
  phase: ExecutorPhase;
  pid: number | undefined;
  taskState: mesos.v1.TaskState;
  readonly statuses: mesos.v1.ITaskStatus[];
}

/** A framework as an agent knows it: only what runs or ran here. */
export interface AgentFrameworkRecord {
  readonly id: FrameworkId;
  readonly info: mesos.v1.IFrameworkInfo;
  readonly executors: Map<ExecutorId, ExecutorRecord>;
  /** Whether the master has ended it. */
  isOver: boolean;
  /** The newest last, at most {@link MAX_COMPLETED_EXECUTORS}. */
  completedExecutors: ExecutorRecord[];
}

/** How many ended executors of a framework an agent remembers. */
export const MAX_COMPLETED_EXECUTORS = 150;

/** How many ended frameworks an agent remembers. */
export const MAX_COMPLETED_FRAMEWORKS = 50;

/** What must be started: files first, then the command, in a sandbox of its own. */
export interface ContainerLaunch {
  readonly containerId: ContainerId;
  readonly directory: string;
  readonly command: mesos.v1.ICommandInfo;
  readonly environment: Readonly<Record<string, string>>;
  /** Whom to run it as, when the agent may choose. */
  readonly user: string | undefined;
}

/** Who an agent is, as its tasks and `/state` show it. */
export interface AgentIdentity {
  readonly agentId: AgentId;
  readonly ip: string;
  readonly port: number;
  readonly hostname: string;
  readonly workDir: string;
  /** Set for every task, below what the task sets itself. */
  readonly taskEnvironment: Readonly<Record<string, string>>;
}

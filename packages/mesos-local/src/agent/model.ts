import type { mesos } from '@spark-mesos/mesos-proto';
import type { AgentId, ContainerId, ExecutorId, FrameworkId, StreamId, TaskId } from '../ids.ts';

/**
 * Where a container is:
 * - `preparing`: its sandbox is made and its files are fetched; nothing runs yet.
 * - `running`: its process is there.
 * - `killing`: it was asked to end, and has until its grace period is over.
 * - `ended`: its process is gone.
 */
export type ContainerPhase = 'preparing' | 'running' | 'killing' | 'ended';

/** One process of an agent: of a command task, of an executor of somebody's own, or of a task in a group. */
export interface ContainerRun {
  readonly id: ContainerId;
  readonly executor: ExecutorRecord;
  /** None for an executor of somebody's own: its tasks are its own affair. */
  readonly task: AgentTask | undefined;
  readonly directory: string;
  phase: ContainerPhase;
  pid: number | undefined;
  /** Why the agent itself has ended it, when it has. */
  ending: ContainerEnding | undefined;
}

/** What the agent says of tasks whose container it has ended of its own accord. */
export interface ContainerEnding {
  readonly state: mesos.v1.TaskState;
  readonly message: string;
  readonly reason: mesos.v1.TaskStatus.Reason;
  readonly limitation?: mesos.v1.ITaskResourceLimitation;
}

/** A task as its agent knows it. */
export interface AgentTask {
  readonly id: TaskId;
  readonly info: mesos.v1.ITaskInfo;
  /** Tasks of one group live and die together. */
  readonly groupId: string | undefined;
  state: mesos.v1.TaskState;
  readonly statuses: mesos.v1.ITaskStatus[];
  /** The process that it is; none when an executor of somebody's own runs it. */
  run: ContainerRun | undefined;
  /** Whether its executor has been told of it. */
  isDelivered: boolean;
  /** Whether a health check has had it killed. */
  isUnhealthy: boolean;
}

/**
 * What runs the tasks:
 * - `command`: a task that is one command; the executor is built in and bears the task's name.
 * - `custom`: a program of the framework's own that speaks the executor API.
 * - `group`: the built-in default executor of task groups; it has no process of its own.
 */
export type ExecutorKind = 'command' | 'custom' | 'group';

/** One run of an executor. */
export interface ExecutorRecord {
  readonly kind: ExecutorKind;
  readonly id: ExecutorId;
  readonly containerId: ContainerId;
  readonly frameworkId: FrameworkId;
  /** None for a command task's. */
  readonly info: mesos.v1.IExecutorInfo | undefined;
  readonly role: string;
  readonly directory: string;
  /** Ended tasks too, the oldest first. */
  readonly tasks: Map<TaskId, AgentTask>;
  /** The process of the executor itself; none under a group. */
  run: ContainerRun | undefined;
  /** The stream that a custom executor listens to. */
  streamId: StreamId | undefined;
  /** Whether a custom executor has ever subscribed. */
  isRegistered: boolean;
  /** Whether it was asked to end. */
  isTerminating: boolean;
}

/** What is known of the checks of one process. */
export interface Checking {
  readonly run: ContainerRun;
  readonly task: AgentTask;
  readonly startedAtMs: number;
  /** The last thing that a check said, as text to compare. */
  lastCheck: string | undefined;
  /** Unknown until a health check has found out. */
  isHealthy: boolean | undefined;
  failures: number;
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

/** How many ended tasks of an executor an agent remembers. */
export const MAX_COMPLETED_TASKS = 200;

/** What must be started: files first, then the command, in a sandbox of its own. */
export interface ContainerLaunch {
  readonly containerId: ContainerId;
  readonly directory: string;
  /** Whether it is a part of another container, whose sandbox holds its own. */
  readonly isNested: boolean;
  readonly command: mesos.v1.ICommandInfo;
  readonly environment: Readonly<Record<string, string>>;
  /** Whom to run it as, when the agent may choose. */
  readonly user: string | undefined;
  /** The image that it is to run in, with what goes with it. */
  readonly container: mesos.v1.IContainerInfo | undefined;
  readonly cpus: number;
  readonly memMiB: number;
  /** It is ended when all that it has started holds more than this. */
  readonly memLimitMiB: number | undefined;
}

/** Who an agent is, as its tasks and `/state` show it. */
export interface AgentIdentity {
  readonly agentId: AgentId;
  readonly ip: string;
  readonly port: number;
  readonly hostname: string;
  readonly workDir: string;
  /** What every executor is given, and so every task: below what Mesos sets, and what they set themselves. */
  readonly executorEnvironment: Readonly<Record<string, string>>;
  readonly resources?: readonly mesos.v1.IResource[];
  readonly attributes?: readonly mesos.v1.IAttribute[];
}

/** The times and limits of an agent; what is left out is as in Mesos. */
export interface AgentSettings {
  /** How long an executor has to subscribe. Default 1 min. */
  readonly executorRegistrationTimeoutMs?: number;
  /** How long it has to subscribe again when the agent was restarted. Default 2 s. */
  readonly executorReregistrationTimeoutMs?: number;
  /** How long it has to end after SHUTDOWN. Default 5 s. */
  readonly executorShutdownGraceMs?: number;
  /** Executors must show a token that was signed with this. */
  readonly executorSecretKey?: string;
  /** Whether tasks that take more memory than they have asked for are ended. Default true. */
  readonly limitsMemory?: boolean;
}

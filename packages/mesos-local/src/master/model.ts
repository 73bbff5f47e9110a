import type { mesos } from '@spark-mesos/mesos-proto';
import type { AgentId, ExecutorId, FrameworkId, OfferId, StreamId, TaskId } from '../ids.ts';
import type { ResourceSet } from '../resources/resource-set.ts';

/** A task as the master knows it. */
export interface TaskRecord {
  readonly id: TaskId;
  readonly info: mesos.v1.ITaskInfo;
  readonly frameworkId: FrameworkId;
  readonly agentId: AgentId;
  readonly role: string;
  readonly resources: ResourceSet;
  /** What the agent last said; it can be ahead of what the framework has been told. */
  state: mesos.v1.TaskState;
  /** Whether its resources are still in the books: until the agent says that it has ended. */
  charged: boolean;
  /** The last update that was passed on, for reconciliation and to know the acknowledgement that ends it. */
  lastStatus: mesos.v1.ITaskStatus | undefined;
  /** One for each state that it went through, as `/state` shows them. */
  readonly statuses: mesos.v1.ITaskStatus[];
}

/** An executor of a framework's own that runs on an agent, or is about to. */
export interface ExecutorOnAgent {
  readonly id: ExecutorId;
  readonly frameworkId: FrameworkId;
  readonly agentId: AgentId;
  readonly info: mesos.v1.IExecutorInfo;
  readonly role: string;
  /** What it takes beside its tasks. */
  readonly resources: ResourceSet;
}

/** Resources promised to a framework until it accepts, declines, or they are rescinded. */
export interface OfferRecord {
  readonly id: OfferId;
  readonly frameworkId: FrameworkId;
  readonly agentId: AgentId;
  readonly role: string;
  readonly resources: ResourceSet;
}

/** A framework that has subscribed and not been removed. */
export interface FrameworkRecord {
  readonly id: FrameworkId;
  info: mesos.v1.IFrameworkInfo;
  roles: readonly string[];
  capabilities: ReadonlySet<mesos.v1.FrameworkInfo.Capability.Type>;
  /** Which agents it wants to be offered. */
  offerConstraints: mesos.v1.scheduler.IOfferConstraints;
  /** The stream that it listens to; none while it is disconnected and its failover timeout runs. */
  streamId: StreamId | undefined;
  /** Whether the master knows it from agents alone: it has not subscribed since the master began to lead. */
  isRecovered: boolean;
  readonly registeredAtMs: number;
  reregisteredAtMs: number | undefined;
  unregisteredAtMs: number | undefined;
  readonly tasks: Map<TaskId, TaskRecord>;
  readonly executors: Set<ExecutorOnAgent>;
  readonly offers: Map<OfferId, OfferRecord>;
  /** The newest last, at most {@link MAX_COMPLETED_TASKS}. */
  completedTasks: TaskRecord[];
  unreachableTasks: Map<TaskId, TaskRecord>;
}

/** What an agent says of itself when it registers. */
export interface AgentDescription {
  readonly hostname: string;
  readonly ip: string;
  readonly port: number;
  readonly resources: ResourceSet;
  readonly attributes: readonly mesos.v1.IAttribute[];
}

/** An agent that is registered. */
export interface AgentRecord extends AgentDescription {
  readonly id: AgentId;
  readonly registeredAtMs: number;
  /** Reservations change what they look like, not how much they are. */
  resources: ResourceSet;
  /** Whether it answers; offers are made of connected agents only. */
  connected: boolean;
  readonly tasks: Set<TaskRecord>;
  /** By framework and name. */
  readonly executors: Map<string, ExecutorOnAgent>;
  readonly offers: Map<OfferId, OfferRecord>;
}

/** How many ended tasks `/state` remembers of a framework. */
export const MAX_COMPLETED_TASKS = 1000;

/** How many ended frameworks `/state` remembers. */
export const MAX_COMPLETED_FRAMEWORKS = 50;

import type { mesos } from '@spark-mesos/mesos-proto';
import type { AgentId, ExecutorId, FrameworkId, OfferId, StreamId, TaskId } from '../ids.ts';
import type { ResourceSet } from '../resources/resource-set.ts';
import type { AgentDescription } from './model.ts';

/** What a master tells an agent. */
export type AgentMessage =
  | {
      readonly kind: 'run-task';
      readonly framework: mesos.v1.IFrameworkInfo;
      readonly frameworkId: FrameworkId;
      readonly role: string;
      readonly task: mesos.v1.ITaskInfo;
    }
  /** Tasks that live and die together under one executor. */
  | {
      readonly kind: 'run-task-group';
      readonly framework: mesos.v1.IFrameworkInfo;
      readonly frameworkId: FrameworkId;
      readonly role: string;
      readonly executor: mesos.v1.IExecutorInfo;
      readonly tasks: readonly mesos.v1.ITaskInfo[];
    }
  | {
      readonly kind: 'shutdown-executor';
      readonly frameworkId: FrameworkId;
      readonly executorId: ExecutorId;
    }
  | {
      readonly kind: 'framework-message';
      readonly frameworkId: FrameworkId;
      readonly executorId: ExecutorId;
      readonly data: Uint8Array;
    }
  | {
      readonly kind: 'kill-task';
      readonly frameworkId: FrameworkId;
      readonly taskId: TaskId;
      readonly killPolicy: mesos.v1.IKillPolicy | undefined;
    }
  | {
      readonly kind: 'acknowledge';
      readonly frameworkId: FrameworkId;
      readonly taskId: TaskId;
      readonly uuid: Uint8Array;
    }
  /** The framework listens again: what it has not acknowledged is due now. */
  | { readonly kind: 'framework-listens'; readonly frameworkId: FrameworkId }
  | { readonly kind: 'shutdown-framework'; readonly frameworkId: FrameworkId };

/** A task as its agent reports it when it comes back. */
export interface AgentTaskReport {
  readonly frameworkId: FrameworkId;
  readonly role: string;
  readonly info: mesos.v1.ITaskInfo;
  readonly state: mesos.v1.TaskState;
  readonly lastStatus: mesos.v1.ITaskStatus | undefined;
}

/** What happens to a master. */
export type MasterInput =
  | {
      readonly kind: 'subscribe';
      readonly streamId: StreamId;
      readonly subscribe: mesos.v1.scheduler.Call.ISubscribe;
      readonly frameworkId: FrameworkId | undefined;
    }
  /** A call that has passed the checks of the HTTP rim: its framework is known and connected. */
  | { readonly kind: 'call'; readonly frameworkId: FrameworkId; readonly call: mesos.v1.scheduler.ICall }
  | { readonly kind: 'stream-closed'; readonly streamId: StreamId }
  | { readonly kind: 'operator-teardown'; readonly frameworkId: FrameworkId }
  | { readonly kind: 'agent-registered'; readonly agentId: AgentId; readonly agent: AgentDescription }
  /** It was here before, and says what lives on it. */
  | {
      readonly kind: 'agent-reregistered';
      readonly agentId: AgentId;
      readonly agent: AgentDescription;
      readonly frameworks: readonly {
        readonly frameworkId: FrameworkId;
        readonly info: mesos.v1.IFrameworkInfo;
      }[];
      /** Those of command tasks are not among them. */
      readonly executors: readonly {
        readonly frameworkId: FrameworkId;
        readonly role: string;
        readonly info: mesos.v1.IExecutorInfo;
      }[];
      readonly tasks: readonly AgentTaskReport[];
    }
  /** Its connection broke; it may come back within the ping timeouts. */
  | { readonly kind: 'agent-disconnected'; readonly agentId: AgentId }
  | {
      readonly kind: 'agent-removed';
      readonly agentId: AgentId;
      readonly how: 'unreachable' | 'unregistered' | 'gone';
    }
  | {
      readonly kind: 'task-update';
      readonly agentId: AgentId;
      readonly frameworkId: FrameworkId;
      readonly status: mesos.v1.ITaskStatus;
      /** Where the task is by now; the update may be older. */
      readonly latestState: mesos.v1.TaskState;
    }
  | {
      readonly kind: 'executor-exited';
      readonly agentId: AgentId;
      readonly frameworkId: FrameworkId;
      readonly executorId: ExecutorId;
      /** As `wait` tells it: the exit status times 256, or the number of the signal. */
      readonly status: number;
    }
  | {
      readonly kind: 'executor-message';
      readonly agentId: AgentId;
      readonly frameworkId: FrameworkId;
      readonly executorId: ExecutorId;
      readonly data: Uint8Array;
    }
  /** A call of an operator that has been validated against the state as it is. */
  | { readonly kind: 'operator-call'; readonly call: mesos.v1.master.ICall }
  | { readonly kind: 'operator-subscribed'; readonly streamId: StreamId }
  | { readonly kind: 'operator-stream-closed'; readonly streamId: StreamId }
  | { readonly kind: 'rescind-offers'; readonly offerIds: readonly OfferId[] | 'all' }
  /** Time has passed: does what is due. */
  | { readonly kind: 'wake' };

/** Something that people and tests want to hear of; nothing depends on it. */
export type ClusterEvent =
  | {
      readonly kind: 'framework-subscribed';
      readonly frameworkId: FrameworkId;
      readonly name: string;
      readonly again: boolean;
    }
  | { readonly kind: 'framework-updated'; readonly frameworkId: FrameworkId }
  | { readonly kind: 'framework-disconnected'; readonly frameworkId: FrameworkId }
  | { readonly kind: 'framework-removed'; readonly frameworkId: FrameworkId }
  | { readonly kind: 'agent-registered'; readonly agentId: AgentId }
  /** An operator has changed what outlives a master, or an agent has been drained. */
  | { readonly kind: 'operator-changed' }
  | { readonly kind: 'agent-disconnected'; readonly agentId: AgentId }
  | { readonly kind: 'agent-removed'; readonly agentId: AgentId }
  | {
      readonly kind: 'offer-made';
      readonly offerId: OfferId;
      readonly frameworkId: FrameworkId;
      readonly agentId: AgentId;
    }
  | {
      readonly kind: 'task-launched';
      readonly frameworkId: FrameworkId;
      readonly taskId: TaskId;
      readonly agentId: AgentId;
    }
  | {
      readonly kind: 'task-updated';
      readonly frameworkId: FrameworkId;
      readonly taskId: TaskId;
      readonly state: mesos.v1.TaskState;
      readonly message: string | undefined;
    }
  | { readonly kind: 'task-completed'; readonly frameworkId: FrameworkId; readonly taskId: TaskId };

/** What a master wants done. */
export type MasterEffect =
  | { readonly kind: 'send'; readonly streamId: StreamId; readonly event: mesos.v1.scheduler.IEvent }
  | { readonly kind: 'close-stream'; readonly streamId: StreamId }
  | { readonly kind: 'tell-agent'; readonly agentId: AgentId; readonly message: AgentMessage }
  | {
      readonly kind: 'send-to-operator';
      readonly streamId: StreamId;
      readonly event: mesos.v1.master.IEvent;
    }
  /** Some of an agent's resources are reserved, or no longer. */
  | { readonly kind: 'agent-resources'; readonly agentId: AgentId; readonly resources: ResourceSet }
  /** The agent is to end, with all that runs on it. */
  | { readonly kind: 'shutdown-agent'; readonly agentId: AgentId }
  | { readonly kind: 'report'; readonly event: ClusterEvent };

/** For a task that has no executor of its own, the executor bears the task's name. */
export function executorIdOf(task: mesos.v1.ITaskInfo): ExecutorId {
  return (task.executor?.executorId?.value ?? task.taskId.value) as ExecutorId;
}

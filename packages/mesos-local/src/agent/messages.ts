import type { mesos } from '@spark-mesos/mesos-proto';
import type { ContainerId, ExecutorId, FrameworkId, StreamId, TaskId } from '../ids.ts';
import type { AgentMessage } from '../master/messages.ts';
import type { ContainerLaunch } from './model.ts';
import type { VolumeLink } from './volume-links.ts';

/** How a process ended: with a status of its own, or by a signal. */
export interface ProcessEnd {
  readonly exitStatus: number | undefined;
  readonly signal: string | undefined;
}

/** What a check has found. */
export interface CheckResult {
  /** Whether there was an answer in time, whatever it said. */
  readonly isDone: boolean;
  /** The exit status of a command. */
  readonly exitStatus?: number;
  /** The status of an HTTP answer. */
  readonly httpStatus?: number;
  /** Whether a TCP connection came about. */
  readonly isConnected?: boolean;
  readonly problem?: string;
}

/** What to check, and how long to wait for the answer. */
export interface CheckOrder {
  readonly checkId: string;
  readonly timeoutMs: number;
  readonly what:
    | {
        readonly kind: 'command';
        readonly command: mesos.v1.ICommandInfo;
        readonly directory: string;
        readonly environment: Readonly<Record<string, string>>;
        readonly user: string | undefined;
      }
    | { readonly kind: 'http'; readonly url: string }
    | { readonly kind: 'tcp'; readonly port: number };
}

/** What happens to an agent. */
export type AgentInput =
  | { readonly kind: 'master-message'; readonly message: AgentMessage }
  | { readonly kind: 'container-started'; readonly containerId: ContainerId; readonly pid: number }
  /** It never ran: a file could not be fetched, or the sandbox not be made. */
  | { readonly kind: 'container-failed'; readonly containerId: ContainerId; readonly problem: string }
  | { readonly kind: 'container-ended'; readonly containerId: ContainerId; readonly end: ProcessEnd }
  /** All that it has started holds more memory than it may. */
  | { readonly kind: 'memory-exceeded'; readonly containerId: ContainerId; readonly usedMiB: number }
  | { readonly kind: 'check-done'; readonly checkId: string; readonly result: CheckResult }
  | {
      readonly kind: 'executor-subscribed';
      readonly frameworkId: FrameworkId;
      readonly executorId: ExecutorId;
      readonly streamId: StreamId;
      readonly subscribe: mesos.v1.executor.Call.ISubscribe;
    }
  /** A call that has passed the checks of the HTTP rim: its executor is known and subscribed. */
  | {
      readonly kind: 'executor-call';
      readonly frameworkId: FrameworkId;
      readonly executorId: ExecutorId;
      readonly call: mesos.v1.executor.ICall;
    }
  | { readonly kind: 'executor-stream-closed'; readonly streamId: StreamId }
  /** The master knows this agent again: what waits is due now. */
  | { readonly kind: 'reregistered' }
  /** Every executor is to end, and nothing new begins: the agent goes. */
  | { readonly kind: 'shutdown' }
  /** Time has passed: does what is due. */
  | { readonly kind: 'wake' };

/** What an agent wants done. */
export type AgentEffect =
  | { readonly kind: 'launch'; readonly launch: ContainerLaunch }
  /** Persistent volumes are to be found in a sandbox. */
  | { readonly kind: 'link-volumes'; readonly directory: string; readonly links: readonly VolumeLink[] }
  /** A container may hold so much from now on; never less than before, as its processes have it already. */
  | { readonly kind: 'raise-memory-limit'; readonly containerId: ContainerId; readonly memLimitMiB: number }
  | { readonly kind: 'signal'; readonly containerId: ContainerId; readonly signal: 'SIGTERM' | 'SIGKILL' }
  | {
      readonly kind: 'update';
      readonly frameworkId: FrameworkId;
      readonly status: mesos.v1.ITaskStatus;
      readonly latestState: mesos.v1.TaskState;
    }
  | {
      readonly kind: 'send-executor';
      readonly streamId: StreamId;
      readonly event: mesos.v1.executor.IEvent;
    }
  | { readonly kind: 'close-executor-stream'; readonly streamId: StreamId }
  | {
      readonly kind: 'executor-exited';
      readonly frameworkId: FrameworkId;
      readonly executorId: ExecutorId;
      readonly status: number;
    }
  | {
      readonly kind: 'executor-message';
      readonly frameworkId: FrameworkId;
      readonly executorId: ExecutorId;
      readonly data: Uint8Array;
    }
  | { readonly kind: 'check'; readonly order: CheckOrder }
  /** It does not matter any more what this check would find. */
  | { readonly kind: 'cancel-check'; readonly taskId: TaskId; readonly checkId: string };

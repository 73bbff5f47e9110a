import type { mesos } from '@spark-mesos/mesos-proto';
import type { ContainerId, FrameworkId } from '../ids.ts';
import type { AgentMessage } from '../master/messages.ts';
import type { ContainerLaunch } from './model.ts';

/** How a process ended: with a status of its own, or by a signal. */
export interface ProcessEnd {
  readonly exitStatus: number | undefined;
  readonly signal: string | undefined;
}

/** What happens to an agent. */
export type AgentInput =
  | { readonly kind: 'master-message'; readonly message: AgentMessage }
  | { readonly kind: 'container-started'; readonly containerId: ContainerId; readonly pid: number }
  /** It never ran: a file could not be fetched, or the sandbox not be made. */
  | { readonly kind: 'container-failed'; readonly containerId: ContainerId; readonly problem: string }
  | { readonly kind: 'container-ended'; readonly containerId: ContainerId; readonly end: ProcessEnd }
  /** Time has passed: does what is due. */
  | { readonly kind: 'wake' };

/** What an agent wants done. */
export type AgentEffect =
  | { readonly kind: 'launch'; readonly launch: ContainerLaunch }
  | { readonly kind: 'signal'; readonly containerId: ContainerId; readonly signal: 'SIGTERM' | 'SIGKILL' }
  | {
      readonly kind: 'update';
      readonly frameworkId: FrameworkId;
      readonly status: mesos.v1.ITaskStatus;
      readonly latestState: mesos.v1.TaskState;
    };

import type { mesos } from '@spark-mesos/mesos-proto';

/** How the child of an executor has ended. */
export type ChildEnd =
  /** 128 and the signal's number where a signal has ended it, as a shell would say it. */
  | { readonly status: number; readonly signal?: string | undefined }
  /** It could not be started, for this reason. */
  | { readonly problem: string };

/** What happens to an executor of ours. */
export type CarrierEvent =
  | { readonly kind: 'launch'; readonly task: mesos.v1.ITaskInfo }
  | { readonly kind: 'kill'; readonly taskId: string; readonly graceMs?: number | undefined }
  /** Bytes of the scheduler. */
  | { readonly kind: 'message'; readonly data: Uint8Array }
  /** The child runs. */
  | { readonly kind: 'childStarted' }
  | { readonly kind: 'childEnded'; readonly end: ChildEnd }
  /** The agent, or whoever may, wants the executor gone; it is killed after `graceMs`. */
  | { readonly kind: 'shutdown'; readonly reason: string; readonly graceMs: number }
  /** There is no agent any more to tell anything. */
  | { readonly kind: 'abandoned'; readonly reason: string }
  /** The time of `nextWakeMs` has come. */
  | { readonly kind: 'wake' };

/** What an executor of ours has to do, in this order. */
export type CarrierEffect =
  | {
      readonly kind: 'update';
      readonly taskId: string;
      readonly state: mesos.v1.TaskState;
      readonly message?: string | undefined;
    }
  /** Starts the child. */
  | { readonly kind: 'start' }
  | { readonly kind: 'signal'; readonly signal: 'SIGTERM' | 'SIGKILL' }
  /** Always the last: the process ends once its updates are out. */
  | { readonly kind: 'exit'; readonly isFault: boolean; readonly reason: string };

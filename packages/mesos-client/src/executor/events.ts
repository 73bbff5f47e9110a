import type { mesos } from '@spark-mesos/mesos-proto';
import type { MesosError } from '../errors.ts';

/** What an {@link ExecutorClient} tells, in the order in which it happened. */
export type ExecutorClientEvent =
  /** Calls can be sent. What had not been acknowledged before has been sent again. */
  | {
      readonly kind: 'subscribed';
      readonly executorInfo: mesos.v1.IExecutorInfo;
      readonly frameworkInfo: mesos.v1.IFrameworkInfo;
      readonly agentInfo: mesos.v1.IAgentInfo;
      readonly containerId: mesos.v1.IContainerID | undefined;
      readonly resubscribed: boolean;
    }
  /** The agent is gone; the client is trying to subscribe again, and tasks run on. */
  | { readonly kind: 'disconnected'; readonly reason: string }
  /** LAUNCH, LAUNCH_GROUP, KILL, ACKNOWLEDGED or MESSAGE. */
  | { readonly kind: 'mesos'; readonly event: mesos.v1.executor.IEvent }
  /** End all tasks, send their last updates and end: the agent kills what is left after `graceMs`. */
  | { readonly kind: 'shutdown'; readonly reason: string; readonly graceMs: number }
  /** It is over for good; nothing follows. */
  | { readonly kind: 'failed'; readonly error: MesosError };

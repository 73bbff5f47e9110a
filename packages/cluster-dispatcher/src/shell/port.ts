import type { mesos } from '@spark-mesos/mesos-proto';

/** What a framework's connection tells the dispatcher. */
export type SchedulerPortEvent =
  | {
      readonly kind: 'subscribed';
      readonly frameworkId: string;
      readonly masterInfo?: mesos.v1.IMasterInfo | undefined;
    }
  | { readonly kind: 'disconnected'; readonly reason: string }
  | { readonly kind: 'mesos'; readonly event: mesos.v1.scheduler.IEvent }
  | { readonly kind: 'failed'; readonly error: Error };

/**
 * A framework's connection to its master, as the dispatcher needs it; `SchedulerClient` of mesos-client is one.
 *
 * Calls must arrive in the order in which they are made.
 */
export interface SchedulerPort {
  /** Subscribes and gives what happens; ends when the connection is closed. */
  events(): AsyncIterable<SchedulerPortEvent>;
  /** Sends a call; rejects with an error that says whether it may be sent again. */
  call(call: mesos.v1.scheduler.ICall): Promise<void>;
  /** Does nothing for updates that must not be acknowledged. */
  acknowledge(status: mesos.v1.ITaskStatus): Promise<void>;
  /** Removes the framework and closes the connection. */
  teardown(): Promise<void>;
  /** Closes the connection and leaves the framework be. */
  close(): Promise<void>;
}

/** The time, handed in so that tests can drive it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once; what it returns takes the timer back. */
  setTimer(callback: () => void, delayMs: number): () => void;
}

/** The machine's own time. */
export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now(),
  setTimer(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

import type { mesos } from '@spark-mesos/mesos-proto';
import type { SchedulerPort, SchedulerPortEvent } from '../engine/scheduler-port.ts';

/** A connection without a master: a test says what comes in and sees what goes out. */
export class FakeSchedulerPort implements SchedulerPort {
  readonly calls: mesos.v1.scheduler.ICall[] = [];
  readonly acknowledged: mesos.v1.ITaskStatus[] = [];
  isTornDown = false;
  isClosed = false;
  /** What calls are answered with; set it to an error to have them fail. */
  callError: Error | undefined;
  readonly #events: SchedulerPortEvent[] = [];
  #wake: (() => void) | undefined;

  /** Has the backend see an event. */
  push(event: SchedulerPortEvent): void {
    this.#events.push(event);
    this.#wake?.();
  }

  async *events(): AsyncGenerator<SchedulerPortEvent> {
    while (!this.isClosed) {
      const event = this.#events.shift();
      if (event === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      } else {
        yield event;
      }
    }
  }

  /** Keeps the call, and does with it what the test has said. */
  async call(call: mesos.v1.scheduler.ICall): Promise<void> {
    this.calls.push(call);
    if (this.callError !== undefined) {
      throw this.callError;
    }
  }

  async acknowledge(status: mesos.v1.ITaskStatus): Promise<void> {
    this.acknowledged.push(status);
  }

  async teardown(): Promise<void> {
    this.isTornDown = true;
    this.isClosed = true;
    this.#wake?.();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.#wake?.();
  }
}

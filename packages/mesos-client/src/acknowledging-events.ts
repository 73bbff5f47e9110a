import type { mesos } from '@spark-mesos/mesos-proto';
import { acknowledgeCall, acknowledgeOperationStatusCall } from './calls/scheduler-calls.ts';
import type { SchedulerClientEvent } from './events.ts';

/**
 * Events of which each update is acknowledged when the reader comes back for the next event.
 *
 * Only then has it been dealt with: one that the reader fell over comes again.
 */
export class AcknowledgingEvents implements AsyncIterableIterator<SchedulerClientEvent> {
  readonly #events: AsyncIterableIterator<SchedulerClientEvent>;
  readonly #acknowledge: (call: mesos.v1.scheduler.ICall) => void;
  #taken: mesos.v1.scheduler.ICall | undefined;

  constructor(
    events: AsyncIterableIterator<SchedulerClientEvent>,
    acknowledge: (call: mesos.v1.scheduler.ICall) => void,
  ) {
    this.#events = events;
    this.#acknowledge = acknowledge;
  }

  async next(): Promise<IteratorResult<SchedulerClientEvent>> {
    const dealtWith = this.#taken;
    this.#taken = undefined;
    if (dealtWith !== undefined) {
      this.#acknowledge(dealtWith);
    }
    const result = await this.#events.next();
    if (result.done !== true && result.value.kind === 'mesos') {
      const { update, updateOperationStatus } = result.value.event;
      this.#taken =
        (update == null ? undefined : acknowledgeCall(update.status)) ??
        (updateOperationStatus == null
          ? undefined
          : acknowledgeOperationStatusCall(updateOperationStatus.status));
    }
    return result;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

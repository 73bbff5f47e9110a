import { MesosError } from '@spark-mesos/mesos-client';
import type { Logger } from '@spark-mesos/scheduler-utils';
import type { CoreEvent } from '../core/actions.ts';
import { coreEventOf } from './mesos-events.ts';
import type { Clock, SchedulerPort, SchedulerPortEvent } from './port.ts';

/** What a connection is made of. */
export interface MasterConnectionOptions {
  /** A new port, not yet subscribed: as the framework with that id, or as a new one. */
  readonly connect: (frameworkId: string | undefined) => SchedulerPort;
  /** The id to subscribe with next. */
  readonly frameworkId: () => string | undefined;
  readonly handle: (event: CoreEvent) => void;
  /** Waits until there is room for more events. */
  readonly room: () => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

const FIRST_AGAIN_MS = 1000;
const LONGEST_AGAIN_MS = 30_000;

/**
 * The connection to the master for as long as the dispatcher lives: where a port gives up, as one does that finds no
 * master in time, the next one is made. There is one reason to stop: another dispatcher has taken the framework over.
 */
export class MasterConnection {
  readonly #options: MasterConnectionOptions;
  #port: SchedulerPort | undefined;
  #isClosed = false;
  #failures = 0;
  #cancelTimer: () => void = () => {};
  #reading: Promise<void> = Promise.resolve();
  /** Why there will be no connection any more. */
  fatalProblem: string | undefined;

  constructor(options: MasterConnectionOptions) {
    this.#options = options;
  }

  /** Subscribes. */
  open(): void {
    if (this.#isClosed || this.fatalProblem !== undefined) return;
    const port = this.#options.connect(this.#options.frameworkId());
    this.#port = port;
    this.#reading = this.#read(port);
  }

  get port(): SchedulerPort | undefined {
    return this.#port;
  }

  /** Subscribes anew, with the id that there is by now. */
  async reopen(): Promise<void> {
    const port = this.#port;
    this.#port = undefined;
    this.#cancelTimer();
    await port?.close();
    this.open();
  }

  async close(how: 'leave' | 'teardown'): Promise<void> {
    this.#isClosed = true;
    this.#cancelTimer();
    const port = this.#port;
    try {
      await (how === 'teardown' ? port?.teardown() : port?.close());
    } finally {
      await this.#reading;
    }
  }

  async #read(port: SchedulerPort): Promise<void> {
    try {
      for await (const event of port.events()) {
        if (port !== this.#port) return;
        this.#take(event);
        if (event.kind === 'failed') return;
        await this.#options.room();
      }
    } catch (error) {
      this.#failed(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #take(event: SchedulerPortEvent): void {
    const { handle } = this.#options;
    switch (event.kind) {
      case 'subscribed':
        this.#failures = 0;
        handle({ kind: 'subscribed', frameworkId: event.frameworkId, master: masterOf(event) });
        break;
      case 'disconnected':
        handle({ kind: 'disconnected', reason: event.reason });
        break;
      case 'failed':
        this.#failed(event.error);
        break;
      case 'mesos': {
        const coreEvent = coreEventOf(event.event);
        if (coreEvent !== undefined) handle(coreEvent);
        break;
      }
    }
  }

  #failed(error: Error): void {
    const { handle, logger, clock } = this.#options;
    const code = error instanceof MesosError ? error.code : undefined;
    this.#port = undefined;
    if (code === 'MESOS_FRAMEWORK_REMOVED') {
      handle({ kind: 'frameworkRemoved', reason: error.message });
      return;
    }
    handle({ kind: 'disconnected', reason: error.message });
    if (code === 'MESOS_FRAMEWORK_FAILED_OVER') {
      this.fatalProblem = `another dispatcher has taken the framework over: ${error.message}`;
      logger.error({ reason: error.message }, 'another dispatcher has taken the framework over');
      return;
    }
    const delayMs = Math.min(FIRST_AGAIN_MS * 2 ** Math.min(this.#failures, 10), LONGEST_AGAIN_MS);
    this.#failures += 1;
    logger.error({ reason: error.message, delayMs }, 'the subscription failed and is tried again');
    this.#cancelTimer = clock.setTimer(() => this.open(), delayMs);
  }
}

function masterOf({ masterInfo }: Extract<SchedulerPortEvent, { kind: 'subscribed' }>): string | undefined {
  const host = masterInfo?.address?.hostname ?? masterInfo?.hostname ?? masterInfo?.address?.ip;
  const port = masterInfo?.address?.port ?? masterInfo?.port;
  return host ? `${host}:${port ?? 5050}` : undefined;
}

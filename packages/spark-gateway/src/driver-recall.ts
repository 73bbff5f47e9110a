import type { Clock } from '@spark-mesos/coarse-backend';
import { type Logger, messageOf } from '@spark-mesos/scheduler-utils';
import type { DriverHandle } from '@spark-mesos/spark-rpc';
import type { GatewaySpark } from './application-spark.ts';
import type { DriverLink } from './driver-link.ts';

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5000;

/** What calling a driver back needs of its application. */
export interface RecalledApplication {
  readonly driver: DriverLink;
  /** The driver's settings as it told them. */
  readonly properties: ReadonlyMap<string, string>;
  /** The one that the driver runs. */
  readonly spark: GatewaySpark;
  /** Whether the application goes on if its driver comes back. */
  readonly awaitsDriver: boolean;
  readonly summary: { readonly id?: string };
  driverRecalled(driver: DriverHandle): void;
  driverLost(): void;
}

/** What a {@link DriverRecall} is made of. */
export interface DriverRecallOptions {
  /** Has the driver take us for its master; rejects if it is not there, or does not answer. */
  readonly call: (application: RecalledApplication) => Promise<DriverHandle>;
  /** How long a driver may be away. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Calls drivers back. A driver whose master is gone goes on with the executors that it has and waits to be called
 * (`MasterChanged`); by itself it never connects again.
 */
export class DriverRecall {
  readonly #options: DriverRecallOptions;
  #closed = false;

  constructor(options: DriverRecallOptions) {
    this.#options = options;
  }

  /** No driver is called any more. */
  close(): void {
    this.#closed = true;
  }

  /** The driver of an application that an earlier gateway had: it may be as busy with its own restart as we are. */
  async restored(application: RecalledApplication): Promise<void> {
    await this.#call(application, false);
  }

  /** A connection dropped while we were there: a driver whose port nobody has any more is gone for good. */
  async dropped(application: RecalledApplication): Promise<void> {
    await this.#call(application, true);
  }

  async #call(application: RecalledApplication, refusedIsGone: boolean): Promise<void> {
    const { clock, timeoutMs, logger } = this.#options;
    const { address } = application.driver;
    const endMs = clock.now() + timeoutMs;
    let pauseMs = FIRST_PAUSE_MS;
    // One that has ended meanwhile is called all the same while it has something to be told, such as its end.
    while (!this.#closed && (application.awaitsDriver || application.driver.owes)) {
      try {
        const driver = await this.#options.call(application);
        application.driverRecalled(driver);
        return;
      } catch (error) {
        logger.debug({ driver: address, error: messageOf(error) }, 'a driver does not answer');
        if ((refusedIsGone && isRefusal(error)) || clock.now() + pauseMs >= endMs) break;
      }
      await new Promise<void>((resolve) => clock.setTimer(resolve, pauseMs));
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
    if (!this.#closed) application.driverLost();
  }
}

/** Nobody listens at the address. */
function isRefusal(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ((at as NodeJS.ErrnoException).code === 'ECONNREFUSED') return true;
  }
  return false;
}

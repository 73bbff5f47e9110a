import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { DurableStore } from '@spark-mesos/durable-store';
import type { Attempt } from '../model/submission.ts';

/** The property that brings a driver its ticket. It sounds secret, and so is treated like one wherever properties go. */
const TICKET_PROPERTY = 'spark.mesos.dispatcher.driverToken';
/** What a driver's Spark is told to register its application with (rule D55). */
const FRAMEWORK_ID_PROPERTY = 'spark.mesos.driver.frameworkId';

/** Of the key, among what else is in the store. */
const STORE_KEY = 'driver-ticket-key';
const KEY_BYTES = 32;

/**
 * Tells drivers that this dispatcher launched from anybody else who asks for executors: each attempt gets a ticket for its own
 * framework id. The key is in the store, so that tickets outlive the dispatcher.
 *
 * Without it, whoever reaches the port could run programs on the cluster as executors of an application of his own, however well
 * submissions are guarded.
 */
export class DriverTickets {
  readonly #key: Uint8Array;

  private constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** With the key in the store, or a new one that is put there. */
  static async open(store: DurableStore): Promise<DriverTickets> {
    const found = (await store.get(STORE_KEY))?.value;
    if (found !== undefined && found.byteLength === KEY_BYTES) return new DriverTickets(found);
    const key = randomBytes(KEY_BYTES);
    await store.put(STORE_KEY, key);
    return new DriverTickets(key);
  }

  /** What an attempt's driver is handed beside its own properties. */
  propertiesOf({ driverFrameworkId }: Pick<Attempt, 'driverFrameworkId'>): Readonly<Record<string, string>> {
    return { [TICKET_PROPERTY]: this.#ticketOf(driverFrameworkId).toString('base64url') };
  }

  /** Whether settings are those of a driver that was handed a ticket. */
  admits(properties: ReadonlyMap<string, string>): boolean {
    const wanted = this.#ticketOf(properties.get(FRAMEWORK_ID_PROPERTY) ?? '');
    const shown = Buffer.from(properties.get(TICKET_PROPERTY) ?? '', 'base64url');
    return shown.byteLength === wanted.byteLength && timingSafeEqual(shown, wanted);
  }

  #ticketOf(driverFrameworkId: string): Buffer {
    return createHmac('sha256', this.#key).update(driverFrameworkId).digest();
  }
}

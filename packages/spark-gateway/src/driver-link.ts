import type { DriverHandle, ExecutorAdded, ExecutorUpdated, RpcAddress } from '@spark-mesos/spark-rpc';
import { GatewayError } from './errors.ts';

/** How much is kept for a driver that is not there; beyond it, a driver is as good as gone. */
const MOST_KEPT = 100_000;

/**
 * A driver as its application has it, over more than one connection: what it is told while there is none is kept for
 * the next one, in order.
 */
export class DriverLink implements DriverHandle {
  readonly address: RpcAddress;
  readonly #fallbackId: string;
  #handle: DriverHandle | undefined;
  #kept: ((handle: DriverHandle) => void)[] = [];

  /** @param connected the driver's connection; a link without one has an id that is its own */
  constructor(address: RpcAddress, connected?: DriverHandle) {
    this.address = address;
    this.#fallbackId = `driver of ${address.host}:${address.port}`;
    this.#handle = connected;
  }

  /** Of the connection. */
  get id(): string {
    return this.#handle?.id ?? this.#fallbackId;
  }

  /** As the connection tells; none while there is no connection. */
  get sparks(): readonly string[] {
    return this.#handle?.sparks ?? [];
  }

  /** Whether something waits to be told. */
  get owes(): boolean {
    return this.#kept.length > 0;
  }

  /** The driver is back on this connection. */
  attach(handle: DriverHandle): void {
    this.#handle = handle;
    for (const tell of this.#kept.splice(0)) tell(handle);
  }

  /** The connection is no more. */
  detach(): void {
    this.#handle = undefined;
  }

  speakAs(spark: string): void {
    this.#tell((handle) => handle.speakAs(spark));
  }

  registeredApplication(appId: string): void {
    this.#tell((handle) => handle.registeredApplication(appId));
  }

  executorAdded(executor: ExecutorAdded): void {
    this.#tell((handle) => handle.executorAdded(executor));
  }

  executorUpdated(update: ExecutorUpdated): void {
    this.#tell((handle) => handle.executorUpdated(update));
  }

  workerRemoved(workerId: string, host: string, message: string): void {
    this.#tell((handle) => handle.workerRemoved(workerId, host, message));
  }

  applicationRemoved(message: string): void {
    this.#tell((handle) => handle.applicationRemoved(message));
  }

  async retrieveSettings(profileId: number): Promise<ReadonlyMap<string, string>> {
    if (this.#handle !== undefined) return this.#handle.retrieveSettings(profileId);
    throw new GatewayError('GATEWAY_DRIVER_SILENT', 'the driver has no connection at present');
  }

  close(): void {
    this.#handle?.close();
  }

  #tell(tell: (handle: DriverHandle) => void): void {
    if (this.#handle !== undefined) tell(this.#handle);
    else if (this.#kept.length < MOST_KEPT) this.#kept.push(tell);
  }
}

import type {
  ApplicationDescription,
  DriverHandle,
  ExecutorTotals,
  MasterHandler,
  SparkRpcError,
} from '@spark-mesos/spark-rpc';
import { Application } from './application.ts';
import type { Admission, ApplicationContext, ApplicationHooks } from './application-context.ts';
import type { RestoredApplication } from './application-record.ts';
import type { DriverRecall } from './driver-recall.ts';
import type { Explanation, ListedApplication } from './explanation.ts';
import { GivenFrameworkIds } from './given-framework-ids.ts';

/** All applications of one gateway: tells which one a driver's message belongs to. */
export class Applications implements MasterHandler {
  readonly #context: ApplicationContext;
  /** Everything that has not ended, its framework included. */
  readonly #all = new Set<Application>();
  readonly #byId = new Map<string, Application>();
  /** The live application of each driver, by the address of the driver's own RPC server. */
  readonly #byDriver = new Map<string, Application>();
  readonly #givenIds = new GivenFrameworkIds();
  #closing = false;
  #left = false;
  #recall: DriverRecall | undefined;
  #whenEmpty: (() => void)[] = [];
  #admission: Admission = () => undefined;

  constructor(context: ApplicationContext) {
    this.#context = context;
  }

  /** How many there are, those that are ending included. */
  get size(): number {
    return this.#all.size;
  }

  /** From now on, drivers whose connection drops are called back before they are given up. */
  recallWith(recall: DriverRecall): void {
    this.#recall = recall;
  }

  /** From now on, drivers that it does not let in are told why, and get nothing; those that are here stay. */
  admitWith(admission: Admission): void {
    this.#admission = admission;
  }

  /** Takes up what an earlier gateway left. */
  restore(applications: readonly RestoredApplication[]): void {
    for (const restored of applications) {
      const { driver } = restored;
      const address = `${driver.host}:${driver.port}`;
      const application = this.#add(address, (hooks) => Application.restored(restored, this.#context, hooks));
      // Neither rejects: what goes wrong is told to the driver and the observer.
      void application.resume();
      void this.#recall?.restored(application);
    }
  }

  /** How each is. */
  list(): readonly ListedApplication[] {
    const nowMs = Date.now();
    return [...this.#all].map((application) => application.listed(nowMs));
  }

  /** Why one has the executors that it has. */
  explain(applicationId: string): Explanation | undefined {
    const found = [...this.#all].find(({ summary }) => summary.id === applicationId);
    return found?.explain(Date.now());
  }

  /** Goes away without an end: a later gateway takes the applications up. */
  async leave(): Promise<void> {
    this.#closing = true;
    this.#left = true;
    await Promise.all([...this.#all].map((application) => application.leave()));
  }

  /**
   * A driver registers, or does so again: it repeats itself every 20 s until it is answered. Each driver, which is
   * what one address is on one connection, has one application.
   */
  registerApplication(description: ApplicationDescription, driver: DriverHandle): void {
    const address = `${driver.address.host}:${driver.address.port}`;
    const known = this.#byDriver.get(address);
    if (known?.driver.id === driver.id) {
      this.#context.logger.debug({ driver: driver.id, address }, 'driver registers again');
      return;
    }
    if (this.#closing) {
      driver.applicationRemoved('spark-mesos is ending, and takes no more applications');
      return;
    }
    // Two processes cannot have one address: the earlier one is gone, and its connection will drop in time.
    known?.driverLost();
    this.#begin(address, description, driver);
  }

  unregisterApplication(appId: string, driver: DriverHandle): void {
    const application = this.#byId.get(appId);
    if (application === undefined) {
      // A driver that was told of its end takes its leave all the same.
      this.#context.logger.debug({ appId, driver: driver.id }, 'driver unregisters what has ended');
      return;
    }
    if (application.driver.id !== driver.id) {
      this.#context.logger.warn({ appId, driver: driver.id }, 'driver unregisters what is not its own');
      return;
    }
    application.driverUnregistered();
  }

  requestExecutors(appId: string, totals: ExecutorTotals): boolean {
    return this.#byId.get(appId)?.requestExecutors(totals) ?? false;
  }

  killExecutors(appId: string, executorIds: readonly string[]): boolean {
    return this.#byId.get(appId)?.killExecutors(executorIds) ?? false;
  }

  driverRefused(reason: SparkRpcError): void {
    const { message } = reason;
    const problem = { code: 'GATEWAY_DRIVER_REFUSED', message, fatal: false, cause: reason } as const;
    this.#context.observer.driverRefused?.(problem);
  }

  driverDisconnected(driver: DriverHandle): void {
    // Who leaves closes the connections itself: the drivers wait for the next gateway.
    if (this.#left) return;
    for (const application of this.#all) {
      if (application.driver.id !== driver.id) continue;
      if (this.#recall !== undefined && !this.#closing && application.awaitsDriver) {
        application.driverDropped();
        // It never rejects.
        void this.#recall.dropped(application);
      } else {
        application.driverLost();
      }
    }
  }

  /** Ends every application and resolves when no framework is left. */
  async close(): Promise<void> {
    this.#closing = true;
    for (const application of [...this.#all]) application.gatewayClosing();
    await this.drained();
  }

  /** Resolves when there is no application, or none any more. */
  async drained(): Promise<void> {
    if (this.#all.size === 0) return;
    await new Promise<void>((resolve) => this.#whenEmpty.push(resolve));
  }

  #begin(address: string, description: ApplicationDescription, driver: DriverHandle): void {
    const application = this.#add(address, (hooks) =>
      Application.ofDriver(description, driver, this.#context, hooks),
    );
    // It never rejects: what goes wrong is told to the driver and the observer.
    void application.begin();
  }

  #add(address: string, make: (hooks: ApplicationHooks) => Application): Application {
    let id: string | undefined;
    const application: Application = make({
      frameworkIdSuffix: (givenId) => this.#givenIds.suffix(givenId),
      refusal: (properties) => this.#admission(properties),
      onRegistered: (applicationId) => {
        id = applicationId;
        this.#byId.set(applicationId, application);
      },
      onReleased: () => {
        if (this.#byDriver.get(address) === application) this.#byDriver.delete(address);
      },
      onEnded: () => {
        if (id !== undefined) this.#byId.delete(id);
        this.#all.delete(application);
        if (this.#all.size === 0) {
          for (const resolve of this.#whenEmpty.splice(0)) resolve();
        }
      },
    });
    this.#all.add(application);
    this.#byDriver.set(address, application);
    return application;
  }
}

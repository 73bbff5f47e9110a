import { messageOf } from '@spark-mesos/scheduler-utils';
import type { ApplicationDescription, DriverHandle, ExecutorTotals } from '@spark-mesos/spark-rpc';
import type { Admission, ApplicationContext, ApplicationHooks } from './application-context.ts';
import { ApplicationCourse } from './application-course.ts';
import { ApplicationEngine } from './application-engine.ts';
import { isLive, isPlacing } from './application-life.ts';
import type { RestoredApplication } from './application-record.ts';
import { ApplicationSpark, type GatewaySpark } from './application-spark.ts';
import { DriverLink } from './driver-link.ts';
import { DriverSettings } from './driver-settings.ts';
import { GatewayError } from './errors.ts';
import { type ExplainedApplication, explain, summarize } from './explain.ts';
import type { Explanation, ListedApplication } from './explanation.ts';
import type { ApplicationSummary } from './observer.ts';

//  driver ◄── DriverHandle ── Application ──► ExecutorBackend ──► master
//                              │  application-life.ts decides, application-course.ts carries out

/** Where an application comes from: a driver that registers, or an earlier gateway. */
interface ApplicationOrigin {
  readonly description: ApplicationDescription;
  readonly driver: DriverLink;
  readonly restored?: RestoredApplication;
}

/** One Spark application: one driver, one engine, one framework. */
export class Application {
  readonly driver: DriverLink;
  readonly #context: ApplicationContext;
  readonly #engine: ApplicationEngine;
  readonly #settings: DriverSettings;
  readonly #course: ApplicationCourse;
  readonly #origin: ApplicationOrigin;
  readonly #refusal: Admission;
  readonly #spark: ApplicationSpark;

  constructor(origin: ApplicationOrigin, context: ApplicationContext, hooks: ApplicationHooks) {
    const { description, driver, restored } = origin;
    this.driver = driver;
    this.#origin = origin;
    this.#context = context;
    const spark =
      restored === undefined
        ? ApplicationSpark.ofDriver(context.sparks, driver.sparks)
        : ApplicationSpark.restored(context.sparks, restored.spark);
    this.#spark = spark;
    this.#settings = new DriverSettings(context, spark, restored?.properties);
    const { frameworkIdSuffix, refusal } = hooks;
    this.#refusal = refusal;
    this.#engine = new ApplicationEngine(
      {
        description,
        driver: driver.address,
        spark,
        frameworkIdSuffix,
        restored,
        summary: () => this.summary,
      },
      context,
    );
    this.#course = new ApplicationCourse({
      description,
      driver,
      restored,
      spark,
      settings: this.#settings,
      engine: this.#engine,
      context,
      hooks,
    });
  }

  /** One whose driver has just registered. */
  static ofDriver(
    description: ApplicationDescription,
    driver: DriverHandle,
    context: ApplicationContext,
    hooks: ApplicationHooks,
  ): Application {
    return new Application({ description, driver: new DriverLink(driver.address, driver) }, context, hooks);
  }

  /** One that an earlier gateway had; its driver is still to be called back. */
  static restored(
    restored: RestoredApplication,
    context: ApplicationContext,
    hooks: ApplicationHooks,
  ): Application {
    const { description, driver } = restored;
    return new Application({ description, driver: new DriverLink(driver), restored }, context, hooks);
  }

  /** Whether its driver's address still belongs to it. */
  get live(): boolean {
    return isLive(this.#course.life);
  }

  /** Whether it is worth while to call its driver back. */
  get awaitsDriver(): boolean {
    return isPlacing(this.#course.life);
  }

  /** The driver's settings as it told them; none before. */
  get properties(): ReadonlyMap<string, string> {
    return this.#settings.properties;
  }

  /** The Spark that it runs. */
  get spark(): GatewaySpark {
    return this.#spark.current;
  }

  /** As people know it. */
  get summary(): ApplicationSummary {
    return this.#course.summary;
  }

  /** Why it has the executors that it has; `nowMs` is the time of day. */
  explain(nowMs: number): Explanation {
    const { shuffle } = this.#engine;
    const snapshot = this.#engine.snapshot();
    return explain({ ...this.#life(), snapshot, shuffleServices: shuffle?.services }, nowMs);
  }

  /** The same in one sentence and a few figures. */
  listed(nowMs: number): ListedApplication {
    return summarize({ ...this.#life(), snapshot: this.#engine.summary() }, nowMs);
  }

  /** Asks the driver for its settings, and goes on from there. */
  async begin(): Promise<void> {
    this.#context.observer.applicationRegistered?.(this.summary);
    let properties: ReadonlyMap<string, string>;
    try {
      properties = await this.driver.retrieveSettings(this.#origin.description.defaultProfile.id);
    } catch (error) {
      this.#course.fail(
        'GATEWAY_DRIVER_SILENT',
        `the driver does not tell its settings: ${messageOf(error)}`,
        error,
      );
      return;
    }
    const refusal = this.#refusal(properties);
    if (refusal !== undefined) {
      this.#course.fail('GATEWAY_DRIVER_REFUSED', refusal, undefined);
      return;
    }
    if (await this.#readSettings(properties)) this.#course.step({ kind: 'settings-accepted' });
  }

  /** Goes on where an earlier gateway ended: with the settings, wishes and executors of then. */
  async resume(): Promise<void> {
    const { frameworkId, properties } = this.#origin.restored ?? missing();
    this.#course.named(frameworkId);
    if ((await this.#readSettings(properties)) && this.live) this.#course.start();
  }

  async #readSettings(properties: ReadonlyMap<string, string>): Promise<boolean> {
    try {
      const warn = (message: string) =>
        this.#course.problem({ code: 'GATEWAY_SETTINGS', message, fatal: false });
      this.#engine.executors.check(await this.#settings.read(properties, warn));
      return true;
    } catch (error) {
      const code = error instanceof GatewayError ? error.code : 'GATEWAY_SETTINGS';
      this.#course.fail(code, messageOf(error), error);
      return false;
    }
  }

  driverUnregistered(): void {
    this.#course.step({ kind: 'driver-unregistered' });
  }

  driverLost(): void {
    this.#course.step({ kind: 'driver-lost' });
  }

  /** The driver's connection dropped, and it is called back. */
  driverDropped(): void {
    this.driver.detach();
    this.#course.step({ kind: 'driver-dropped' });
    // Executors would find nobody to work for.
    this.#engine.place(false);
  }

  /** The driver has taken this gateway for its master, on this connection. */
  driverRecalled(driver: DriverHandle): void {
    // First the phase: what the driver is told on its return it may answer at once.
    this.#course.step({ kind: 'driver-recalled' });
    this.driver.attach(driver);
    this.#engine.place(isPlacing(this.#course.life));
    this.#context.observer.driverRecalled?.(this.summary);
  }

  gatewayClosing(): void {
    this.#course.step({ kind: 'gateway-closing' });
  }

  /** Leaves framework, executors and record to a later gateway. */
  async leave(): Promise<void> {
    await this.#engine.detach();
  }

  #life(): Omit<ExplainedApplication, 'snapshot'> {
    const { summary, registeredAtMs, life } = this.#course;
    return { summary, phase: life.phase, registeredAtMs, isSparkOpen: this.#spark.isOpen };
  }

  /** RequestExecutors: these totals and no others are wanted from now on. */
  requestExecutors(totals: ExecutorTotals): boolean {
    if (!isPlacing(this.#course.life)) return false;
    if (!this.#canBeMet(totals)) return false;
    this.#engine.request(totals);
    return true;
  }

  #canBeMet(totals: ExecutorTotals): boolean {
    try {
      this.#engine.executors.check(this.#settings.known, totals);
      return true;
    } catch (error) {
      this.#course.fail('GATEWAY_SETTINGS', messageOf(error), error);
      return false;
    }
  }

  /** KillExecutors: ids come as text; what is no id of ours was never an executor. */
  killExecutors(executorIds: readonly string[]): boolean {
    if (!isPlacing(this.#course.life)) return false;
    const ids = executorIds.filter((id) => /^\d{1,9}$/.test(id)).map(Number);
    if (ids.length < executorIds.length) {
      this.#course.logger.warn({ executorIds }, 'the driver asked to kill executors that are none');
    }
    return ids.length > 0 && this.#engine.killExecutors(ids);
  }
}

function missing(): never {
  throw new GatewayError(
    'GATEWAY_ILLEGAL_TRANSITION',
    'an application was resumed that no gateway had before',
  );
}

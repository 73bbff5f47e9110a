import type { Logger } from '@spark-mesos/scheduler-utils';
import type { ApplicationDescription, DriverHandle, ExecutorTotals } from '@spark-mesos/spark-rpc';
import type { ApplicationContext, ApplicationHooks } from './application-context.ts';
import { ApplicationEngine } from './application-engine.ts';
import {
  type ApplicationLife,
  type EndReason,
  isLive,
  isPlacing,
  type LifeEffect,
  type LifeEvent,
  NEW_APPLICATION,
  restoredApplication,
  stepLife,
} from './application-life.ts';
import { ApplicationPort } from './application-port.ts';
import type { RestoredApplication } from './application-record.ts';
import { type ApplicationSettings, readApplicationSettings } from './application-settings.ts';
import { DriverLink } from './driver-link.ts';
import { driverMismatch } from './driver-version.ts';
import { GatewayError, type GatewayErrorCode } from './errors.ts';
import { explain } from './explain.ts';
import type { Explanation } from './explanation.ts';
import type { ApplicationSummary, GatewayProblem } from './observer.ts';

//  driver ◄── DriverHandle ── Application ──► ExecutorBackend ──► master
//                              │  application-life.ts decides, this carries out

/** Where an application comes from: a driver that registers, or an earlier gateway. */
interface ApplicationOrigin {
  readonly description: ApplicationDescription;
  readonly driver: DriverLink;
  readonly restored?: RestoredApplication;
}

/** One Spark application: one driver, one engine, one framework. */
export class Application {
  readonly driver: DriverLink;
  readonly #description: ApplicationDescription;
  readonly #context: ApplicationContext;
  readonly #hooks: ApplicationHooks;
  readonly #engine: ApplicationEngine;
  #logger: Logger;
  readonly #restored: RestoredApplication | undefined;
  readonly #registeredAtMs: number;
  #life: ApplicationLife;
  #properties: ReadonlyMap<string, string>;
  #settings: ApplicationSettings | undefined;

  constructor(origin: ApplicationOrigin, context: ApplicationContext, hooks: ApplicationHooks) {
    const { description, driver, restored } = origin;
    this.driver = driver;
    this.#description = description;
    this.#context = context;
    this.#hooks = hooks;
    const { frameworkIdSuffix } = hooks;
    this.#engine = new ApplicationEngine(
      { description, frameworkIdSuffix, restored, summary: () => this.summary },
      context,
    );
    this.#restored = restored;
    this.#properties = restored?.properties ?? new Map();
    this.#registeredAtMs = restored?.registeredAtMs ?? Date.now();
    this.#life = restored === undefined ? NEW_APPLICATION : restoredApplication(restored.frameworkId);
    this.#logger = context.logger.child({ application: description.name, driver: driver.id });
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
    return isLive(this.#life);
  }

  /** Whether it is worth while to call its driver back. */
  get awaitsDriver(): boolean {
    return isPlacing(this.#life);
  }

  /** The driver's settings as it told them; none before. */
  get properties(): ReadonlyMap<string, string> {
    return this.#properties;
  }

  /** As people know it. */
  get summary(): ApplicationSummary {
    const { name, user, appUiUrl } = this.#description;
    return {
      name,
      user,
      ...(this.#life.applicationId === undefined ? {} : { id: this.#life.applicationId }),
      ...(appUiUrl === '' ? {} : { uiUrl: appUiUrl }),
    };
  }

  /** Why it has the executors that it has; `nowMs` is the time of day. */
  explain(nowMs: number): Explanation {
    const { summary } = this;
    const snapshot = this.#engine.snapshot();
    return explain(
      { summary, phase: this.#life.phase, registeredAtMs: this.#registeredAtMs, snapshot },
      nowMs,
    );
  }

  /** Asks the driver for its settings, and goes on from there. */
  async begin(): Promise<void> {
    this.#context.observer.applicationRegistered?.(this.summary);
    let properties: ReadonlyMap<string, string>;
    try {
      properties = await this.driver.retrieveSettings(this.#description.defaultProfile.id);
    } catch (error) {
      this.#fail('GATEWAY_DRIVER_SILENT', `the driver does not tell its settings: ${textOf(error)}`, error);
      return;
    }
    if (await this.#readSettings(properties)) this.#step({ kind: 'settings-accepted' });
  }

  /** Goes on where an earlier gateway ended: with the settings, wishes and executors of then. */
  async resume(): Promise<void> {
    const { frameworkId, properties } = this.#restored ?? missing();
    this.#logger = this.#logger.child({ appId: frameworkId });
    this.#hooks.onRegistered(frameworkId);
    if ((await this.#readSettings(properties)) && this.live) this.#start();
  }

  async #readSettings(properties: ReadonlyMap<string, string>): Promise<boolean> {
    this.#properties = properties;
    try {
      const { environment, readTextFile } = this.#context;
      const warn = (message: string) => this.#problem({ code: 'GATEWAY_SETTINGS', message, fatal: false });
      this.#settings = await readApplicationSettings(properties, { environment, readTextFile, warn });
      this.#engine.executors.check(this.#settings);
      return true;
    } catch (error) {
      this.#fail(error instanceof GatewayError ? error.code : 'GATEWAY_SETTINGS', textOf(error), error);
      return false;
    }
  }

  driverUnregistered(): void {
    this.#step({ kind: 'driver-unregistered' });
  }

  driverLost(): void {
    this.#step({ kind: 'driver-lost' });
  }

  /** The driver's connection dropped, and it is called back. */
  driverDropped(): void {
    this.driver.detach();
    this.#step({ kind: 'driver-dropped' });
    // Executors would find nobody to work for.
    this.#engine.place(false);
  }

  /** The driver has taken this gateway for its master, on this connection. */
  driverRecalled(driver: DriverHandle): void {
    // First the phase: what the driver is told on its return it may answer at once.
    this.#step({ kind: 'driver-recalled' });
    this.driver.attach(driver);
    this.#engine.place(isPlacing(this.#life));
    this.#context.observer.driverRecalled?.(this.summary);
  }

  gatewayClosing(): void {
    this.#step({ kind: 'gateway-closing' });
  }

  /** Leaves framework, executors and record to a later gateway. */
  async leave(): Promise<void> {
    await this.#engine.detach();
  }

  /** RequestExecutors: these totals and no others are wanted from now on. */
  requestExecutors(totals: ExecutorTotals): boolean {
    if (!isPlacing(this.#life)) return false;
    if (!this.#canBeMet(totals)) return false;
    this.#engine.request(totals);
    return true;
  }

  #canBeMet(totals: ExecutorTotals): boolean {
    try {
      this.#engine.executors.check(this.#known(), totals);
      return true;
    } catch (error) {
      this.#fail('GATEWAY_SETTINGS', textOf(error), error);
      return false;
    }
  }

  /** KillExecutors: ids come as text; what is no id of ours was never an executor. */
  killExecutors(executorIds: readonly string[]): boolean {
    if (!isPlacing(this.#life)) return false;
    const ids = executorIds.filter((id) => /^\d{1,9}$/.test(id)).map(Number);
    if (ids.length < executorIds.length) {
      this.#logger.warn({ executorIds }, 'the driver asked to kill executors that are none');
    }
    return ids.length > 0 && this.#engine.killExecutors(ids);
  }

  // ---- how steps are carried out ----

  #registered(frameworkId: string): void {
    if (this.#context.journal === undefined || this.#life.phase !== 'subscribing') {
      this.#step({ kind: 'framework-registered', frameworkId });
    } else {
      // It never rejects: what goes wrong ends the application.
      void this.#writeDown(frameworkId);
    }
  }

  #failed(error: Error): void {
    const { lastTrouble } = this.#engine.executors;
    const behind = lastTrouble === undefined ? '' : ` (${lastTrouble})`;
    this.#fail('GATEWAY_FRAMEWORK_ENDED', `${textOf(error)}${behind}`, error);
  }

  /** The driver hears its id only when a later gateway would know it, and executors are launched only then. */
  async #writeDown(frameworkId: string): Promise<void> {
    try {
      await this.#engine.writeDown({
        frameworkId,
        driver: this.driver.address,
        description: this.#description,
        properties: this.#properties,
        registeredAtMs: this.#registeredAtMs,
      });
    } catch (error) {
      this.#fail('GATEWAY_STATE', `the application cannot be written down: ${textOf(error)}`, error);
      return;
    }
    if (this.#life.phase === 'ended') {
      this.#forget();
      return;
    }
    this.#step({ kind: 'framework-registered', frameworkId });
    if (this.live) this.#engine.place(true);
  }

  #forget(): void {
    this.#engine.forget().catch((error: unknown) => {
      this.#logger.error({ error: textOf(error) }, 'what was written of an application cannot be deleted');
    });
  }

  #step(event: LifeEvent): void {
    const before = this.#life.phase;
    const { life, effects } = stepLife(this.#life, event);
    this.#life = life;
    if (life.phase !== before) {
      this.#logger.debug({ from: before, to: life.phase, event: event.kind }, 'application changes phase');
    }
    for (const effect of effects) this.#carryOut(effect);
  }

  #carryOut(effect: LifeEffect): void {
    switch (effect.kind) {
      case 'start-framework':
        this.#start();
        break;
      case 'tell-registered':
        this.#logger = this.#logger.child({ appId: effect.applicationId });
        this.#hooks.onRegistered(effect.applicationId);
        this.driver.registeredApplication(effect.applicationId);
        this.#context.observer.frameworkRegistered?.(this.summary);
        // It rejects never: a mismatch ends the application.
        void this.#checkVersion();
        break;
      case 'tell-removed':
        this.driver.applicationRemoved(effect.message);
        break;
      case 'stop-framework':
        // Its end is a step of its own; it rejects never, so nothing waits for it here.
        void this.#stop(effect.graceful ? this.#known().graceMs : 0);
        break;
      case 'release-driver':
        this.#hooks.onReleased();
        break;
      case 'finished':
        this.#finish(effect.reason);
        break;
    }
  }

  #start(): void {
    try {
      // Where applications are written down, executors come only after that; and with their driver.
      this.#engine.place(this.#context.journal === undefined || this.#life.phase === 'running');
      this.#engine.start(this.#port(), this.#known(), this.#logger);
    } catch (error) {
      this.#failed(error as Error);
    }
  }

  #port(): ApplicationPort {
    const { observer, clock } = this.#context;
    return new ApplicationPort({
      driver: this.driver,
      executors: this.#engine.executors,
      observer,
      clock,
      summary: () => this.summary,
      life: () => this.#life,
      settings: () => this.#known(),
      journal: () => this.#engine.journal,
      problem: (problem) => this.#problem(problem),
      registered: (frameworkId) => this.#registered(frameworkId),
      failed: (error) => this.#failed(error),
    });
  }

  async #stop(graceMs: number): Promise<void> {
    try {
      await this.#engine.stop(graceMs);
    } catch (error) {
      // The master may be gone as well; it then tears the framework down when its failover time is over.
      this.#logger.warn({ error: textOf(error) }, 'the framework could not be torn down');
    }
    this.#step({ kind: 'framework-torn-down' });
  }

  #finish(reason: EndReason): void {
    this.#logger.info({ reason }, 'application ended');
    this.#forget();
    this.#context.observer.applicationFinished?.(this.summary, reason);
    this.#hooks.onEnded();
  }

  async #checkVersion(): Promise<void> {
    if (!this.#known().settings.executorVersionCheck) return;
    const mismatch = await driverMismatch(this.#context, this.#description.appUiUrl);
    if (mismatch !== undefined) this.#fail('GATEWAY_SPARK_MISMATCH', mismatch, undefined);
  }

  #fail(code: GatewayErrorCode, message: string, cause: unknown): void {
    if (!this.live) return;
    this.#problem({ code, message, fatal: true, cause });
    this.#step({ kind: 'failed', code, message: `spark-mesos: ${message}` });
  }

  #problem(problem: GatewayProblem): void {
    const { code, message, fatal } = problem;
    this.#logger.debug({ code, message, fatal }, 'problem');
    this.#context.observer.problem?.(this.summary, problem);
  }

  #known(): ApplicationSettings {
    if (this.#settings !== undefined) return this.#settings;
    throw new GatewayError(
      'GATEWAY_ILLEGAL_TRANSITION',
      `a framework was to be started while its application was ${this.#life.phase}`,
    );
  }
}

function missing(): never {
  throw new GatewayError(
    'GATEWAY_ILLEGAL_TRANSITION',
    'an application was resumed that no gateway had before',
  );
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

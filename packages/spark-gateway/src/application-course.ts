import { type Logger, messageOf } from '@spark-mesos/scheduler-utils';
import type { ApplicationDescription } from '@spark-mesos/spark-rpc';
import type { ApplicationContext, ApplicationHooks } from './application-context.ts';
import type { ApplicationEngine } from './application-engine.ts';
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
import type { ApplicationSpark } from './application-spark.ts';
import type { DriverLink } from './driver-link.ts';
import type { DriverSettings } from './driver-settings.ts';
import { versionRefusal } from './driver-version.ts';
import { GatewayError, type GatewayErrorCode } from './errors.ts';
import type { ApplicationSummary, GatewayProblem } from './observer.ts';

/** What an application's course leads through. */
export interface CourseParts {
  readonly description: ApplicationDescription;
  readonly driver: DriverLink;
  readonly restored: RestoredApplication | undefined;
  readonly spark: ApplicationSpark;
  readonly settings: DriverSettings;
  readonly engine: ApplicationEngine;
  readonly context: ApplicationContext;
  readonly hooks: ApplicationHooks;
}

/** An application from its driver's coming to its framework's end: carries out what `application-life.ts` decides. */
export class ApplicationCourse {
  readonly registeredAtMs: number;
  readonly #parts: CourseParts;
  #logger: Logger;
  #life: ApplicationLife;

  constructor(parts: CourseParts) {
    const { restored, context, description, driver } = parts;
    this.#parts = parts;
    this.registeredAtMs = restored?.registeredAtMs ?? Date.now();
    this.#life = restored === undefined ? NEW_APPLICATION : restoredApplication(restored.frameworkId);
    this.#logger = context.logger.child({ application: description.name, driver: driver.id });
  }

  get life(): ApplicationLife {
    return this.#life;
  }

  get logger(): Logger {
    return this.#logger;
  }

  /** As people know it. */
  get summary(): ApplicationSummary {
    const { name, user, appUiUrl } = this.#parts.description;
    return {
      name,
      user,
      ...(this.#life.applicationId === undefined ? {} : { id: this.#life.applicationId }),
      ...(appUiUrl === '' ? {} : { uiUrl: appUiUrl }),
    };
  }

  /** It has this id from now on, if it had none. */
  named(applicationId: string): void {
    this.#logger = this.#logger.child({ appId: applicationId });
    this.#parts.hooks.onRegistered(applicationId);
  }

  /** Before any executor runs, and once the settings are read. */
  #useShuffleServices(applicationId: string): void {
    const { engine, settings } = this.#parts;
    const problem = (found: GatewayProblem) => this.problem(found);
    engine.useShuffleServices(applicationId, settings.known, this.#logger, problem);
  }

  /** Goes on by what has happened. */
  step(event: LifeEvent): void {
    const before = this.#life.phase;
    const { life, effects } = stepLife(this.#life, event);
    this.#life = life;
    if (life.phase !== before) {
      this.#logger.debug({ from: before, to: life.phase, event: event.kind }, 'application changes phase');
    }
    for (const effect of effects) this.#carryOut(effect);
  }

  /** It cannot go on. */
  fail(code: GatewayErrorCode, message: string, cause: unknown): void {
    if (!isLive(this.#life)) return;
    this.problem({ code, message, fatal: true, cause });
    this.step({ kind: 'failed', code, message: `spark-mesos: ${message}` });
  }

  /** Tells people what is wrong. */
  problem(problem: GatewayProblem): void {
    const { code, message, fatal } = problem;
    this.#logger.debug({ code, message, fatal }, 'problem');
    this.#parts.context.observer.problem?.(this.summary, problem);
  }

  /** Registers the framework. */
  start(): void {
    try {
      // Where applications are written down, executors come only after that; and with their driver.
      if (this.#life.applicationId !== undefined) this.#useShuffleServices(this.#life.applicationId);
      this.#parts.engine.place(this.#parts.context.journal === undefined || this.#life.phase === 'running');
      this.#parts.engine.start(this.#port(), this.#parts.settings.known, this.#logger);
    } catch (error) {
      this.#failed(error as Error);
    }
  }

  #carryOut(effect: LifeEffect): void {
    switch (effect.kind) {
      case 'start-framework':
        this.start();
        break;
      case 'tell-registered':
        this.named(effect.applicationId);
        this.#useShuffleServices(effect.applicationId);
        this.#parts.driver.registeredApplication(effect.applicationId);
        this.#parts.context.observer.frameworkRegistered?.(this.summary);
        // It rejects never: a mismatch ends the application.
        void this.#settleSpark();
        break;
      case 'tell-removed':
        this.#parts.driver.applicationRemoved(effect.message);
        break;
      case 'stop-framework':
        // Its end is a step of its own; it rejects never, so nothing waits for it here.
        void this.#stop(effect.graceful ? this.#parts.settings.known.graceMs : 0);
        break;
      case 'hand-over':
        // It rejects never, and whoever leaves waits for it by closing.
        void this.#handOver();
        break;
      case 'release-driver':
        this.#parts.hooks.onReleased();
        break;
      case 'finished':
        this.#finish(effect.reason);
        break;
    }
  }

  #port(): ApplicationPort {
    const { observer, clock } = this.#parts.context;
    return new ApplicationPort({
      driver: this.#parts.driver,
      executors: this.#parts.engine.executors,
      observer,
      clock,
      summary: () => this.summary,
      life: () => this.#life,
      settings: () => this.#parts.settings.known,
      journal: () => this.#parts.engine.journal,
      shuffle: () => this.#parts.engine.shuffle,
      problem: (problem) => this.problem(problem),
      registered: (frameworkId) => this.#registered(frameworkId),
      failed: (error) => this.#failed(error),
    });
  }

  #registered(frameworkId: string): void {
    if (this.#parts.context.journal === undefined || this.#life.phase !== 'subscribing') {
      this.step({ kind: 'framework-registered', frameworkId });
    } else {
      // It never rejects: what goes wrong ends the application.
      void this.#writeDown(frameworkId);
    }
  }

  #failed(error: Error): void {
    if (this.#isTakenOver(error)) {
      this.step({ kind: 'taken-over' });
      return;
    }
    const { lastTrouble } = this.#parts.engine.executors;
    const behind = lastTrouble === undefined ? '' : ` (${lastTrouble})`;
    const code = error instanceof GatewayError ? error.code : 'GATEWAY_FRAMEWORK_ENDED';
    this.fail(code, `${messageOf(error)}${behind}`, error);
  }

  /**
   * Only who has the same record can subscribe with this framework's id. That one calls the driver back: told by this gateway that its
   * application was removed, the driver would end, whoever else is its master by now.
   */
  #isTakenOver(error: Error): boolean {
    return (
      this.#parts.context.journal !== undefined &&
      hasCode(error, 'MESOS_FRAMEWORK_FAILED_OVER') &&
      isPlacing(this.#life)
    );
  }

  async #handOver(): Promise<void> {
    this.#logger.warn({}, 'another gateway has taken the application over');
    this.#parts.hooks.onEnded();
    await this.#parts.engine.detach().catch((error: unknown) => {
      this.#logger.warn({ error: messageOf(error) }, 'the connection to the master did not close');
    });
  }

  /** The driver hears its id only when a later gateway would know it, and executors are launched only then. */
  async #writeDown(frameworkId: string): Promise<void> {
    try {
      await this.#parts.engine.writeDown({
        frameworkId,
        driver: this.#parts.driver.address,
        description: this.#parts.description,
        spark: this.#parts.spark.current,
        properties: this.#parts.settings.properties,
        registeredAtMs: this.registeredAtMs,
      });
    } catch (error) {
      this.fail('GATEWAY_STATE', `the application cannot be written down: ${messageOf(error)}`, error);
      return;
    }
    if (this.#life.phase === 'ended') {
      this.#forget();
      return;
    }
    this.step({ kind: 'framework-registered', frameworkId });
    if (isLive(this.#life)) this.#parts.engine.place(true);
  }

  #forget(): void {
    this.#parts.engine.forget().catch((error: unknown) => {
      this.#logger.error({ error: messageOf(error) }, 'what was written of an application cannot be deleted');
    });
  }

  async #stop(graceMs: number): Promise<void> {
    try {
      await this.#parts.engine.stop(graceMs);
    } catch (error) {
      // The master may be gone as well; it then tears the framework down when its failover time is over.
      this.#logger.warn({ error: messageOf(error) }, 'the framework could not be torn down');
    }
    this.step({ kind: 'framework-torn-down' });
  }

  #finish(reason: EndReason): void {
    this.#logger.info({ reason }, 'application ended');
    this.#forget();
    this.#parts.context.observer.applicationFinished?.(this.summary, reason);
    this.#parts.hooks.onEnded();
  }

  /** Asks the driver's page for its version, by which Sparks are told apart that speak alike, and those that executors cannot be of. */
  async #settleSpark(): Promise<void> {
    const { context, driver, spark, settings, engine } = this.#parts;
    const { isOpen, current } = spark;
    const isChecked = settings.known.settings.executorVersionCheck;
    if (!isChecked && !isOpen) return;
    if (isOpen)
      this.#logger.info(
        {},
        'executors wait for the version of the driver, as several Sparks speak as it does',
      );
    const version = await this.#driverVersion();
    const isFound = spark.settle(version);
    if (!isLive(this.#life)) return;
    if (version !== undefined && !isFound && isChecked) {
      this.fail('GATEWAY_SPARK_MISMATCH', versionRefusal(context.sparks, version), undefined);
    } else if (isOpen || spark.current !== current) {
      driver.speakAs(spark.current.home);
      engine.sparkSettled();
    }
  }

  async #driverVersion(): Promise<string | undefined> {
    const { context, description } = this.#parts;
    // Who does not know its own has nothing to compare.
    if (description.appUiUrl === '' || context.sparks.every(({ version }) => version === undefined))
      return undefined;
    return context.readDriverVersion?.(description.appUiUrl);
  }
}

/** Whether an error, or what it comes of, has this code: engines give the client's errors as causes of their own. */
function hasCode(error: unknown, code: string): boolean {
  if (!(error instanceof Error)) return false;
  return (error as { readonly code?: unknown }).code === code || hasCode(error.cause, code);
}

import type {
  Clock,
  CoarseApplication,
  ExecutorLaunch,
  ExecutorPlacement,
  ExecutorState,
  ExecutorStateDetail,
  WaitingReport,
} from '@spark-mesos/coarse-backend';
import { coarseFrameworkInfo, type Logger } from '@spark-mesos/scheduler-utils';
import type {
  ApplicationDescription,
  DriverHandle,
  ExecutorTotals,
  ExecutorUpdated,
} from '@spark-mesos/spark-rpc';
import {
  type ApplicationLife,
  type EndReason,
  isLive,
  type LifeEffect,
  type LifeEvent,
  NEW_APPLICATION,
  stepLife,
} from './application-life.ts';
import { type ApplicationSettings, readApplicationSettings } from './application-settings.ts';
import type { BackendFactory, ExecutorBackend } from './backend.ts';
import { GatewayError, type GatewayErrorCode } from './errors.ts';
import { executorLaunch } from './executor-launch.ts';
import { ExecutorNews, mayHaveLostItsDriver } from './executor-news.ts';
import { WantedExecutors } from './executor-totals.ts';
import type { ApplicationSummary, GatewayObserver, GatewayProblem } from './observer.ts';

//  driver ◄── DriverHandle ── Application ──► ExecutorBackend ──► master
//                              │  application-life.ts decides, this carries out

/**
 * An executor ends by itself when its driver has stopped it or cannot be reached, and a driver stops its scheduler
 * before it takes its leave here. News of such an end in between would find no scheduler ("Inbox: Ignoring error" in the driver's log),
 * so it waits a moment; where an executor really ends in the middle, the driver sees its connection drop meanwhile.
 */
const EXIT_NEWS_DELAY_MS = 1000;

/** What all applications of a gateway share. */
export interface ApplicationContext {
  readonly makeBackend: BackendFactory;
  readonly sparkHome: string;
  readonly baseEnvironment: ReadonlyMap<string, string>;
  /** Variables that settings fall back to, such as SPARK_MESOS_PRINCIPAL. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly readTextFile: (path: string) => Promise<string>;
  readonly observer: GatewayObserver;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What an application needs of the registry that it stands in. */
export interface ApplicationHooks {
  /** Goes behind `spark.mesos.driver.frameworkId` (rule U14). */
  readonly frameworkIdSuffix: string;
  readonly onRegistered: (applicationId: string) => void;
  /** The driver's address may register anew. */
  readonly onReleased: () => void;
  readonly onEnded: () => void;
}

/** One Spark application: one driver, one engine, one framework. */
export class Application implements CoarseApplication {
  readonly driver: DriverHandle;
  readonly #description: ApplicationDescription;
  readonly #context: ApplicationContext;
  readonly #hooks: ApplicationHooks;
  readonly #wanted: WantedExecutors;
  readonly #news = new ExecutorNews();
  #logger: Logger;
  #life: ApplicationLife = NEW_APPLICATION;
  #settings: ApplicationSettings | undefined;
  #backend: ExecutorBackend | undefined;

  constructor(
    description: ApplicationDescription,
    driver: DriverHandle,
    context: ApplicationContext,
    hooks: ApplicationHooks,
  ) {
    this.driver = driver;
    this.#description = description;
    this.#context = context;
    this.#hooks = hooks;
    this.#wanted = new WantedExecutors(description);
    this.#logger = context.logger.child({ application: description.name, driver: driver.id });
  }

  /** Whether its driver's address still belongs to it. */
  get live(): boolean {
    return isLive(this.#life);
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
    try {
      const { environment, readTextFile } = this.#context;
      const warn = (message: string) => this.#problem({ code: 'GATEWAY_SETTINGS', message, fatal: false });
      this.#settings = await readApplicationSettings(properties, { environment, readTextFile, warn });
    } catch (error) {
      this.#fail(error instanceof GatewayError ? error.code : 'GATEWAY_SETTINGS', textOf(error), error);
      return;
    }
    this.#step({ kind: 'settings-accepted' });
  }

  driverUnregistered(): void {
    this.#step({ kind: 'driver-unregistered' });
  }

  driverLost(): void {
    this.#step({ kind: 'driver-lost' });
  }

  gatewayClosing(): void {
    this.#step({ kind: 'gateway-closing' });
  }

  /** RequestExecutors: these totals and no others are wanted from now on. */
  requestExecutors(totals: ExecutorTotals): boolean {
    if (this.#life.phase !== 'running') return false;
    this.#wanted.request(totals);
    this.#backend?.setExecutorTotals(this.#wanted.totals());
    return true;
  }

  /** KillExecutors: ids come as text; what is no id of ours was never an executor. */
  killExecutors(executorIds: readonly string[]): boolean {
    if (this.#life.phase !== 'running' || this.#backend === undefined) return false;
    const ids = executorIds.filter((id) => /^\d{1,9}$/.test(id)).map(Number);
    if (ids.length < executorIds.length) {
      this.#logger.warn({ executorIds }, 'the driver asked to kill executors that are none');
    }
    return ids.length > 0 && this.#backend.killExecutors(ids);
  }

  // ---- what the engine tells ----

  launch(placement: ExecutorPlacement): ExecutorLaunch {
    const { applicationId } = this.#life;
    if (applicationId === undefined) {
      throw new GatewayError(
        'GATEWAY_ILLEGAL_TRANSITION',
        `an executor was to be launched while its application was ${this.#life.phase}`,
      );
    }
    return executorLaunch(
      {
        application: this.#description,
        applicationId,
        settings: this.#known().settings,
        sparkHome: this.#context.sparkHome,
        baseEnvironment: this.#context.baseEnvironment,
      },
      placement,
    );
  }

  registered(frameworkId: string): void {
    this.#step({ kind: 'framework-registered', frameworkId });
  }

  executorLaunched(executor: ExecutorPlacement): void {
    if (this.#life.phase !== 'running') return;
    this.driver.executorAdded(this.#news.added(executor));
    this.#context.observer.executorLaunched?.(this.summary, executor);
  }

  executorState(executor: ExecutorPlacement, state: ExecutorState, detail: ExecutorStateDetail): void {
    const { message, exitStatus } = detail;
    this.#context.observer.executorState?.(this.summary, {
      executor,
      state,
      ...(message === undefined ? {} : { message }),
      ...(exitStatus === undefined ? {} : { exitStatus }),
    });
    const problem = this.#news.explain(executor, exitStatus);
    if (problem !== undefined) this.#problem(problem);
    const update = this.#news.updated(executor, state, detail);
    if (update === undefined) return;
    if (mayHaveLostItsDriver(state, exitStatus)) {
      this.#context.clock.setTimer(() => this.#tellUpdate(update), EXIT_NEWS_DELAY_MS);
    } else this.#tellUpdate(update);
  }

  waiting(report: WaitingReport): void {
    this.#context.observer.waiting?.(this.summary, report);
  }

  failed(error: Error): void {
    this.#fail('GATEWAY_FRAMEWORK_ENDED', textOf(error), error);
  }

  // ---- how steps are carried out ----

  /** After its leave, or its end, a driver is told nothing: it stops its executors itself. */
  #tellUpdate(update: ExecutorUpdated): void {
    if (this.#life.phase === 'running') this.driver.executorUpdated(update);
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
      this.#backend = this.#makeBackend();
      this.#backend.setExecutorTotals(this.#wanted.totals());
      this.#backend.start();
    } catch (error) {
      this.failed(error as Error);
    }
  }

  #makeBackend(): ExecutorBackend {
    const { settings, credentials } = this.#known();
    const { environment, observer } = this.#context;
    const { user, name, appUiUrl } = this.#description;
    return this.#context.makeBackend({
      application: this,
      settings,
      framework: coarseFrameworkInfo(settings, {
        user,
        name,
        uiUrl: appUiUrl,
        publicHost: environment.SPARK_PUBLIC_DNS,
        principal: credentials?.principal,
        frameworkIdSuffix: this.#hooks.frameworkIdSuffix,
      }),
      credentials,
      logger: this.#logger,
      onOffers: (offers) => {
        this.#news.offered(offers);
        const agents = [...new Set(offers.map(({ hostname }) => hostname ?? ''))];
        observer.offersReceived?.(this.summary, { offers: offers.length, agents });
      },
      onConnection: (connected, reason) => observer.masterConnection?.(this.summary, connected, reason),
    });
  }

  async #stop(graceMs: number): Promise<void> {
    try {
      await this.#backend?.stop({ graceMs });
    } catch (error) {
      // The master may be gone as well; it then tears the framework down when its failover time is over.
      this.#logger.warn({ error: textOf(error) }, 'the framework could not be torn down');
    }
    this.#step({ kind: 'framework-torn-down' });
  }

  #finish(reason: EndReason): void {
    this.#logger.info({ reason }, 'application ended');
    this.#context.observer.applicationFinished?.(this.summary, reason);
    this.#hooks.onEnded();
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

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

import type {
  Clock,
  ExecutorLaunch,
  ExecutorPlacement,
  ExecutorState,
  ExecutorStateDetail,
} from '@spark-mesos/coarse-backend';
import type { DriverHandle, ExecutorUpdated } from '@spark-mesos/spark-rpc';
import type { EnginePort } from './application-engine.ts';
import type { ApplicationExecutors } from './application-executors.ts';
import { type ApplicationLife, isPlacing } from './application-life.ts';
import type { ApplicationSettings } from './application-settings.ts';
import type { WaitingNews } from './backend.ts';
import { GatewayError } from './errors.ts';
import { mayHaveLostItsDriver } from './executor-news.ts';
import type { ApplicationJournal } from './journal.ts';
import { LostAgents } from './lost-agents.ts';
import type { ApplicationSummary, GatewayObserver, GatewayProblem } from './observer.ts';
import type { ShuffleRegistration } from './shuffle-registration.ts';

/**
 * An executor ends by itself when its driver has stopped it or cannot be reached, and a driver stops its scheduler
 * before it takes its leave here. News of such an end in between would find no scheduler ("Inbox: Ignoring error" in
 * the driver's log), so it waits a moment; where an executor really ends in the middle, the driver sees its connection
 * drop meanwhile.
 */
const EXIT_NEWS_DELAY_MS = 1000;

/** The application behind the port, as it is at the moment. */
export interface PortedApplication {
  readonly driver: DriverHandle;
  readonly executors: ApplicationExecutors;
  readonly observer: GatewayObserver;
  readonly clock: Clock;
  readonly summary: () => ApplicationSummary;
  readonly life: () => ApplicationLife;
  /** Only ever asked for when they have been read. */
  readonly settings: () => ApplicationSettings;
  readonly journal: () => ApplicationJournal | undefined;
  readonly shuffle: () => ShuffleRegistration | undefined;
  readonly problem: (problem: GatewayProblem) => void;
  readonly registered: (frameworkId: string) => void;
  readonly failed: (error: Error) => void;
}

/**
 * What an engine tells of an application and asks of it: executors' news go to the driver, to people, and to what
 * outlives the gateway.
 */
export class ApplicationPort implements EnginePort {
  readonly lostAgents: LostAgents;
  readonly #application: PortedApplication;

  constructor(application: PortedApplication) {
    this.#application = application;
    const { clock, settings } = application;
    this.lostAgents = new LostAgents({
      clock,
      patienceMs: () => settings().settings.unreachableTimeoutMs,
      lost: (agentId, hostname) => this.#agentLost(agentId, hostname),
    });
  }

  launch(placement: ExecutorPlacement, driverUrl?: string): ExecutorLaunch {
    const { executors, life, settings } = this.#application;
    const { applicationId, phase } = life();
    if (applicationId === undefined) {
      throw new GatewayError(
        'GATEWAY_ILLEGAL_TRANSITION',
        `an executor was to be launched while its application was ${phase}`,
      );
    }
    return executors.launch(placement, { applicationId, driverUrl, known: settings() });
  }

  registered(frameworkId: string): void {
    this.#application.registered(frameworkId);
  }

  executorLaunched(executor: ExecutorPlacement): void {
    const { journal, shuffle, life, driver, executors, observer, summary } = this.#application;
    journal()?.launched(executor);
    shuffle()?.executorLaunched(executor);
    if (!isPlacing(life())) return;
    this.lostAgents.ranOn(executor);
    driver.executorAdded(executors.added(executor));
    observer.executorLaunched?.(summary(), executor);
  }

  executorState(executor: ExecutorPlacement, state: ExecutorState, detail: ExecutorStateDetail): void {
    const { message, exitStatus } = detail;
    const { journal, shuffle, executors, observer, clock, summary } = this.#application;
    if (state !== 'LAUNCHING' && state !== 'RUNNING') journal()?.gone(executor.executorId);
    if (state === 'RUNNING') shuffle()?.executorRuns(executor);
    observer.executorState?.(summary(), {
      executor,
      state,
      ...(message === undefined ? {} : { message }),
      ...(exitStatus === undefined ? {} : { exitStatus }),
    });
    // It rejects never: what it finds is for people.
    if (state === 'FAILED') void this.#explain(executor, exitStatus);
    if (detail.agentLost === true) this.lostAgents.gone(executor.agentId);
    const update = executors.updated(executor, state, detail);
    if (update === undefined) return;
    if (mayHaveLostItsDriver(state, exitStatus)) {
      clock.setTimer(() => this.#tell(update), EXIT_NEWS_DELAY_MS);
    } else this.#tell(update);
  }

  draining(executor: ExecutorPlacement, deadlineMs: number): void {
    const { executors, observer, summary, settings } = this.#application;
    observer.executorDraining?.(summary(), executor, deadlineMs);
    const update = executors.draining(executor, settings());
    if (update !== undefined) this.#tell(update);
  }

  waiting(report: WaitingNews): void {
    const { observer, summary } = this.#application;
    observer.waiting?.(summary(), report);
  }

  failed(error: Error): void {
    this.#application.failed(error);
  }

  async #explain(executor: ExecutorPlacement, exitStatus: number | undefined): Promise<void> {
    const { executors, life, problem } = this.#application;
    if (!isPlacing(life())) return;
    const trouble = await executors.explain(life().applicationId ?? '', executor, exitStatus);
    if (trouble !== undefined) problem({ ...trouble, fatal: false });
  }

  /** As Spark's own master does it when a worker is gone (Master.removeWorker). */
  #agentLost(agentId: string, hostname: string): void {
    const { life, driver, shuffle } = this.#application;
    if (!isPlacing(life())) return;
    shuffle()?.agentLost(agentId);
    driver.workerRemoved(agentId, hostname, `Mesos lost agent ${hostname} (${agentId})`);
  }

  /** After its leave, or its end, a driver is told nothing: it stops its executors itself. */
  #tell(update: ExecutorUpdated): void {
    const { life, driver } = this.#application;
    if (isPlacing(life())) driver.executorUpdated(update);
  }
}

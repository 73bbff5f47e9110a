import { randomBytes } from 'node:crypto';
import type { mesos } from '@spark-mesos/mesos-proto';
import type { AgentId, Clock, ExcludedAgent, Logger, SchedulerPort } from '@spark-mesos/scheduler-utils';
import { asError, EngineLoop, SYSTEM_CLOCK, silentLogger } from '@spark-mesos/scheduler-utils';
import { CoarseScheduler } from '../core/coarse-scheduler.ts';
import type { CoarseEffect, CoarseEvent } from '../core/events.ts';
import type { CoarseMetrics } from '../core/metrics.ts';
import type { CoarseSnapshot, CoarseSummary } from '../core/snapshot.ts';
import { CoarseError } from '../errors.ts';
import type { CoarseApplication, ExecutorPlacement, ExecutorTotals } from '../model.ts';
import { tellApplication } from './application-news.ts';
import { callOf } from './calls.ts';
import { logEffect, logEvent } from './effect-log.ts';
import type { AdoptionOptions, CoarseBackendOptions, StopOptions } from './options.ts';

/**
 * Coarse mode of one application: long-lived executors as Mesos tasks.
 *
 * ```text
 *   EngineLoop: client's events, wake ──► CoarseScheduler ──► effects ──► client.call, acknowledge, teardown
 *   application's wishes ──────────────►                         └────► application's callbacks
 * ```
 */
export class CoarseBackend {
  readonly #client: SchedulerPort;
  readonly #application: CoarseApplication;
  readonly #clock: Clock;
  readonly #scheduler: CoarseScheduler;
  #logger: Logger;
  readonly #loop: EngineLoop<CoarseEvent, CoarseEffect>;
  #isRegistered = false;
  #isStarted = false;
  #reading: Promise<void> = Promise.resolve();
  #tornDown: Promise<void> | undefined;
  #announceTeardown: () => void = () => {};
  #stopped: Promise<void> | undefined;

  constructor(options: CoarseBackendOptions) {
    this.#client = options.client;
    this.#application = options.application;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#logger = options.logger ?? silentLogger;
    this.#scheduler = new CoarseScheduler({
      settings: options.settings,
      taskIdPrefix: options.taskIdPrefix ?? randomBytes(8).toString('hex'),
      launch: (executor) => options.application.launch(executor),
      isReturning: options.frameworkId !== undefined,
      random: options.random,
    });
    this.#loop = new EngineLoop<CoarseEvent, CoarseEffect>({
      client: this.#client,
      clock: this.#clock,
      core: this.#scheduler,
      carryOut: (effect) => this.#carryOut(effect),
      observe: (event) => logEvent(this.#logger, event),
    });
    options.signal?.addEventListener('abort', () => void this.stop(), { once: true });
    if (options.signal?.aborted) {
      void this.stop();
    }
  }

  /** Subscribes and begins to place executors. Executors come once totals are set. */
  start(): void {
    if (this.#stopped !== undefined) {
      return;
    }
    this.#isStarted = true;
    this.#reading = this.#loop.read();
    this.#loop.handle({ kind: 'wake' });
  }

  /**
   * Takes over the executors of an earlier backend of the same framework, before {@link start}. They count as wanted
   * until totals say otherwise; `executorState` tells what became of them, and `RUNNING` once more of those that run.
   */
  adopt(executors: readonly ExecutorPlacement[], { nextExecutorId }: AdoptionOptions = {}): void {
    if (this.#isStarted) {
      throw new CoarseError(
        'COARSE_ADOPTED_TOO_LATE',
        'adopt() was called after start(), when tasks of the framework may have been killed: call it before',
      );
    }
    this.#loop.handle({ kind: 'adopt', executors: [...executors], nextExecutorId });
  }

  /** Sets how many executors of each profile shall be alive. None is killed for that: see {@link killExecutors}. */
  setExecutorTotals(totals: ExecutorTotals): void {
    this.#loop.handle({ kind: 'executorTotals', totals: new Map(totals) });
  }

  /** Kills executors (rule C55). The totals stay: what is killed and still wanted is replaced. */
  killExecutors(executorIds: readonly number[]): boolean {
    if (!this.#isRegistered) {
      this.#logger.warn({ executorIds }, 'asked to kill executors before the framework was registered');
      return false;
    }
    this.#loop.handle({ kind: 'killExecutors', executorIds: [...executorIds] });
    return true;
  }

  /** Gives agents that are left out after failures another chance: these, or all. */
  clearExclusions(agentIds?: readonly string[]): void {
    this.#loop.handle({ kind: 'clearExclusions', agentIds: agentIds as readonly AgentId[] | undefined });
  }

  /** The agents that are left out after failures, each with until when. */
  excludedAgents(): readonly ExcludedAgent[] {
    return this.#scheduler.excludedAgents(this.#clock.now());
  }

  /** Figures by the names of the mesosphere fork of Spark (rule C82). */
  metrics(): CoarseMetrics {
    return this.#scheduler.metrics(this.#clock.now());
  }

  /** How it is, without a word of single executors and agents: for lists. */
  summary(): CoarseSummary {
    return this.#scheduler.summary(this.#clock.now());
  }

  /** What it has, wants and refuses at present. */
  snapshot(): CoarseSnapshot {
    return this.#scheduler.snapshot(this.#clock.now());
  }

  /**
   * Ends the application (rule C57): wants nothing from now on, gives executors time to end by themselves, kills the
   * rest, and tears the framework down. A second call can only shorten the time.
   */
  stop(options: StopOptions = {}): Promise<void> {
    this.#stopped ??= this.#untilTornDown();
    this.#loop.handle({ kind: 'stop', graceMs: options.graceMs });
    return this.#stopped;
  }

  /**
   * Closes the connection and leaves the framework with its executors to the next backend with its id; Mesos ends both
   * when the failover timeout of the framework is over.
   */
  detach(): Promise<void> {
    this.#stopped ??= this.#untilTornDown();
    this.#loop.handle({ kind: 'detach' });
    return this.#stopped;
  }

  /** The same as {@link stop}. */
  close(): Promise<void> {
    return this.stop();
  }

  async #untilTornDown(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#announceTeardown = resolve;
    });
    await this.#tornDown;
    await this.#reading;
  }

  #carryOut(effect: CoarseEffect): void {
    logEffect(this.#logger, effect);
    const call = this.#callOf(effect);
    if (call !== undefined) {
      this.#track(this.#client.call(call), effect);
    } else if (effect.kind === 'acknowledge') {
      this.#track(this.#client.acknowledge(effect.status), effect);
    } else if (effect.kind === 'teardown' || effect.kind === 'detach') {
      this.#tornDown = this.#leave(effect.kind);
      this.#announceTeardown();
    } else if (effect.kind === 'registered') {
      this.#isRegistered = true;
      this.#logger = this.#logger.child({ frameworkId: effect.frameworkId });
    }
    tellApplication(this.#application, effect, this.#logger);
  }

  /** The call that an effect asks for, if it does and if the application can say how to launch what is in it. */
  #callOf(effect: CoarseEffect): mesos.v1.scheduler.ICall | undefined {
    try {
      return callOf(effect);
    } catch (cause) {
      if (effect.kind !== 'accept') {
        throw cause;
      }
      const { offerIds, taskIds } = effect;
      this.#loop.handle({ kind: 'launchRefused', offerIds, taskIds, error: asError(cause) });
      return undefined;
    }
  }

  /** Waits for the answer of a call in the background and reports what the scheduler needs to know of it. */
  #track(answer: Promise<void>, effect: CoarseEffect): void {
    this.#loop.track(answer, (error) => {
      if (error !== undefined) {
        const reason = asError(error).message;
        this.#logger.warn({ call: effect.kind, reason }, 'a call did not get through');
      }
      if (effect.kind === 'revive') {
        this.#loop.handle({ kind: 'reviveSettled', ok: error === undefined });
      } else if (effect.kind === 'accept' && error !== undefined) {
        this.#loop.handle({ kind: 'acceptFailed', taskIds: effect.taskIds, reason: asError(error).message });
      }
    });
  }

  async #leave(how: 'teardown' | 'detach'): Promise<void> {
    try {
      await (how === 'teardown' ? this.#client.teardown() : this.#client.close?.());
    } catch (error) {
      this.#logger.warn({ reason: asError(error).message }, `the framework could not be left: ${how}`);
    }
  }
}

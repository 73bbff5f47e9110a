import { randomBytes } from 'node:crypto';
import type { mesos } from '@spark-mesos/mesos-proto';
import type { AgentId, Clock, ExcludedAgent } from '@spark-mesos/scheduler-utils';
import { asError, EngineShell, SYSTEM_CLOCK, silentLogger } from '@spark-mesos/scheduler-utils';
import { CoarseScheduler } from '../core/coarse-scheduler.ts';
import type { CoarseEffect, CoarseEvent } from '../core/events.ts';
import type { CoarseMetrics } from '../core/metrics.ts';
import type { CoarseSnapshot, CoarseSummary } from '../core/snapshot.ts';
import { CoarseError } from '../errors.ts';
import type { ExecutorPlacement, ExecutorTotals } from '../model.ts';
import { tellApplication } from './application-news.ts';
import { callOf } from './calls.ts';
import { logEffect, logEvent } from './effect-log.ts';
import type { AdoptionOptions, CoarseBackendOptions, StopOptions } from './options.ts';

/**
 * Coarse mode of one application: long-lived executors as Mesos tasks.
 *
 * ```text
 *   EngineShell: client's events, wake ──► CoarseScheduler ──► effects ──► client.call, acknowledge, teardown
 *   application's wishes ──────────────►                         └────► application's callbacks
 * ```
 */
export class CoarseBackend {
  readonly #clock: Clock;
  readonly #scheduler: CoarseScheduler;
  readonly #shell: EngineShell<CoarseEvent, CoarseEffect>;
  #isRegistered = false;
  #isStarted = false;

  constructor(options: CoarseBackendOptions) {
    const { application } = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#scheduler = new CoarseScheduler({
      settings: options.settings,
      taskIdPrefix: options.taskIdPrefix ?? randomBytes(8).toString('hex'),
      launch: (executor) => application.launch(executor),
      isReturning: options.frameworkId !== undefined,
      random: options.random,
    });
    this.#shell = new EngineShell<CoarseEvent, CoarseEffect>({
      client: options.client,
      clock: this.#clock,
      core: this.#scheduler,
      logger: options.logger ?? silentLogger,
      callOf: (effect) => this.#callOf(effect),
      tell: (effect, logger) => {
        if (effect.kind === 'registered') this.#isRegistered = true;
        tellApplication(application, effect, logger);
      },
      logEvent,
      logEffect,
    });
    options.signal?.addEventListener('abort', () => void this.stop(), { once: true });
    if (options.signal?.aborted) {
      void this.stop();
    }
  }

  /** Subscribes and begins to place executors. Executors come once totals are set. */
  start(): void {
    this.#isStarted = true;
    this.#shell.start();
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
    this.#shell.handle({ kind: 'adopt', executors: [...executors], nextExecutorId });
  }

  /** Sets how many executors of each profile shall be alive. None is killed for that: see {@link killExecutors}. */
  setExecutorTotals(totals: ExecutorTotals): void {
    this.#shell.handle({ kind: 'executorTotals', totals: new Map(totals) });
  }

  /** Kills executors (rule C55). The totals stay: what is killed and still wanted is replaced. */
  killExecutors(executorIds: readonly number[]): boolean {
    if (!this.#isRegistered) {
      this.#shell.logger.warn({ executorIds }, 'asked to kill executors before the framework was registered');
      return false;
    }
    this.#shell.handle({ kind: 'killExecutors', executorIds: [...executorIds] });
    return true;
  }

  /** Gives agents that are left out after failures another chance: these, or all. */
  clearExclusions(agentIds?: readonly string[]): void {
    this.#shell.handle({ kind: 'clearExclusions', agentIds: agentIds as readonly AgentId[] | undefined });
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
    return this.#shell.end({ kind: 'stop', graceMs: options.graceMs });
  }

  /**
   * Closes the connection and leaves the framework with its executors to the next backend with its id; Mesos ends both
   * when the failover timeout of the framework is over.
   */
  detach(): Promise<void> {
    return this.#shell.end({ kind: 'detach' });
  }

  /** The same as {@link stop}. */
  close(): Promise<void> {
    return this.stop();
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
      this.#shell.handle({ kind: 'launchRefused', offerIds, taskIds, error: asError(cause) });
      return undefined;
    }
  }
}

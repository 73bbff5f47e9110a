import { ReconciliationRounds } from '@spark-mesos/mesos-client';
import type {
  ConnectionState,
  ConstraintMatcher,
  Endable,
  ExecutorState,
  ExecutorStateDetail,
  LifePhase,
} from '@spark-mesos/scheduler-utils';
import {
  AgentDrains,
  AgentHealth,
  constraintMatcher,
  OfferFlow,
  PlacementCounts,
  StartBackoff,
  Strays,
  WaitingClock,
} from '@spark-mesos/scheduler-utils';
import type { ExecutorLaunch, ExecutorPlacement } from '../model.ts';
import type { CoarseSettings } from '../settings.ts';
import type { TasksMaker } from './acceptance.ts';
import { AgentLooks } from './agent-looks.ts';
import { Demand } from './demand.ts';
import type { CoarseEffect, ReconciledTask } from './events.ts';
import type { Executor } from './executor.ts';
import { kill } from './executor-end.ts';
import { ExecutorRegistry } from './executors.ts';
import { Locality } from './locality.ts';
import { MetricsBook } from './metrics.ts';
import { ShareMaker } from './share.ts';
import { tasksMaker } from './task-info.ts';
import { Watchdog } from './watchdog.ts';

/** What a scheduler is made from. */
export interface CoarseSchedulerOptions {
  readonly settings: CoarseSettings;
  /** Random text before each task id, so that no two frameworks or restarts ever share one. */
  readonly taskIdPrefix: string;
  /** How to start an executor; pure. */
  readonly launch: (executor: ExecutorPlacement) => ExecutorLaunch;
  /** The framework has lived before: what Mesos knows of it is asked for at once. */
  readonly isReturning?: boolean | undefined;
  /** At least 0, below 1; `Math.random` if not given. */
  readonly random?: (() => number) | undefined;
}

/** The state of a scheduler, shared by the steps that work on it. */
export class CoarseContext implements Endable {
  readonly settings: CoarseSettings;
  readonly taskIdPrefix: string;
  readonly tasksOf: TasksMaker;
  readonly shares: ShareMaker;
  readonly meetsConstraints: ConstraintMatcher;
  readonly executors: ExecutorRegistry;
  readonly demand: Demand;
  readonly locality: Locality;
  readonly health: AgentHealth;
  readonly drains: AgentDrains;
  readonly backoff: StartBackoff;
  readonly flow: OfferFlow;
  readonly reconciliation: ReconciliationRounds<ReconciledTask>;
  readonly strays = new Strays();
  readonly looks = new AgentLooks();
  readonly watchdog: Watchdog;
  readonly waiting = new WaitingClock();
  readonly metrics = new MetricsBook();
  phase: LifePhase = 'active';
  connection: ConnectionState = 'none';
  /** Why there is no connection. */
  disconnectedBecause: string | undefined = 'not registered yet';
  frameworkId: string | undefined;
  /** Whether Mesos may know tasks of the framework that we have not launched. */
  isReturning: boolean;
  nextExecutorId = 0;
  nowMs = 0;
  #effects: CoarseEffect[] = [];

  constructor({ settings, taskIdPrefix, launch, isReturning, random }: CoarseSchedulerOptions) {
    this.settings = settings;
    this.taskIdPrefix = taskIdPrefix;
    this.tasksOf = tasksMaker(launch, settings);
    this.shares = new ShareMaker(settings);
    this.meetsConstraints = constraintMatcher(settings.constraints);
    this.executors = new ExecutorRegistry(new PlacementCounts(settings.constraints));
    this.demand = new Demand(settings, this.executors);
    this.locality = new Locality(settings.localityWaitMs, this.executors);
    this.isReturning = isReturning ?? false;
    this.health = new AgentHealth({
      maxFailures: settings.agentMaxFailures,
      windowMs: settings.agentFailureWindowMs,
      exclusionMs: settings.agentExclusionMs,
    });
    this.drains = new AgentDrains({ leadMs: settings.drainLeadMs, graceMs: settings.shutdownTimeoutMs });
    this.flow = new OfferFlow({
      intervalMs: settings.reviveIntervalMs,
      longestMs: settings.longestDeclineSeconds * 1000,
    });
    this.reconciliation = new ReconciliationRounds({
      intervalMs: settings.reconcileIntervalMs,
      random: random ?? Math.random,
    });
    this.watchdog = new Watchdog(settings.unreachableTimeoutMs, this.executors);
    this.backoff = new StartBackoff(settings.maxStartFailures);
  }

  get alive(): number {
    return this.executors.size;
  }

  get shutdownTimeoutMs(): number {
    return this.settings.shutdownTimeoutMs;
  }

  wantNothing(): void {
    this.demand.setTotals(new Map());
  }

  killAll(): void {
    for (const executor of [...this.executors.all()]) {
      kill(this, executor);
    }
  }

  tearDown(): void {
    this.emit({ kind: 'teardown' });
  }

  /** Has something done. */
  emit(effect: CoarseEffect): void {
    this.#effects.push(effect);
  }

  /** Tells the application what became of an executor. */
  tellState(executor: Executor, state: ExecutorState, detail: ExecutorStateDetail): void {
    this.metrics.noteState(executor, state, this.nowMs);
    this.emit({ kind: 'executorState', executor: executor.placement, state, detail });
  }

  /** What is to be done since the last call. */
  takeEffects(): readonly CoarseEffect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  /** Says that it cannot go on, and wants nothing more. */
  fail(error: Error): void {
    if (this.phase !== 'active') {
      return;
    }
    this.phase = 'failed';
    this.wantNothing();
    this.emit({ kind: 'failed', error });
  }
}

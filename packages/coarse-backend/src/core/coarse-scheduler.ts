import type { ExcludedAgent } from '@spark-mesos/scheduler-utils';
import { Ending, earliest } from '@spark-mesos/scheduler-utils';
import { CoarseError } from '../errors.ts';
import type { ExecutorTotals } from '../model.ts';
import { adopt } from './adoption.ts';
import type { CoarseSchedulerOptions } from './context.ts';
import { CoarseContext } from './context.ts';
import type { CoarseEffect, CoarseEvent } from './events.ts';
import type { Executor } from './executor.ts';
import { kill } from './executor-end.ts';
import { attendDrains, handleAgentLost, handleMaintenance } from './handle-agents.ts';
import { handleLaunchRefused, handleOffers } from './handle-offers.ts';
import { attendOverdue, handleAcceptFailed, handleUpdate } from './handle-updates.ts';
import type { CoarseMetrics } from './metrics.ts';
import type { CoarseSnapshot, CoarseSummary } from './snapshot.ts';
import { snapshotOf, summaryOf } from './snapshot.ts';
import { awaitedProfile, waitingReport } from './waiting-report.ts';

/**
 * The decisions of coarse mode: events in, effects out, no I/O, no clock of its own.
 *
 * ```text
 *  offers, updates ──► handle(event, now) ──► accept, decline, kill, revive, suppress, reconcile, acknowledge
 *  totals, kills   ──►        │           ──► executorState, waiting, failed
 *                      nextWakeMs() ──► when to send the event `wake`
 * ```
 */
export class CoarseScheduler {
  readonly #context: CoarseContext;
  readonly #ending = new Ending();
  #wasPaused = false;
  #nextReleaseMs: number | undefined;

  constructor(options: CoarseSchedulerOptions) {
    this.#context = new CoarseContext(options);
  }

  /** Takes an event in and says what is to be done about it, in order. */
  handle(event: CoarseEvent, nowMs: number): readonly CoarseEffect[] {
    if (this.#context.phase === 'stopped') {
      return [];
    }
    const context = this.#context;
    const launchedBefore = context.nextExecutorId;
    context.nowMs = nowMs;
    context.metrics.noteEvent(event, nowMs);
    this.#dispatch(event);
    if (context.nextExecutorId > launchedBefore) {
      context.flow.progressed();
    }
    this.#settle();
    const effects = context.takeEffects();
    context.metrics.noteEffects(effects, context.demand.open().length === 0, nowMs);
    return effects;
  }

  /** When to send `wake` at the latest; `undefined`: not unless something else happens. */
  nextWakeMs(): number | undefined {
    const { watchdog, strays, drains, flow, reconciliation, waiting, backoff, phase, connection, nowMs } =
      this.#context;
    if (phase === 'stopped') {
      return undefined;
    }
    const pausedUntilMs = backoff.pausedUntilMs(nowMs);
    const isConnected = connection === 'subscribed';
    return earliest([
      this.#ending.deadlineMs,
      waiting.nextWakeMs(),
      this.#nextReleaseMs,
      pausedUntilMs,
      // In a pause nothing is revived, so its end is the time that counts.
      isConnected && pausedUntilMs === undefined ? flow.nextWakeMs() : undefined,
      drains.nextWakeMs(nowMs),
      ...(isConnected ? [watchdog.nextWakeMs(), strays.nextWakeMs(), reconciliation.nextWakeMs()] : []),
    ]);
  }

  /** How it is, without a word of single executors and agents. */
  summary(nowMs: number): CoarseSummary {
    return summaryOf(this.#context, nowMs);
  }

  /** What it has, wants and refuses at present. */
  snapshot(nowMs: number): CoarseSnapshot {
    return snapshotOf(this.#context, nowMs);
  }

  /** The agents that are left out at present. */
  excludedAgents(nowMs: number): readonly ExcludedAgent[] {
    return this.#context.health.excluded(nowMs);
  }

  /** Figures by the names of the mesosphere fork (rule C82). */
  metrics(nowMs: number): CoarseMetrics {
    const { metrics, executors, demand, health, settings } = this.#context;
    return metrics.read({
      executors,
      coresMax: settings.coresMax,
      gpusMax: settings.gpusMax,
      totalWanted: demand.profiles.reduce((sum, { total }) => sum + total, 0),
      excludedAgents: health.count(nowMs),
    });
  }

  #dispatch(event: CoarseEvent): void {
    const context = this.#context;
    switch (event.kind) {
      case 'subscribed':
        this.#subscribed(event.frameworkId);
        break;
      case 'disconnected':
        context.connection = 'lost';
        context.disconnectedBecause = event.reason;
        context.flow.disconnected();
        break;
      case 'subscriptionFailed':
        this.#subscriptionFailed(event.error);
        break;
      case 'offers':
        context.drains.offered(event.offers);
        handleOffers(context, event.offers);
        break;
      case 'update':
        handleUpdate(context, event.status);
        break;
      case 'agentLost':
        handleAgentLost(context, event.agentId);
        break;
      case 'maintenance':
        handleMaintenance(context, event.plans);
        break;
      case 'inverseOfferRescinded':
        context.drains.rescinded(event.inverseOfferId);
        break;
      case 'acceptFailed':
        handleAcceptFailed(context, event.taskIds, event.reason);
        break;
      case 'launchRefused':
        handleLaunchRefused(context, event);
        break;
      case 'reviveSettled':
        context.flow.reviveSettled(event.ok);
        break;
      case 'executorTotals':
        this.#setTotals(event.totals);
        break;
      case 'killExecutors':
        this.#killExecutors(event.executorIds);
        break;
      case 'clearExclusions':
        context.health.clear(event.agentIds);
        context.backoff.clear();
        context.flow.need();
        break;
      case 'adopt':
        adopt(context, event.executors, event.nextExecutorId);
        break;
      case 'stop':
        this.#ending.begin(context, event.graceMs);
        break;
      case 'detach':
        context.phase = 'stopped';
        context.emit({ kind: 'detach' });
        break;
      case 'rescinded':
      case 'wake':
        // Offers are answered at once, so a rescinded one is either declined, or its tasks come back as lost.
        break;
    }
  }

  #subscribed(frameworkId: string): void {
    const context = this.#context;
    context.connection = 'subscribed';
    context.disconnectedBecause = undefined;
    context.flow.subscribed();
    context.looks.clear();
    context.reconciliation.subscribed(context.nowMs);
    if (context.frameworkId === undefined) {
      context.frameworkId = frameworkId;
      context.emit({ kind: 'registered', frameworkId });
    }
    context.watchdog.reconnected(context.nowMs);
    // A kill may have got lost with the connection.
    this.#killAll([...context.executors.all()].filter(({ killedAtMs }) => killedAtMs !== undefined));
    if (context.isReturning) {
      // What happened in the meantime is asked of the master: of our tasks, and then of those that it knows beside.
      context.reconciliation.request(context.executors.all(), context.nowMs);
    }
    context.isReturning = true;
  }

  #subscriptionFailed(cause: Error): void {
    const context = this.#context;
    context.connection = 'over';
    context.disconnectedBecause = cause.message;
    context.flow.disconnected();
    context.fail(new CoarseError('COARSE_SUBSCRIPTION_LOST', cause.message, { cause }));
  }

  #setTotals(totals: ExecutorTotals): void {
    const { phase, demand, flow, locality, nowMs } = this.#context;
    if (phase === 'active') {
      locality.restart(nowMs);
      if (demand.setTotals(totals)) {
        flow.need();
      }
    }
  }

  #killExecutors(executorIds: readonly number[]): void {
    const executors = executorIds.map((executorId) => this.#context.executors.byExecutorId(executorId));
    const known = executors.filter((executor) => executor !== undefined);
    this.#killAll(known.filter(({ killedAtMs }) => killedAtMs === undefined));
  }

  #killAll(executors: readonly Executor[]): void {
    for (const executor of executors) {
      kill(this.#context, executor);
    }
  }

  /** What follows from the state that the event led to, whatever the event was. */
  #settle(): void {
    const context = this.#context;
    const { phase, nowMs, reconciliation, executors } = context;
    if (phase === 'stopped') {
      return;
    }
    this.#ending.settleKill(context);
    const isConnected = context.connection === 'subscribed';
    if (isConnected) {
      attendOverdue(context);
      attendDrains(context);
    }
    this.#settleOffers();
    this.#settleWaiting();
    const question = reconciliation.settle(isConnected, () => executors.all(), nowMs);
    if (question !== undefined) {
      context.emit(question);
    }
    this.#ending.settleTeardown(context);
  }

  /** REVIVE and SUPPRESS. The end of a pause, and an agent that comes back, are needs of their own. */
  #settleOffers(): void {
    const { demand, executors, backoff, flow, health, nowMs } = this.#context;
    const isWanted = demand.open().length > 0;
    health.settle(isWanted && executors.size === 0, nowMs);
    const isPaused = backoff.pausedUntilMs(nowMs) !== undefined;
    const isReleased = this.#nextReleaseMs !== undefined && nowMs >= this.#nextReleaseMs;
    if ((this.#wasPaused && !isPaused) || isReleased) {
      flow.need();
    }
    this.#wasPaused = isPaused;
    this.#nextReleaseMs = isWanted ? health.nextWakeMs(nowMs) : undefined;
    if (isWanted && isPaused) {
      return;
    }
    const effect = flow.settle(isWanted, nowMs);
    if (effect !== undefined) {
      this.#context.emit(effect);
    }
  }

  #settleWaiting(): void {
    const context = this.#context;
    const profile = awaitedProfile(context);
    if (profile === undefined) {
      context.waiting.reset();
      return;
    }
    const { nowMs } = context;
    const sinceMs = context.waiting.settle(context.executors.size, nowMs);
    if (sinceMs === undefined) {
      return;
    }
    const report = waitingReport(context, profile, sinceMs, nowMs);
    context.emit({ kind: 'waiting', report });
  }
}

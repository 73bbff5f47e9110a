import { Ending, type EngineCore, type TaskId } from '@spark-mesos/scheduler-utils';
import { FineError } from '../errors.ts';
import { FineContext, type FineSchedulerOptions } from './context.ts';
import type { FineEffect, FineEvent } from './events.ts';
import { kill } from './executor-end.ts';
import { handBackStuck } from './hand-back.ts';
import { attendDrains, handleAgentLost, handleMaintenance, settleDraining } from './handle-agents.ts';
import { handleAcceptFailed, handleOffers } from './handle-offers.ts';
import { attendOverdue, handleUpdate } from './handle-updates.ts';
import { slotConnected, slotDisconnected } from './slot-end.ts';
import { endSlot } from './slots.ts';
import { type FineSnapshot, type FineSummary, snapshotOf, summaryOf } from './snapshot.ts';
import { ended, hold, killed } from './tasks.ts';
import { isWaiting, waitingReport } from './waiting-report.ts';
import { nextWakeMs } from './wakes.ts';
import { currentWish, needExecutors, type Wish } from './wishes.ts';

/**
 * The decisions of fine mode: events in, effects out, no I/O, no clock of its own.
 *
 * ```text
 *  offers, updates      ──► handle(event, now) ──► accept, decline, kill, revive, suppress, reconcile, acknowledge
 *  hold, ended, killed  ──►        │           ──► pass, taskLost, unpaid, executorState, executorCores, …
 *                           nextWakeMs() ──► when to send the event `wake`
 * ```
 */
export class FineScheduler implements EngineCore<FineEvent, FineEffect> {
  readonly #context: FineContext;
  readonly #ending = new Ending();
  #lastWish: Wish = 'none';
  #nextReleaseMs: number | undefined;

  constructor(options: FineSchedulerOptions) {
    this.#context = new FineContext(options);
  }

  /** Takes an event in and says what is to be done about it, in order. */
  handle(event: FineEvent, nowMs: number): readonly FineEffect[] {
    const context = this.#context;
    if (context.phase === 'stopped') {
      return [];
    }
    context.nowMs = nowMs;
    this.#dispatch(event);
    this.#settle();
    return context.takeEffects();
  }

  /** When to send `wake` at the latest; `undefined`: not unless something else happens. */
  nextWakeMs(): number | undefined {
    return nextWakeMs(this.#context, [this.#ending.deadlineMs, this.#nextReleaseMs]);
  }

  /** How it is, without a word of single executors and agents. */
  summary(nowMs: number): FineSummary {
    return summaryOf(this.#context, nowMs);
  }

  /** What it has, wants and refuses at present. */
  snapshot(nowMs: number): FineSnapshot {
    return snapshotOf(this.#context, nowMs);
  }

  #dispatch(event: FineEvent): void {
    const context = this.#context;
    switch (event.kind) {
      case 'hold':
        hold(context, event.task);
        break;
      case 'ended':
        ended(context, event.taskId, event.end);
        break;
      case 'killed':
        killed(context, event.taskId);
        break;
      case 'slotConnected':
        slotConnected(context, event.taskId as TaskId);
        break;
      case 'slotDisconnected':
        slotDisconnected(context, event.taskId as TaskId);
        break;
      case 'offers':
        context.drains.offered(event.offers);
        handleOffers(context, event.offers);
        break;
      case 'update':
        handleUpdate(context, event.status);
        break;
      case 'subscribed':
        this.#subscribed(event.frameworkId);
        break;
      case 'disconnected':
        context.connection = 'lost';
        context.disconnectedBecause = event.reason;
        context.flow.disconnected();
        break;
      case 'subscriptionFailed':
        context.connection = 'over';
        context.disconnectedBecause = event.error.message;
        context.flow.disconnected();
        context.fail(new FineError('FINE_SUBSCRIPTION_LOST', event.error.message, { cause: event.error }));
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
      case 'reviveSettled':
        context.flow.reviveSettled(event.ok);
        break;
      case 'executorTotal':
        this.#setTotal(event.total);
        break;
      case 'killExecutors':
        this.#killExecutors(event.executorIds);
        break;
      case 'stop':
        this.#ending.begin(context, event.graceMs);
        break;
      case 'detach':
        context.phase = 'stopped';
        context.emit({ kind: 'detach' });
        break;
      default:
        // Offers are answered at once, so a rescinded one is either declined, or its tasks come back as lost.
        break;
    }
  }

  #subscribed(frameworkId: string): void {
    const context = this.#context;
    const { nowMs } = context;
    context.connection = 'subscribed';
    context.disconnectedBecause = undefined;
    context.flow.subscribed();
    // A new subscription hides nothing, so what is wished is offered by itself.
    this.#lastWish = currentWish(context);
    context.looks.clear();
    context.reconciliation.subscribed(nowMs);
    if (context.frameworkId === undefined) {
      context.frameworkId = frameworkId;
      context.emit({ kind: 'registered', frameworkId });
    }
    context.unreachable.restart(nowMs);
    for (const { taskId, agentId } of context.killed.all()) {
      // A kill may have got lost with the connection.
      context.emit({ kind: 'kill', taskId, agentId });
    }
    if (context.isReturning) {
      context.reconciliation.request(context.everything(), nowMs);
    }
    context.isReturning = true;
  }

  #setTotal(total: number | undefined): void {
    const context = this.#context;
    if (context.phase === 'active') {
      context.executorTotal = total;
      needExecutors(context);
    }
  }

  #killExecutors(executorIds: readonly number[]): void {
    for (const executorId of executorIds) {
      const executor = this.#context.executors.get(executorId);
      if (executor !== undefined && executor.killedAtMs === undefined) {
        kill(this.#context, executor);
      }
    }
  }

  /** What follows from the state that the event led to, whatever the event was. */
  #settle(): void {
    const context = this.#context;
    const { nowMs, reconciliation } = context;
    if (context.phase === 'stopped') {
      return;
    }
    this.#ending.settleKill(context);
    const isConnected = context.connection === 'subscribed';
    if (isConnected) {
      attendOverdue(context);
      attendDrains(context);
      handBackStuck(context);
    }
    for (const slot of context.holds.takeDue(nowMs)) {
      endSlot(context, slot);
    }
    for (const executor of context.draining) {
      settleDraining(context, executor);
    }
    this.#letIdleGo();
    this.#settleOffers();
    this.#settleWaiting();
    const question = reconciliation.settle(isConnected, () => context.everything(), nowMs);
    if (question !== undefined) {
      context.emit(question);
    }
    this.#ending.settleTeardown(context);
  }

  /**
   * Executors without tasks are let go (rule F60), but for the last: a driver without any has nowhere to send the
   * tasks to that would bring the others back. Where the application says how many it wants, it lets them go itself.
   */
  #letIdleGo(): void {
    const context = this.#context;
    const { executors, executorTotal, idleExecutors, nowMs } = context;
    const due = idleExecutors.due(nowMs);
    if (due.length === 0 || executorTotal !== undefined) {
      return;
    }
    let alive = [...executors.values()].filter(({ killedAtMs }) => killedAtMs === undefined).length;
    for (const executor of due) {
      if (alive > 1) {
        alive -= 1;
        context.isDormant = true;
        kill(context, executor);
      }
    }
  }

  /** REVIVE and SUPPRESS. The end of a pause begins a wish anew; an agent that comes back is a need of its own. */
  #settleOffers(): void {
    const context = this.#context;
    const { executors, flow, health, nowMs } = context;
    const wish = currentWish(context);
    health.settle(executors.size === 0 && context.executorTotal !== 0, nowMs);
    const isReleased = this.#nextReleaseMs !== undefined && nowMs >= this.#nextReleaseMs;
    if (wish === 'pressing' && (this.#lastWish !== 'pressing' || isReleased)) {
      flow.need();
    }
    this.#lastWish = wish;
    this.#nextReleaseMs = wish === 'none' ? undefined : health.nextWakeMs(nowMs);
    if (wish !== 'pressing') {
      // What is not asked for cannot be in vain.
      flow.progressed();
    }
    const effect = flow.settle(wish !== 'none', nowMs);
    if (effect !== undefined) {
      context.emit(effect);
    }
  }

  #settleWaiting(): void {
    const context = this.#context;
    if (!isWaiting(context)) {
      context.waiting.reset();
      return;
    }
    const sinceMs = context.waiting.settle(context.executors.size, context.nowMs);
    if (sinceMs !== undefined) {
      context.emit({ kind: 'waiting', report: waitingReport(context, sinceMs) });
    }
  }
}

import { TaskReconciler } from '@spark-mesos/mesos-client';
import type { AgentId, SubmissionId, TaskId } from '../model/ids.ts';
import type { DispatcherRules } from '../settings.ts';
import { NOTHING_RECOVERED, type RecoveredState } from '../store/recovery.ts';
import type { CoreEvent, DispatcherAction } from './actions.ts';
import type { CoreContext, EventBody } from './context.ts';
import { newReminders } from './context.ts';
import { currentAttempt, type DriverRecord } from './driver-record.ts';
import { forget, trim } from './endings.ts';
import { EventLog } from './event-log.ts';
import { Fleet } from './fleet.ts';
import { dropFrameworkId, endForeign, keepFrameworkId } from './framework-id.ts';
import { handleKill } from './kills.ts';
import { Launcher, type TaskMaker } from './launching.ts';
import { MetricsBook } from './metrics-book.ts';
import { OfferFlow } from './offer-flow.ts';
import { OfferPool } from './offer-pool.ts';
import { Reconciliation } from './reconciliation.ts';
import { recordOf } from './recovered-records.ts';
import { handleReminders, killTask, remindUnreachable } from './reminders.ts';
import { Submissions } from './submissions.ts';
import { handleUpdate } from './updates.ts';
import { summaryOf } from './views.ts';
import { Writes } from './writes.ts';

/** What a core is made of. */
export interface DispatcherCoreOptions {
  readonly rules: DispatcherRules;
  readonly makeTask: TaskMaker;
  readonly recovered?: RecoveredState;
  readonly nowMs: number;
  /** At least 0, below 1. */
  readonly random?: () => number;
}

/**
 * Everything that a dispatcher decides, without a socket, a file or a clock of its own: `handle` takes what has happened
 * and answers with what is to be done.
 */
export class DispatcherCore {
  readonly #context: CoreContext;
  readonly #submissions: Submissions;
  readonly #launcher: Launcher;
  readonly #reconciliation: Reconciliation;
  readonly #events = new EventLog();
  #actions: DispatcherAction[] = [];

  constructor(options: DispatcherCoreOptions) {
    const { rules, recovered = NOTHING_RECOVERED } = options;
    const emit = (action: DispatcherAction) => this.#actions.push(action);
    this.#context = {
      rules,
      fleet: new Fleet(rules),
      writes: new Writes(emit),
      flow: new OfferFlow(),
      pool: new OfferPool(),
      metrics: new MetricsBook(),
      reminders: newReminders(),
      reconciler: new TaskReconciler<{ readonly taskId: TaskId; readonly agentId: AgentId }>(
        options.random === undefined ? {} : { random: options.random },
      ),
      connection: {
        frameworkId: recovered.frameworkId,
        isSubscribed: false,
        generation: 0,
        master: undefined,
        problem: 'no master has answered yet',
      },
      unsent: new Set(),
      killsReminded: new Set(),
      quarantined: new Set(recovered.quarantined),
      frameworkId: recovered.frameworkId,
      isDraining: false,
      nowMs: options.nowMs,
      emit,
      publish: (record) => this.#tell({ kind: 'submission', submission: summaryOf(record) }),
      tell: (event) => this.#tell(event),
      forgotten: (record) => this.#submissions.forgotten(record),
      log: (level, fields, phrase) => emit({ kind: 'log', level, fields, phrase }),
    };
    this.#submissions = new Submissions(this.#context);
    this.#launcher = new Launcher(this.#context, options.makeTask);
    this.#reconciliation = new Reconciliation(this.#context);
    this.#recover(recovered);
  }

  /** What the parts know; for those who show it. */
  get context(): Readonly<CoreContext> {
    return this.#context;
  }

  get events(): EventLog {
    return this.#events;
  }

  /** Whether something waits that may be launched now. */
  get isWanting(): boolean {
    return this.#launcher.isWanting;
  }

  /** Deals with an event; what it gives must be done in that order. */
  handle(event: CoreEvent, nowMs: number): DispatcherAction[] {
    this.#context.nowMs = nowMs;
    this.#dealWith(event);
    this.#settle();
    const actions = this.#actions;
    this.#actions = [];
    return actions;
  }

  /** When to call with `wake` next; undefined when there is nothing to wait for. */
  nextWakeMs(): number | undefined {
    const { fleet, writes, flow, reminders, connection } = this.#context;
    const never = Number.POSITIVE_INFINITY;
    const next = Math.min(
      fleet.nextRetryMs ?? never,
      reminders.nextMs ?? never,
      writes.nextWakeMs ?? never,
      (connection.isSubscribed ? flow.nextWakeMs(this.isWanting) : undefined) ?? never,
      (connection.isSubscribed ? this.#reconciliation.nextWakeMs : undefined) ?? never,
      this.#launcher.nextWakeMs ?? never,
    );
    return next === never ? undefined : next;
  }

  #dealWith(event: CoreEvent): void {
    const context = this.#context;
    switch (event.kind) {
      case 'submit':
        this.#submissions.handle(event);
        break;
      case 'kill':
        handleKill(context, event);
        break;
      case 'clear':
        this.#clear(event.submissionIds);
        break;
      case 'drain':
        context.isDraining = true;
        break;
      case 'subscribed':
        this.#subscribed(event.frameworkId, event.master);
        break;
      case 'disconnected':
        this.#disconnected(event.reason);
        break;
      case 'frameworkRemoved':
        this.#frameworkRemoved(event.reason);
        break;
      case 'offers':
        context.metrics.offersTotal += event.offers.length;
        for (const offer of event.offers) context.pool.add(offer, context.nowMs);
        break;
      case 'rescinded':
        this.#launcher.rescinded(event.offerId);
        break;
      case 'update':
        handleUpdate(context, event.status);
        break;
      case 'written':
        context.writes.settled(event.token, undefined, context.nowMs);
        break;
      case 'writeFailed':
        context.log('error', { reason: event.reason }, 'the store took no change');
        context.writes.settled(event.token, event.reason, context.nowMs);
        break;
      case 'acceptSettled':
        this.#launcher.accepted(event.taskIds, event.failure);
        break;
      case 'reviveSettled':
        if (!event.ok) context.flow.reviveFailed(context.nowMs);
        break;
      case 'wake':
        break;
    }
  }

  /** What follows from what has happened, whatever it was. */
  #settle(): void {
    const { fleet, writes, flow, connection, nowMs, emit } = this.#context;
    writes.retry(nowMs);
    handleReminders(this.#context);
    fleet.wakeRetries(nowMs);
    this.#launcher.settle();
    if (fleet.takeNewChance()) flow.lookAgain();
    if (!connection.isSubscribed) return;
    const said = flow.settle(this.isWanting, nowMs);
    if (said !== undefined) emit(said);
    this.#reconciliation.settle();
  }

  #subscribed(frameworkId: string, master: string | undefined): void {
    const { connection, flow, fleet, log } = this.#context;
    connection.isSubscribed = true;
    connection.generation += 1;
    connection.master = master;
    connection.problem = undefined;
    flow.subscribed();
    log('info', { frameworkId, master }, 'the dispatcher is subscribed');
    if (frameworkId !== this.#context.frameworkId) keepFrameworkId(this.#context, frameworkId);
    endForeign(this.#context, frameworkId, 'it was launched under a framework that is no more');
    this.#reconciliation.begin();
    for (const record of fleet.live)
      if (record.killRequestedAtMs !== undefined) killTask(this.#context, record);
  }

  #disconnected(reason: string): void {
    const { connection, pool, log } = this.#context;
    if (connection.isSubscribed) log('warn', { reason }, 'the master is gone');
    connection.isSubscribed = false;
    connection.problem = reason;
    pool.clear();
  }

  /**
   * The master has removed the framework, and with it every task (rule D10). Its id is dropped, and what waits is kept;
   * of drivers that ran, or may have, those that are supervised are started again at once, and the others count as lost.
   */
  #frameworkRemoved(reason: string): void {
    const context = this.#context;
    const { frameworkId } = context;
    this.#disconnected(reason);
    context.log(
      'error',
      { frameworkId, reason },
      'Mesos has removed the framework: its id is dropped, and the dispatcher registers as a new one',
    );
    context.frameworkId = undefined;
    context.connection.frameworkId = undefined;
    endForeign(this.#context, undefined, reason);
    dropFrameworkId(context, reason);
  }

  #clear(submissionIds: readonly string[] | undefined): void {
    const { fleet } = this.#context;
    const asked = submissionIds && new Set(submissionIds);
    const records = [...fleet.finished].filter(({ id }) => asked === undefined || asked.has(id));
    forget(this.#context, records);
  }

  #recover({ drivers, problems }: RecoveredState): void {
    const context = this.#context;
    for (const problem of problems) context.log('error', { problem }, 'a part of the state is put aside');
    const finished: DriverRecord[] = [];
    const missing = new Set<string>();
    for (const driver of drivers) {
      const record = recordOf(driver, context);
      this.#submissions.recovered(record, driver.submission.idempotencyKey);
      if (record.state === 'finished') finished.push(record);
      else {
        context.fleet.add(record);
        if (record.missingSpark !== undefined) missing.add(record.missingSpark);
      }
      if (currentAttempt(record)?.taskState === 'TASK_UNREACHABLE') remindUnreachable(context, record);
    }
    finished.sort((one, other) => (one.finishedAtMs ?? 0) - (other.finishedAtMs ?? 0));
    for (const record of finished) context.fleet.add(record);
    trim(context);
    const { fleet } = context;
    if (fleet.records.size > 0) {
      const counts = { queued: fleet.lines.size, live: fleet.live.size, retrying: fleet.retryingCount };
      context.log('info', counts, 'the drivers of an earlier dispatcher are taken over');
    }
    for (const spark of missing) {
      context.log('warn', { spark }, 'drivers wait for a Spark that this dispatcher was not given');
    }
  }

  #tell(body: EventBody): void {
    this.#context.emit({ kind: 'publish', event: this.#events.add(body, this.#context.nowMs) });
  }
}

/** Ids of all submissions that have not ended. */
export function unfinishedIds({ context }: DispatcherCore): SubmissionId[] {
  return [...context.fleet.records.values()].filter(({ state }) => state !== 'finished').map(({ id }) => id);
}

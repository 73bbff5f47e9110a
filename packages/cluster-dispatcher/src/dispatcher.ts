import type { DurableStore } from '@spark-mesos/durable-store';
import { dispatcherFrameworkInfo, type Logger, silentLogger } from '@spark-mesos/scheduler-utils';
import type { CoreEvent, DispatcherAction } from './core/actions.ts';
import { DispatcherCore, unfinishedIds } from './core/dispatcher-core.ts';
import { explain } from './core/explaining.ts';
import { listRetries, listSubmissions } from './core/listing.ts';
import { metricsOf, queuesOf, readinessOf } from './core/overview.ts';
import { submissionOf, summaryOf } from './core/views.ts';
import { type SubmissionId, submissionIdOf } from './model/ids.ts';
import type { KillOutcome, ResubmitOutcome, SubmitOutcome } from './model/outcomes.ts';
import type { Submission, SubmissionSummary } from './model/submission.ts';
import type { SubmissionRequest, SubmitOptions } from './model/submission-request.ts';
import type {
  DispatcherEvent,
  DispatcherMetrics,
  Explanation,
  QueuesView,
  Readiness,
  RetryView,
  SubmissionPage,
  SubmissionQuery,
} from './model/views.ts';
import type { DispatcherService } from './service.ts';
import { dispatcherRules } from './settings.ts';
import { callOf, failureOf } from './shell/calls.ts';
import { MasterConnection } from './shell/connection.ts';
import { OpenWork } from './shell/open-work.ts';
import type { DispatcherOptions } from './shell/options.ts';
import { type Clock, SYSTEM_CLOCK } from './shell/port.ts';
import { taskMaker } from './shell/task-maker.ts';
import { recover } from './store/recovery.ts';

const CLOSED = 'The dispatcher is closed';

/**
 * Takes Spark drivers, queues them, and runs them as tasks of Mesos.
 *
 * ```text
 *   submit, kill ──►                     ┌──► store ──► written ──► back into the core
 *   events of Mesos ──► DispatcherCore ──┼──► calls of Mesos
 *   one timer ──►                        └──► answers, and events for those who watch
 * ```
 */
export class Dispatcher implements DispatcherService {
  readonly #core: DispatcherCore;
  readonly #store: DurableStore;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #connection: MasterConnection;
  readonly #work = new OpenWork();
  readonly #listeners = new Set<(event: DispatcherEvent) => void>();
  readonly #submits = new Map<number, (outcome: SubmitOutcome) => void>();
  readonly #kills = new Map<number, (outcome: KillOutcome) => void>();
  /** Events that came while another was being dealt with. */
  readonly #inbox: CoreEvent[] = [];
  #isHandling = false;
  #tickets = 0;
  #cancelTimer: () => void = () => {};
  #wakeAtMs: number | undefined;
  #closing: Promise<void> | undefined;
  #wasReady: boolean | undefined;

  private constructor(options: DispatcherOptions, core: DispatcherCore) {
    const { settings, identity, connect, logger = silentLogger, clock = SYSTEM_CLOCK } = options;
    this.#core = core;
    this.#store = options.store;
    this.#clock = clock;
    this.#logger = logger;
    this.#connection = new MasterConnection({
      connect: (frameworkId) =>
        connect(dispatcherFrameworkInfo(settings, { ...identity, ...(frameworkId && { frameworkId }) })),
      frameworkId: () => core.context.frameworkId,
      handle: (event) => this.#handle(event),
      room: () => this.#work.room(),
      clock,
      logger,
    });
  }

  /** Reads what an earlier dispatcher has left, and subscribes; `readiness` tells when Mesos has answered. */
  static async start(options: DispatcherOptions): Promise<Dispatcher> {
    const { store, settings, clock = SYSTEM_CLOCK, masterUrlOf, random } = options;
    const rules = dispatcherRules(settings);
    const recovered = await recover(store);
    const core = new DispatcherCore({
      rules,
      makeTask: taskMaker(rules, masterUrlOf),
      recovered,
      nowMs: clock.now(),
      ...(random === undefined ? {} : { random }),
    });
    const dispatcher = new Dispatcher(options, core);
    dispatcher.#handle({ kind: 'wake' });
    dispatcher.#connection.open();
    return dispatcher;
  }

  /** Of the dispatcher's own framework, as soon as there is one. */
  get frameworkId(): string | undefined {
    return this.#core.context.frameworkId;
  }

  submit(request: SubmissionRequest, options: SubmitOptions = {}): Promise<SubmitOutcome> {
    if (this.#closing !== undefined) {
      return Promise.resolve({ ok: false, code: 'DISPATCHER_NOT_READY', message: CLOSED });
    }
    return new Promise((resolve) => {
      const ticket = this.#ticket();
      this.#submits.set(ticket, resolve);
      this.#handle({ kind: 'submit', ticket, request, options });
    });
  }

  kill(
    submissionId: string,
    { graceMs }: { readonly graceMs?: number | undefined } = {},
  ): Promise<KillOutcome> {
    if (this.#closing !== undefined) {
      return Promise.resolve({ ok: false, code: 'DISPATCHER_NOT_READY', message: CLOSED });
    }
    return this.#kill(submissionId, graceMs);
  }

  async killAll(): Promise<readonly SubmissionId[]> {
    const ids = unfinishedIds(this.#core);
    const outcomes = await Promise.all(ids.map((id) => this.kill(id)));
    return ids.filter((_, index) => outcomes[index]?.ok === true);
  }

  async resubmit(
    submissionId: string,
    options: SubmitOptions & { readonly properties?: Readonly<Record<string, string>> | undefined } = {},
  ): Promise<ResubmitOutcome> {
    const submission = this.status(submissionId);
    if (submission === undefined) {
      return { ok: false, code: 'DISPATCHER_NOT_FOUND', message: 'Cannot find driver' };
    }
    const { properties, ...submitOptions } = options;
    const { request } = submission;
    const changed = { ...request, properties: { ...request.properties, ...properties } };
    return this.submit(changed, { ...submitOptions, resubmissionOf: submission.id });
  }

  status(submissionId: string): Submission | undefined {
    const record = this.#core.context.fleet.records.get(submissionIdOf(submissionId));
    return record && submissionOf(record);
  }

  summary(submissionId: string): SubmissionSummary | undefined {
    const record = this.#core.context.fleet.records.get(submissionIdOf(submissionId));
    return record && summaryOf(record);
  }

  list(query?: SubmissionQuery): SubmissionPage {
    return listSubmissions(this.#core.context.fleet, query);
  }

  async clear(submissionIds?: readonly string[]): Promise<number> {
    const { finished } = this.#core.context.fleet;
    const before = finished.size;
    this.#handle({ kind: 'clear', submissionIds });
    const cleared = before - finished.size;
    await this.#work.settled();
    return cleared;
  }

  explain(submissionId: string): Explanation | undefined {
    const { context } = this.#core;
    const record = context.fleet.records.get(submissionIdOf(submissionId));
    return record && explain({ ...context, nowMs: this.#clock.now() }, record);
  }

  queues(): QueuesView {
    return queuesOf(this.#core.context);
  }

  retries(): readonly RetryView[] {
    return listRetries(this.#core.context.fleet);
  }

  readiness(): Readiness {
    const { fatalProblem } = this.#connection;
    const problems = [
      ...(fatalProblem === undefined ? [] : [fatalProblem]),
      ...(this.#closing === undefined ? [] : [CLOSED]),
    ];
    return readinessOf(this.#core.context, problems);
  }

  metrics(): DispatcherMetrics {
    return metricsOf(this.#core.context);
  }

  subscribe(listener: (event: DispatcherEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  eventsAfter(sequence: number): readonly DispatcherEvent[] | undefined {
    return this.#core.events.after(sequence);
  }

  async drain(): Promise<void> {
    this.#handle({ kind: 'drain' });
    await this.#work.settled();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close('leave');
    return this.#closing;
  }

  teardown(): Promise<void> {
    this.#closing ??= this.#close('teardown');
    return this.#closing;
  }

  async #close(how: 'leave' | 'teardown'): Promise<void> {
    this.#handle({ kind: 'drain' });
    if (how === 'teardown') {
      await Promise.all(unfinishedIds(this.#core).map((id) => this.#kill(id, undefined)));
    }
    await this.#work.settled();
    try {
      await this.#connection.close(how);
      if (how === 'teardown')
        this.#handle({ kind: 'frameworkRemoved', reason: 'the framework was torn down' });
    } finally {
      this.#cancelTimer();
      await this.#work.settled();
      this.#answerTheRest();
      this.#listeners.clear();
    }
  }

  /** Whoever still waits, as for a store that takes nothing, has to know that there will be no answer. */
  #answerTheRest(): void {
    const refused = { ok: false, code: 'DISPATCHER_NOT_READY', message: CLOSED } as const;
    for (const answer of this.#submits.values()) answer(refused);
    for (const answer of this.#kills.values()) answer(refused);
    this.#submits.clear();
    this.#kills.clear();
  }

  #kill(submissionId: string, graceMs: number | undefined): Promise<KillOutcome> {
    return new Promise((resolve) => {
      const ticket = this.#ticket();
      this.#kills.set(ticket, resolve);
      this.#handle({ kind: 'kill', ticket, submissionId, graceMs });
    });
  }

  #ticket(): number {
    this.#tickets += 1;
    return this.#tickets;
  }

  /** Deals with an event, and with those that come up meanwhile, one after another. */
  #handle(event: CoreEvent): void {
    this.#inbox.push(event);
    if (this.#isHandling) return;
    this.#isHandling = true;
    try {
      for (let next = this.#inbox.shift(); next !== undefined; next = this.#inbox.shift()) {
        for (const action of this.#core.handle(next, this.#clock.now())) this.#carryOut(action);
      }
    } finally {
      this.#isHandling = false;
    }
    this.#tellReadiness();
    this.#setTimer();
  }

  #carryOut(action: DispatcherAction): void {
    const call = callOf(action);
    if (call !== undefined) {
      this.#send(call, action);
      return;
    }
    switch (action.kind) {
      case 'write':
        this.#write(action);
        break;
      case 'acknowledge':
        this.#acknowledge(action);
        break;
      case 'answerSubmit':
        this.#submits.get(action.ticket)?.(action.outcome);
        this.#submits.delete(action.ticket);
        break;
      case 'answerKill':
        this.#kills.get(action.ticket)?.(action.outcome);
        this.#kills.delete(action.ticket);
        break;
      case 'subscribeAnew':
        this.#work.track(this.#connection.reopen(), (error) => {
          if (error !== undefined)
            this.#logger.error({ reason: textOf(error) }, 'a connection did not close');
        });
        break;
      case 'publish':
        for (const listener of this.#listeners) listener(action.event);
        break;
      case 'log':
        this.#logger[action.level](action.fields, action.phrase);
        break;
      default:
        break;
    }
  }

  #write({ token, changes }: Extract<DispatcherAction, { kind: 'write' }>): void {
    // All are begun at once, so that they reach the disk together; the store keeps their order.
    const begun = changes.map(({ key, value }) =>
      value === undefined ? this.#store.delete(key) : this.#store.put(key, Buffer.from(value)),
    );
    this.#work.track(allOf(begun), (error) => {
      this.#handle(
        error === undefined
          ? { kind: 'written', token }
          : { kind: 'writeFailed', token, reason: textOf(error) },
      );
    });
  }

  #acknowledge({ status }: Extract<DispatcherAction, { kind: 'acknowledge' }>): void {
    const { port } = this.#connection;
    if (port === undefined) return;
    this.#work.track(port.acknowledge(status), (error) => {
      // It comes again.
      if (error !== undefined) this.#logger.warn({ reason: textOf(error) }, 'an update stays unacknowledged');
    });
  }

  #send(call: NonNullable<ReturnType<typeof callOf>>, action: DispatcherAction): void {
    const { port } = this.#connection;
    const sent = port === undefined ? Promise.reject(new Error('there is no master')) : port.call(call);
    this.#work.track(sent, (error) => {
      if (error !== undefined) {
        this.#logger.warn({ call: action.kind, reason: textOf(error) }, 'a call did not get through');
      }
      if (action.kind === 'revive') {
        this.#handle({ kind: 'reviveSettled', ok: error === undefined });
      } else if (action.kind === 'accept') {
        const failure = error === undefined ? undefined : failureOf(error);
        const notSent = failure && { ...failure, notCarriedOut: failure.notCarriedOut || port === undefined };
        this.#handle({ kind: 'acceptSettled', taskIds: action.taskIds, failure: notSent });
      }
    });
  }

  #tellReadiness(): void {
    const readiness = this.readiness();
    if (readiness.ready === this.#wasReady) return;
    this.#wasReady = readiness.ready;
    const event = this.#core.events.add({ kind: 'readiness', readiness }, this.#clock.now());
    for (const listener of this.#listeners) listener(event);
  }

  #setTimer(): void {
    const wakeAtMs = this.#core.nextWakeMs();
    if (wakeAtMs === this.#wakeAtMs) return;
    this.#cancelTimer();
    this.#wakeAtMs = wakeAtMs;
    this.#cancelTimer = () => {};
    if (wakeAtMs === undefined) return;
    const delayMs = Math.min(Math.max(0, Math.ceil(wakeAtMs - this.#clock.now())), 2 ** 31 - 1);
    this.#cancelTimer = this.#clock.setTimer(() => {
      this.#wakeAtMs = undefined;
      this.#handle({ kind: 'wake' });
    }, delayMs);
  }
}

/** Waits for all, also when one has failed. */
async function allOf(begun: readonly Promise<unknown>[]): Promise<void> {
  const outcomes = await Promise.allSettled(begun);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

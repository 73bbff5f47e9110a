import type { DurableStore } from '@spark-mesos/durable-store';
import { dispatcherFrameworkInfo, type Logger, messageOf, silentLogger } from '@spark-mesos/scheduler-utils';
import type { CoreEvent, DispatcherAction } from '../core/actions.ts';
import type { DispatcherCore } from '../core/dispatcher-core.ts';
import { isReadyNow, readinessOf } from '../core/overview.ts';
import type { KillOutcome, SubmitOutcome } from '../model/outcomes.ts';
import type { SubmissionRequest, SubmitOptions } from '../model/submission-request.ts';
import type { DispatcherEvent, Readiness } from '../model/views.ts';
import { callOf, failureOf } from './calls.ts';
import { MasterConnection } from './connection.ts';
import { OpenWork } from './open-work.ts';
import type { DispatcherOptions } from './options.ts';
import { type Clock, SYSTEM_CLOCK } from './port.ts';

/** Said to whoever comes too late. */
export const CLOSED = 'The dispatcher is closed';

/**
 * Carries out what the core decides.
 *
 * ```text
 *   submit, kill ──►                     ┌──► store ──► written ──► back into the core
 *   events of Mesos ──► DispatcherCore ──┼──► calls of Mesos
 *   one timer ──►                        └──► answers, and events for those who watch
 * ```
 */
export class DispatcherEngine {
  readonly core: DispatcherCore;
  readonly clock: Clock;
  readonly #store: DurableStore;
  readonly #logger: Logger;
  readonly #connection: MasterConnection;
  readonly #work = new OpenWork();
  readonly #listeners = new Set<(event: DispatcherEvent) => void>();
  readonly #submits = new Map<number, (outcome: SubmitOutcome) => void>();
  readonly #kills = new Map<number, (outcome: KillOutcome) => void>();
  /** Events that came while another was being dealt with. */
  readonly #inbox: CoreEvent[] = [];
  #isHandling = false;
  #isClosing = false;
  #tickets = 0;
  #cancelTimer: () => void = () => {};
  #wakeAtMs: number | undefined;
  #wasReady: boolean | undefined;

  constructor(options: DispatcherOptions, core: DispatcherCore) {
    const { settings, identity, connect, logger = silentLogger, clock = SYSTEM_CLOCK } = options;
    this.core = core;
    this.clock = clock;
    this.#store = options.store;
    this.#logger = logger;
    this.#connection = new MasterConnection({
      connect: (frameworkId) =>
        connect(dispatcherFrameworkInfo(settings, { ...identity, ...(frameworkId && { frameworkId }) })),
      frameworkId: () => core.context.frameworkId,
      handle: (event) => this.handle(event),
      room: () => this.#work.room(),
      clock,
      logger,
    });
  }

  /** Does what was left to be done, and subscribes. */
  start(): void {
    this.handle({ kind: 'wake' });
    this.#connection.open();
  }

  submit(request: SubmissionRequest, options: SubmitOptions): Promise<SubmitOutcome> {
    return new Promise((resolve) => {
      const ticket = this.#ticket();
      this.#submits.set(ticket, resolve);
      this.handle({ kind: 'submit', ticket, request, options });
    });
  }

  kill(submissionId: string, graceMs: number | undefined): Promise<KillOutcome> {
    return new Promise((resolve) => {
      const ticket = this.#ticket();
      this.#kills.set(ticket, resolve);
      this.handle({ kind: 'kill', ticket, submissionId, graceMs });
    });
  }

  subscribe(listener: (event: DispatcherEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  readiness(): Readiness {
    const { fatalProblem } = this.#connection;
    const problems = [
      ...(fatalProblem === undefined ? [] : [fatalProblem]),
      ...(this.#isClosing ? [CLOSED] : []),
    ];
    return readinessOf(this.core.context, problems);
  }

  /** Resolves when nothing is on its way to the store or to the master. */
  settled(): Promise<void> {
    return this.#work.settled();
  }

  /** Ends the connection; the framework lives on, or ends as well. */
  async close(how: 'leave' | 'teardown'): Promise<void> {
    this.#isClosing = true;
    await this.#work.settled();
    try {
      await this.#connection.close(how);
      if (how === 'teardown')
        this.handle({ kind: 'frameworkRemoved', reason: 'the framework was torn down' });
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

  #ticket(): number {
    this.#tickets += 1;
    return this.#tickets;
  }

  /** Deals with an event, and with those that come up meanwhile, one after another. */
  handle(event: CoreEvent): void {
    this.#inbox.push(event);
    if (this.#isHandling) return;
    this.#isHandling = true;
    try {
      for (let next = this.#inbox.shift(); next !== undefined; next = this.#inbox.shift()) {
        for (const action of this.core.handle(next, this.clock.now())) this.#carryOut(action);
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
            this.#logger.error({ reason: messageOf(error) }, 'a connection did not close');
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
      value === undefined ? this.#store.delete(key) : this.#store.put(key, value),
    );
    this.#work.track(allOf(begun), (error) => {
      this.handle(
        error === undefined
          ? { kind: 'written', token }
          : { kind: 'writeFailed', token, reason: messageOf(error) },
      );
    });
  }

  #acknowledge({ status }: Extract<DispatcherAction, { kind: 'acknowledge' }>): void {
    const { port } = this.#connection;
    if (port === undefined) return;
    this.#work.track(port.acknowledge(status), (error) => {
      // It comes again.
      if (error !== undefined)
        this.#logger.warn({ reason: messageOf(error) }, 'an update stays unacknowledged');
    });
  }

  #send(call: NonNullable<ReturnType<typeof callOf>>, action: DispatcherAction): void {
    const { port } = this.#connection;
    const sent = port === undefined ? Promise.reject(new Error('there is no master')) : port.call(call);
    this.#work.track(sent, (error) => {
      if (error !== undefined) {
        this.#logger.warn({ call: action.kind, reason: messageOf(error) }, 'a call did not get through');
      }
      if (action.kind === 'revive') {
        this.handle({ kind: 'reviveSettled', ok: error === undefined });
      } else if (action.kind === 'accept') {
        const failure = error === undefined ? undefined : failureOf(error);
        const notSent = failure && { ...failure, notCarriedOut: failure.notCarriedOut || port === undefined };
        this.handle({ kind: 'acceptSettled', taskIds: action.taskIds, failure: notSent });
      }
    });
  }

  #tellReadiness(): void {
    const isReady =
      !this.#isClosing && this.#connection.fatalProblem === undefined && isReadyNow(this.core.context);
    if (isReady === this.#wasReady) return;
    this.#wasReady = isReady;
    const readiness = this.readiness();
    const event = this.core.events.add({ kind: 'readiness', readiness }, this.clock.now());
    for (const listener of this.#listeners) listener(event);
  }

  #setTimer(): void {
    const wakeAtMs = this.core.nextWakeMs();
    if (wakeAtMs === this.#wakeAtMs) return;
    this.#cancelTimer();
    this.#wakeAtMs = wakeAtMs;
    this.#cancelTimer = () => {};
    if (wakeAtMs === undefined) return;
    const delayMs = Math.min(Math.max(0, Math.ceil(wakeAtMs - this.clock.now())), 2 ** 31 - 1);
    this.#cancelTimer = this.clock.setTimer(() => {
      this.#wakeAtMs = undefined;
      this.handle({ kind: 'wake' });
    }, delayMs);
  }
}

/** Waits for all, also when one has failed. */
async function allOf(begun: readonly Promise<unknown>[]): Promise<unknown> {
  const [only] = begun;
  if (only !== undefined && begun.length === 1) return only;
  const outcomes = await Promise.allSettled(begun);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return undefined;
}

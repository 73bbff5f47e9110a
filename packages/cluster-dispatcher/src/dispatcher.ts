import { DispatcherCore, unfinishedIds } from './core/dispatcher-core.ts';
import type { DriverRecord } from './core/driver-record.ts';
import { explain } from './core/explaining.ts';
import { listRetries, listSubmissions } from './core/listing.ts';
import { metricsOf, queuesOf } from './core/overview.ts';
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
import { CLOSED, DispatcherEngine } from './shell/engine.ts';
import type { DispatcherOptions } from './shell/options.ts';
import { SYSTEM_CLOCK } from './shell/port.ts';
import { taskMaker } from './shell/task-maker.ts';
import { recover } from './store/recovery.ts';

const NOT_READY = { ok: false, code: 'DISPATCHER_NOT_READY', message: CLOSED } as const;

/**
 * Takes Spark drivers, queues them, and runs them as tasks of Mesos.
 *
 * ```ts
 * const dispatcher = await Dispatcher.start({ settings, identity, connect, store, masterUrlOf });
 * const outcome = await dispatcher.submit(request);
 * ```
 */
export class Dispatcher implements DispatcherService {
  readonly #engine: DispatcherEngine;
  #closing: Promise<void> | undefined;

  private constructor(engine: DispatcherEngine) {
    this.#engine = engine;
  }

  /** Reads what an earlier dispatcher has left, and subscribes; `readiness` tells when Mesos has answered. */
  static async start(options: DispatcherOptions): Promise<Dispatcher> {
    const { store, settings, sparks, clock = SYSTEM_CLOCK, masterUrlOf, propertiesOf, random } = options;
    const rules = dispatcherRules(settings, sparks);
    const core = new DispatcherCore({
      rules,
      makeTask: taskMaker(rules, masterUrlOf, propertiesOf),
      recovered: await recover(store),
      nowMs: clock.now(),
      ...(random === undefined ? {} : { random }),
    });
    const engine = new DispatcherEngine(options, core);
    engine.start();
    return new Dispatcher(engine);
  }

  /** Of the dispatcher's own framework, as soon as there is one. */
  get frameworkId(): string | undefined {
    return this.#context.frameworkId;
  }

  submit(request: SubmissionRequest, options: SubmitOptions = {}): Promise<SubmitOutcome> {
    if (this.#closing !== undefined) return Promise.resolve(NOT_READY);
    return this.#engine.submit(request, options);
  }

  kill(submissionId: string, options: { readonly graceMs?: number | undefined } = {}): Promise<KillOutcome> {
    if (this.#closing !== undefined) return Promise.resolve(NOT_READY);
    return this.#engine.kill(submissionId, options.graceMs);
  }

  async killAll(): Promise<readonly SubmissionId[]> {
    const ids = unfinishedIds(this.#engine.core);
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
    const record = this.#record(submissionId);
    return record && submissionOf(record);
  }

  summary(submissionId: string): SubmissionSummary | undefined {
    const record = this.#record(submissionId);
    return record && summaryOf(record);
  }

  list(query?: SubmissionQuery): SubmissionPage {
    return listSubmissions(this.#context.fleet, query);
  }

  async clear(submissionIds?: readonly string[]): Promise<number> {
    const { finished } = this.#context.fleet;
    const before = finished.size;
    this.#engine.handle({ kind: 'clear', submissionIds });
    const cleared = before - finished.size;
    await this.#engine.settled();
    return cleared;
  }

  explain(submissionId: string): Explanation | undefined {
    const record = this.#record(submissionId);
    return record && explain({ ...this.#context, nowMs: this.#engine.clock.now() }, record);
  }

  queues(): QueuesView {
    return queuesOf(this.#context);
  }

  retries(): readonly RetryView[] {
    return listRetries(this.#context.fleet);
  }

  readiness(): Readiness {
    return this.#engine.readiness();
  }

  metrics(): DispatcherMetrics {
    return metricsOf(this.#context);
  }

  subscribe(listener: (event: DispatcherEvent) => void): () => void {
    return this.#engine.subscribe(listener);
  }

  eventsAfter(sequence: number): readonly DispatcherEvent[] | undefined {
    return this.#engine.core.events.after(sequence);
  }

  async drain(): Promise<void> {
    this.#engine.handle({ kind: 'drain' });
    await this.#engine.settled();
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
    this.#engine.handle({ kind: 'drain' });
    if (how === 'teardown') {
      // None of them is to begin again under the next framework.
      const ids = unfinishedIds(this.#engine.core);
      await Promise.all(ids.map((id) => this.#engine.kill(id, undefined)));
    }
    await this.#engine.close(how);
  }

  get #context(): DispatcherCore['context'] {
    return this.#engine.core.context;
  }

  #record(submissionId: string): DriverRecord | undefined {
    return this.#context.fleet.records.get(submissionIdOf(submissionId));
  }
}

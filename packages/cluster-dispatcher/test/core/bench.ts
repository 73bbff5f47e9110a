import type { mesos } from '@spark-mesos/mesos-proto';
import { parseDispatcherSettings } from '@spark-mesos/scheduler-utils';
import { makeOffer, makeStatus, type OfferSketch } from '@spark-mesos/scheduler-utils/testing';
import type { CoreEvent, DispatcherAction } from '../../src/core/actions.ts';
import { DispatcherCore } from '../../src/core/dispatcher-core.ts';
import { explain } from '../../src/core/explaining.ts';
import { submissionOf } from '../../src/core/views.ts';
import type { KillOutcome, Submission, SubmissionRequest, SubmitOutcome } from '../../src/index.ts';
import { submissionIdOf } from '../../src/index.ts';
import type { DispatcherSpark } from '../../src/launch/driver-spark.ts';
import { dispatcherRules } from '../../src/settings.ts';
import { taskMaker } from '../../src/shell/task-maker.ts';
import { recover } from '../../src/store/recovery.ts';
import { FaultyStore } from '../../src/testing/index.ts';

type ActionOf<Kind> = Extract<DispatcherAction, { kind: Kind }>;

/** A submission that nothing is wrong with. */
export function requestOf(
  properties: Record<string, string> = {},
  more: Partial<SubmissionRequest> = {},
): SubmissionRequest {
  return {
    appResource: 'http://files/app.jar',
    mainClass: 'org.example.Main',
    arguments: ['1'],
    environment: {},
    ...more,
    properties: { 'spark.app.name': 'app', 'spark.driver.memory': '512m', ...properties },
  };
}

export function rulesOf(properties: Record<string, string> = {}, sparks: readonly DispatcherSpark[] = []) {
  const parsed = parseDispatcherSettings({ 'spark.home': '/opt/spark', ...properties });
  if (!parsed.ok) throw new Error(parsed.problems.map(({ message }) => message).join());
  return dispatcherRules(parsed.settings, sparks);
}

/** A core on a bench: its actions are kept, its writes are safe at once unless the test says otherwise. */
export class CoreBench {
  core: DispatcherCore;
  store: FaultyStore;
  nowMs: number;
  readonly actions: DispatcherAction[] = [];
  /** What happens to writes: they are safe, they fail, or the test settles them. */
  writing: 'safe' | 'failing' | 'held' = 'safe';
  readonly held: ActionOf<'write'>[] = [];
  readonly #properties: Record<string, string>;
  #tickets = 0;

  private constructor(
    core: DispatcherCore,
    store: FaultyStore,
    properties: Record<string, string>,
    nowMs: number,
  ) {
    this.core = core;
    this.store = store;
    this.#properties = properties;
    this.nowMs = nowMs;
  }

  static async start(
    properties: Record<string, string> = {},
    store = new FaultyStore(),
    nowMs = Date.UTC(2026, 0, 2, 3, 4, 5),
    sparks: readonly DispatcherSpark[] = [],
  ): Promise<CoreBench> {
    const rules = rulesOf(properties, sparks);
    const core = new DispatcherCore({
      rules,
      makeTask: taskMaker(rules, ({ taskId }) => `spark://gateway:7077?${taskId}`.replace(/\?.*/, '')),
      recovered: await recover(store),
      nowMs,
      random: () => 0,
    });
    const bench = new CoreBench(core, store, properties, nowMs);
    bench.handle({ kind: 'wake' });
    return bench;
  }

  /** Subscribed at once. */
  static async subscribed(properties: Record<string, string> = {}): Promise<CoreBench> {
    const bench = await CoreBench.start(properties);
    bench.subscribe();
    bench.actions.length = 0;
    return bench;
  }

  /** A dispatcher that begins with what this one has written. */
  async restarted(sparks: readonly DispatcherSpark[] = []): Promise<CoreBench> {
    return CoreBench.start(this.#properties, this.store.crash(), this.nowMs, sparks);
  }

  handle(event: CoreEvent): DispatcherAction[] {
    const actions = this.core.handle(event, this.nowMs);
    this.actions.push(...actions);
    for (const action of actions) {
      const { frameworkId } = this.core.context;
      if (action.kind === 'write') this.#write(action);
      // A framework whose id is safe is let in at once.
      if (action.kind === 'subscribeAnew' && frameworkId !== undefined) this.subscribe(frameworkId);
    }
    return actions;
  }

  subscribe(frameworkId = 'fw'): void {
    this.handle({ kind: 'subscribed', frameworkId });
  }

  /** Lets time pass, with every wake on the way. */
  advance(milliseconds: number): void {
    const endMs = this.nowMs + milliseconds;
    for (;;) {
      const next = this.core.nextWakeMs();
      if (next === undefined || next > endMs) break;
      this.nowMs = Math.max(this.nowMs, next);
      this.handle({ kind: 'wake' });
    }
    this.nowMs = endMs;
  }

  submit(
    properties: Record<string, string> = {},
    options = {},
    more: Partial<SubmissionRequest> = {},
  ): SubmitOutcome {
    this.#tickets += 1;
    const ticket = this.#tickets;
    this.handle({ kind: 'submit', ticket, request: requestOf(properties, more), options });
    return this.outcome(ticket);
  }

  outcome(ticket: number): SubmitOutcome {
    const answer = this.of('answerSubmit').find((action) => action.ticket === ticket);
    if (answer === undefined) throw new Error('not answered');
    return answer.outcome;
  }

  /** Submits, and gives the id. */
  take(properties: Record<string, string> = {}, options = {}): string {
    const outcome = this.submit(properties, options);
    if (!outcome.ok) throw new Error(outcome.message);
    return outcome.submissionId;
  }

  kill(submissionId: string, graceMs?: number): KillOutcome | undefined {
    this.#tickets += 1;
    const ticket = this.#tickets;
    this.handle({ kind: 'kill', ticket, submissionId, graceMs });
    return this.of('answerKill').find((action) => action.ticket === ticket)?.outcome;
  }

  offer(...sketches: (Partial<OfferSketch> & { id: string })[]): DispatcherAction[] {
    const offers = sketches.map((sketch) => makeOffer({ cpus: 4, memMiB: 4096, ...sketch }));
    return this.handle({ kind: 'offers', offers });
  }

  update(
    taskId: string,
    state: keyof typeof mesos.v1.TaskState,
    more: Parameters<typeof makeStatus>[2] = {},
  ): DispatcherAction[] {
    return this.handle({ kind: 'update', status: makeStatus(taskId, state, more) });
  }

  status(submissionId: string): Submission {
    const record = this.core.context.fleet.records.get(submissionIdOf(submissionId));
    if (record === undefined) throw new Error(`no ${submissionId}`);
    return submissionOf(record);
  }

  of<Kind extends DispatcherAction['kind']>(kind: Kind): ActionOf<Kind>[] {
    return this.actions.filter((action): action is ActionOf<Kind> => action.kind === kind);
  }

  /** Ids of the tasks that were launched, in order. */
  get launched(): string[] {
    return this.of('accept').flatMap(({ taskIds }) => taskIds);
  }

  /** Settles the writes that are held. */
  settle(how: 'safe' | 'failing' = 'safe'): void {
    for (const write of this.held.splice(0)) this.#settle(write, how);
  }

  #write(write: ActionOf<'write'>): void {
    if (this.writing === 'held') this.held.push(write);
    else this.#settle(write, this.writing);
  }

  #settle({ token, changes }: ActionOf<'write'>, how: 'safe' | 'failing'): void {
    if (how === 'failing') {
      this.handle({ kind: 'writeFailed', token, reason: 'no space left on device' });
      return;
    }
    for (const { key, value } of changes) {
      // It is prompt: what is asked for is safe when the call comes back.
      void (value === undefined ? this.store.delete(key) : this.store.put(key, Buffer.from(value)));
    }
    this.handle({ kind: 'written', token });
  }
}

/** Why a driver is where it is. */
export function explanation(bench: CoreBench, id: string) {
  const record = bench.core.context.fleet.records.get(submissionIdOf(id));
  if (record === undefined) throw new Error('no such driver');
  return explain({ ...bench.core.context, nowMs: bench.nowMs }, record);
}

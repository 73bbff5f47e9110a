import type { CoreEvent, DispatcherAction } from '../../src/core/actions.ts';
import { DispatcherCore } from '../../src/core/dispatcher-core.ts';
import { submissionIdOfTask } from '../../src/index.ts';
import { taskMaker } from '../../src/shell/task-maker.ts';
import { recover } from '../../src/store/recovery.ts';
import { FaultyStore } from '../../src/testing/index.ts';
import { requestOf, rulesOf } from '../core/bench.ts';
import { ModelMesos } from './model-mesos.ts';

/** What a test may have happen, each with a number to pick with. */
export const STEPS = [
  'goesWell',
  'goesWell',
  'goesWell',
  'goesWell',
  'submit',
  'submitSupervised',
  'kill',
  'offer',
  'offer',
  'call',
  'call',
  'call',
  'news',
  'news',
  'news',
  'tell',
  'tell',
  'sync',
  'sync',
  'sync',
  'time',
  'progress',
  'progress',
  'fail',
  'rescind',
  'loseNews',
  'duplicateNews',
  'disconnect',
  'subscribe',
  'subscribe',
  'cutOff',
  'comeBack',
  'breakDown',
  'removeFramework',
  'storeFails',
  'storeWorks',
  'crash',
] as const;

export type Step = (typeof STEPS)[number];

interface Accepted {
  readonly supervised: boolean;
  killed: boolean;
}

const PROPERTIES = { 'spark.mesos.driver.supervise.unreachableTimeout': '30s' };

/** A dispatcher that is killed and started again over a store that forgets, under a Mesos that breaks. */
export class Simulation {
  readonly mesos = new ModelMesos();
  readonly accepted = new Map<string, Accepted>();
  #store = new FaultyStore();
  #core: DispatcherCore;
  #nowMs = Date.UTC(2026, 0, 1);
  #ticket = 0;
  readonly #supervisedTickets = new Set<number>();
  readonly #killTickets = new Map<number, string>();
  writes = 0;
  /** Writes that have been asked for, oldest first, with what each still needs. */
  readonly #writes: { readonly token: number; left: number; failed: string | undefined }[] = [];

  private constructor(core: DispatcherCore) {
    this.#core = core;
    this.#store.isPrompt = false;
  }

  static async start(): Promise<Simulation> {
    const simulation = new Simulation(await newCore(new FaultyStore(), 0));
    simulation.#handle({ kind: 'wake' });
    return simulation;
  }

  async step(step: Step, pick: number): Promise<void> {
    const { mesos } = this;
    switch (step) {
      case 'submit':
      case 'submitSupervised':
        this.#submit(step === 'submitSupervised');
        break;
      case 'goesWell':
        await this.#goWell();
        break;
      case 'kill':
        this.#kill(pick);
        break;
      case 'offer':
        mesos.offer();
        break;
      case 'call':
        mesos.takeCall();
        break;
      case 'news':
        this.#hear();
        break;
      case 'tell':
        mesos.tell(pick);
        break;
      case 'sync':
        await this.#sync(pick % 3 === 0 ? this.#store.waiting : 1);
        break;
      case 'time':
        this.#pass(1000 * (1 + (pick % 40)));
        break;
      case 'progress':
        mesos.progress(pick, 'TASK_FINISHED');
        break;
      case 'fail':
        mesos.progress(pick, 'TASK_FAILED');
        break;
      case 'subscribe':
        if (!mesos.isConnected) mesos.subscribe(this.#core.context.frameworkId);
        break;
      case 'disconnect':
        mesos.disconnect();
        break;
      case 'storeFails':
        this.#store.failure = 'disk full';
        break;
      case 'storeWorks':
        this.#store.failure = undefined;
        break;
      case 'crash':
        await this.crash(pick % 4, pick);
        break;
      default:
        mesos[step](pick);
    }
    this.checkAtMostOnce();
  }

  /** `kill -9`: what is not safe is lost, but for some of it. Some of what was sent before still arrives. */
  async crash(callsArriving: number, kept: 'all' | 'none' | number): Promise<void> {
    for (let sent = callsArriving; sent > 0; sent -= 1) this.mesos.takeCall();
    this.mesos.disconnect();
    this.mesos.inbox.length = 0;
    this.mesos.outbox.length = 0;
    const { waiting } = this.#store;
    const some = { all: waiting, none: 0 };
    this.#store = this.#store.crash(typeof kept === 'number' ? kept % (waiting + 1) : some[kept]);
    this.#store.isPrompt = true;
    this.#writes.length = 0;
    this.#core = await newCore(this.#store, this.#nowMs);
    this.#store.isPrompt = false;
    this.#handle({ kind: 'wake' });
  }

  /** No more faults: everything that can be done is done, and drivers end well. */
  async settle(): Promise<void> {
    this.#store.failure = undefined;
    for (const index of this.mesos.agents.keys()) this.mesos.comeBack(index);
    for (let round = 0; round < 400 && this.#isUnfinished; round += 1) {
      await this.#goWell();
      this.mesos.progress(round, 'TASK_FINISHED');
      for (const index of [...this.mesos.tasks.keys()].keys()) this.mesos.tell(index);
      await this.#drain();
      this.#pass(5000);
    }
  }

  /** No two processes of one submission at the same time, unless one was out of sight and another took its place. */
  checkAtMostOnce(): void {
    const seen = new Set<string>();
    for (const { taskId, isAlive, wasCutOff } of this.mesos.tasks.values()) {
      const id = submissionIdOfTask(taskId);
      const isSupervised = this.accepted.get(id)?.supervised ?? true;
      if (!isAlive || (isSupervised && wasCutOff)) continue;
      if (seen.has(id)) throw new Error(`${id} runs twice`);
      seen.add(id);
    }
  }

  /** In the end: each accepted submission has ended, as its processes have, and none of them ran more often than it may. */
  checkEnd(): void {
    if (this.mesos.abandoned > 0) throw new Error(`${this.mesos.abandoned} frameworks are left behind`);
    for (const [id, { supervised, killed }] of this.accepted) {
      const record = this.#core.context.fleet.records.get(id as never);
      if (record === undefined) throw new Error(`${id} is lost`);
      if (record.state !== 'finished') throw new Error(`${id} has not ended: ${record.state}`);
      const runs = this.mesos.allTasks.filter(({ taskId }) => submissionIdOfTask(taskId) === id);
      const finished = runs.filter(({ exit }) => exit === 'TASK_FINISHED');
      const own = runs.filter(({ ending }) => ending === 'own' || ending === 'killed');
      if (!supervised && own.length > 1) throw new Error(`${id} ran ${own.length} times`);
      if (runs.some(({ isAlive }) => isAlive)) throw new Error(`${id} has ended, and runs`);
      if (record.finalState === 'FINISHED' && finished.length === 0) throw new Error(`${id} never finished`);
      const isLost = runs.some(({ ending }) => ending === 'lost');
      // Of a launch on an agent that is no more, and of which nothing was heard, nobody will ever know.
      const isInDoubt =
        record.finalState === 'LOST' &&
        (this.mesos.removals > 0 || record.attempts.some(({ agentId }) => this.mesos.broken.has(agentId)));
      if (!killed && !isLost && !isInDoubt && own.length === 0)
        throw new Error(`${id} never ran: ${record.finalState}`);
      if (!supervised && finished.length === 1 && record.finalState !== 'FINISHED' && !killed && !isInDoubt) {
        throw new Error(`${id} finished, and counts as ${record.finalState}`);
      }
    }
  }

  /** What has happened to all of them, for tests that want to be sure that it did. */
  get endings(): string[] {
    return [...this.#core.context.fleet.records.values()].map(
      ({ finalState, attemptCount }) => `${finalState} after ${attemptCount}`,
    );
  }

  get #isUnfinished(): boolean {
    const { fleet } = this.#core.context;
    const isBusy = [...this.mesos.tasks.values()].some(
      ({ isAlive, updates }) => isAlive || updates.length > 0,
    );
    return isBusy || fleet.finished.size < fleet.records.size || this.#writes.length > 0;
  }

  /** Nothing is lost for a moment, and drivers that can be launched are. */
  async #goWell(): Promise<void> {
    if (!this.mesos.isConnected) this.mesos.subscribe(this.#core.context.frameworkId);
    await this.#drain();
    this.mesos.offer();
    await this.#drain();
  }

  async #drain(): Promise<void> {
    for (let round = 0; round < 100; round += 1) {
      while (this.mesos.outbox.length > 0) this.mesos.takeCall();
      while (this.mesos.inbox.length > 0) this.#hear();
      await this.#sync(this.#store.waiting);
      if (this.mesos.outbox.length + this.mesos.inbox.length + this.#store.waiting === 0) return;
    }
    throw new Error('it never comes to rest');
  }

  #submit(supervised: boolean): void {
    this.#ticket += 1;
    if (supervised) this.#supervisedTickets.add(this.#ticket);
    const request = requestOf({ 'spark.driver.supervise': String(supervised), ...PROPERTIES });
    this.#handle({ kind: 'submit', ticket: this.#ticket, request, options: {} });
  }

  #kill(pick: number): void {
    const ids = [...this.accepted.keys()];
    const submissionId = ids[pick % Math.max(1, ids.length)];
    if (submissionId === undefined) return;
    this.#ticket += 1;
    this.#killTickets.set(this.#ticket, submissionId);
    // The wish may come true without its answer.
    const accepted = this.accepted.get(submissionId);
    if (accepted !== undefined) accepted.killed = true;
    this.#handle({ kind: 'kill', ticket: this.#ticket, submissionId });
  }

  #hear(): void {
    const event = this.mesos.inbox.shift();
    if (event !== undefined) this.#handle(event);
  }

  #pass(milliseconds: number): void {
    const endMs = this.#nowMs + milliseconds;
    for (;;) {
      const next = this.#core.nextWakeMs();
      if (next === undefined || next > endMs) break;
      this.#nowMs = Math.max(this.#nowMs + 1, next);
      this.#handle({ kind: 'wake' });
    }
    this.#nowMs = Math.max(this.#nowMs, endMs);
  }

  #handle(event: CoreEvent): void {
    for (const action of this.#core.handle(event, this.#nowMs)) this.#carryOut(action);
  }

  #carryOut(action: DispatcherAction): void {
    switch (action.kind) {
      case 'write':
        this.#write(action);
        break;
      case 'answerSubmit':
        if (action.outcome.ok) {
          const supervised = this.#supervisedTickets.has(action.ticket);
          this.accepted.set(action.outcome.submissionId, { supervised, killed: false });
        }
        break;
      case 'subscribeAnew':
        this.mesos.subscribe(this.#core.context.frameworkId);
        break;
      case 'publish':
      case 'log':
      case 'answerKill':
        break;
      default:
        this.mesos.outbox.push(action);
    }
  }

  #write({ token, changes }: Extract<DispatcherAction, { kind: 'write' }>): void {
    const store = this.#store;
    this.writes += 1;
    const write = { token, left: changes.length, failed: undefined as string | undefined };
    this.#writes.push(write);
    for (const { key, value } of changes) {
      const done = value === undefined ? store.delete(key) : store.put(key, Buffer.from(value));
      done.then(
        () => {
          write.left -= 1;
        },
        (error: Error) => {
          write.left -= 1;
          write.failed = error.message;
        },
      );
    }
  }

  /** Makes changes safe, and tells of the writes that are. */
  async #sync(count: number): Promise<void> {
    this.#store.sync(count);
    await Promise.resolve();
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    for (let [write] = this.#writes; write !== undefined && write.left === 0; [write] = this.#writes) {
      this.#writes.shift();
      const { token, failed } = write;
      this.#handle(
        failed === undefined ? { kind: 'written', token } : { kind: 'writeFailed', token, reason: failed },
      );
    }
  }
}

async function newCore(store: FaultyStore, nowMs: number): Promise<DispatcherCore> {
  const rules = rulesOf({ 'spark.mesos.maxDrivers': '3' });
  const recovered = await recover(store);
  return new DispatcherCore({
    rules,
    makeTask: taskMaker(rules, () => 'spark://gateway:7077'),
    recovered,
    nowMs,
    random: () => 0,
  });
}

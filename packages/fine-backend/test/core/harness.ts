import type { mesos } from '@spark-mesos/mesos-proto';
import { makeOffer, makeStatus, type OfferSketch } from '@spark-mesos/scheduler-utils/testing';
import type { FineEffect, FineEvent, FineSchedulerOptions, FineSettings, FineTask } from '../../src/index.ts';
import { DEFAULT_FINE_SETTINGS, FineScheduler } from '../../src/index.ts';

type EffectOf<Kind extends FineEffect['kind']> = Extract<FineEffect, { kind: Kind }>;

/** Drives a scheduler through events, and keeps what it wants done since the last look. */
export class Harness {
  readonly scheduler: FineScheduler;
  nowMs = 1_000_000;
  effects: FineEffect[] = [];
  /** REVIVE is answered at once, unless a test wants to answer itself. */
  answersRevive = true;
  #offers = 0;

  constructor(
    settings: Partial<FineSettings> = {},
    launchExecutor = plainLaunch,
    isReturning = false,
    slotLine?: FineSchedulerOptions['slotLine'],
  ) {
    this.scheduler = new FineScheduler({
      settings: { ...DEFAULT_FINE_SETTINGS, ...settings },
      taskIdPrefix: 'p',
      launchExecutor,
      isReturning,
      slotLine,
      random: () => 0,
    });
  }

  handle(event: FineEvent): this {
    const effects = this.scheduler.handle(event, this.nowMs);
    this.effects.push(...effects);
    if (this.answersRevive && effects.some(({ kind }) => kind === 'revive')) {
      this.handle({ kind: 'reviveSettled', ok: true });
    }
    return this;
  }

  subscribed(): this {
    return this.handle({ kind: 'subscribed', frameworkId: 'framework-1' });
  }

  offers(...sketches: OfferSketch[]): this {
    return this.handle({ kind: 'offers', offers: sketches.map(makeOffer) });
  }

  /** So many cores of agent `a`, and memory for one executor. */
  cores(cpus: number, agentId = 'a'): this {
    this.#offers += 1;
    return this.offers({ id: `o${this.#offers}`, agentId, cpus, memMiB: 4096 });
  }

  hold(...taskIds: string[]): this {
    return this.holdOn(0, ...taskIds);
  }

  holdOn(executorId: number, ...taskIds: string[]): this {
    for (const taskId of taskIds) {
      this.handle({ kind: 'hold', task: taskOf(taskId, executorId) });
    }
    return this;
  }

  ended(...taskIds: string[]): this {
    for (const taskId of taskIds) {
      this.handle({ kind: 'ended', taskId });
    }
    return this;
  }

  update(...status: Parameters<typeof makeStatus>): this {
    return this.handle({ kind: 'update', status: makeStatus(...status) });
  }

  running(...taskIds: string[]): this {
    for (const taskId of taskIds) {
      this.update(taskId, 'TASK_RUNNING');
    }
    return this;
  }

  /** Slots open their lines. */
  connected(...taskIds: string[]): this {
    for (const taskId of taskIds) {
      this.handle({ kind: 'slotConnected', taskId });
    }
    return this;
  }

  /** Moves the time on, waking the scheduler whenever it wants to be woken. */
  advance(milliseconds: number): this {
    const endMs = this.nowMs + milliseconds;
    for (let wakes = 0; ; wakes += 1) {
      const wakeMs = this.scheduler.nextWakeMs();
      if (wakeMs === undefined || wakeMs > endMs) {
        break;
      }
      if (wakes > milliseconds + 1000) {
        throw new Error(`it wants to be woken again and again at ${wakeMs}, and it is ${this.nowMs}`);
      }
      this.nowMs = Math.max(this.nowMs, wakeMs);
      this.handle({ kind: 'wake' });
    }
    this.nowMs = endMs;
    return this;
  }

  /** The effects of a kind since the last {@link forget}. */
  of<Kind extends FineEffect['kind']>(kind: Kind): EffectOf<Kind>[] {
    return this.effects.filter((effect): effect is EffectOf<Kind> => effect.kind === kind);
  }

  /** What it wants done, without what concerns the connection alone. */
  kinds(): string[] {
    return this.effects.map(({ kind }) => kind).filter((kind) => kind !== 'acknowledge');
  }

  forget(): this {
    this.effects = [];
    return this;
  }

  /** The tasks launched in Mesos. */
  launched(): mesos.v1.ITaskInfo[] {
    return this.of('accept').flatMap(({ tasks }) => tasks);
  }

  /** Ids of the tasks launched in Mesos. */
  launchedIds(): string[] {
    return this.launched().map(({ taskId }) => taskId.value);
  }

  /** The tasks passed on, in order; those that are to be killed with `!`. */
  passed(): string[] {
    return this.of('pass').map(({ task, reason }) => `${task.taskId}${reason === 'killed' ? '!' : ''}`);
  }

  /** The Mesos tasks that are to end, in whatever way they are told. */
  kills(): string[] {
    return this.effects
      .filter(({ kind }) => ['kill', 'tellEnd', 'endSlot'].includes(kind))
      .map((effect) => effect as EffectOf<'kill'>)
      .map(({ taskId }) => taskId);
  }

  lost(): string[] {
    return this.of('taskLost').map(
      ({ task, detail }) => `${task.taskId} ${detail.wasPassed ? 'passed' : 'held'}`,
    );
  }

  /** All declines, as `offer ids reason seconds`. */
  declines(): string[] {
    return this.of('decline').map(
      ({ offerIds, reason, refuseSeconds }) =>
        `${offerIds.join('+')} ${reason} ${refuseSeconds ?? 'default'}`,
    );
  }

  /** The states told, as `executor id state`. */
  states(): string[] {
    return this.of('executorState').map(({ executor, state }) => `${executor.executorId} ${state}`);
  }
}

/** A task of Spark's: its id is a number, and its name has it. */
export function taskOf(taskId: string, executorId = 0): FineTask {
  return { taskId, name: `task ${taskId}.0 in stage 0.0 (TID ${taskId})`, executorId };
}

/** A scheduler with the executor p-e-0 at work on agent `a`, which has all cores but its own free. */
export function withExecutor(settings: Partial<FineSettings> = {}): Harness {
  return new Harness(settings).subscribed().cores(4).running('p-e-0').advance(2000).forget();
}

/** The same where slots open lines. */
export function withLines(settings: Partial<FineSettings> = {}): Harness {
  const slotLine = (taskId: string) => ({ host: 'gateway', port: 7200, token: `token of ${taskId}` });
  const harness = new Harness(settings, plainLaunch, false, slotLine);
  return harness.subscribed().cores(4).running('p-e-0').advance(2000).forget();
}

export function plainLaunch(executor: { readonly executorId: number }) {
  return { name: `executor ${executor.executorId}`, command: { shell: false, value: '/bin/true' } };
}

/** What a task, or its Mesos executor, holds of a resource, by role. */
export function heldOf(resources: readonly mesos.v1.IResource[] | null | undefined): Record<string, number> {
  const held: Record<string, number> = {};
  for (const { name, scalar, allocationInfo } of resources ?? []) {
    const key = `${name}(${allocationInfo?.role ?? '*'})`;
    held[key] = Math.round(((held[key] ?? 0) + (scalar?.value ?? 0)) * 1000) / 1000;
  }
  return held;
}

import type { mesos } from '@spark-mesos/mesos-proto';
import type { OfferSketch } from '@spark-mesos/scheduler-utils/testing';
import { makeOffer, makeStatus } from '@spark-mesos/scheduler-utils/testing';
import type {
  CoarseEffect,
  CoarseEvent,
  CoarseSettings,
  ExecutorPlacement,
  ExecutorRequest,
  ExecutorTotals,
} from '../../src/index.ts';
import { CoarseScheduler, DEFAULT_COARSE_SETTINGS } from '../../src/index.ts';

type EffectOf<Kind extends CoarseEffect['kind']> = Extract<CoarseEffect, { kind: Kind }>;

/** An executor of 1 core and 1 GiB of heap: 1408 MiB with overhead. */
export const SMALL: ExecutorRequest = { cores: 1, memoryMiB: 1024 };

/** Drives a scheduler through events, and keeps what it wants done since the last look. */
export class Harness {
  readonly scheduler: CoarseScheduler;
  nowMs = 1_000_000;
  effects: CoarseEffect[] = [];

  constructor(settings: Partial<CoarseSettings> = {}, launch = plainLaunch, isReturning = false) {
    this.scheduler = new CoarseScheduler({
      settings: { ...DEFAULT_COARSE_SETTINGS, ...settings },
      taskIdPrefix: 'p',
      launch,
      isReturning,
      random: () => 0,
    });
  }

  /** REVIVE is answered at once, unless a test wants to answer itself. */
  answersRevive = true;

  handle(event: CoarseEvent): this {
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

  wants(request: ExecutorRequest = SMALL): this {
    return this.totals(new Map([[0, request]]));
  }

  totals(totals: ExecutorTotals): this {
    return this.handle({ kind: 'executorTotals', totals });
  }

  offers(...sketches: OfferSketch[]): this {
    return this.handle({ kind: 'offers', offers: sketches.map(makeOffer) });
  }

  update(...status: Parameters<typeof makeStatus>): this {
    return this.handle({ kind: 'update', status: makeStatus(...status) });
  }

  /** Moves the time on, waking the scheduler whenever it wants to be woken. */
  advance(milliseconds: number): this {
    const endMs = this.nowMs + milliseconds;
    for (;;) {
      const wakeMs = this.scheduler.nextWakeMs();
      if (wakeMs === undefined || wakeMs > endMs) {
        break;
      }
      this.nowMs = Math.max(this.nowMs, wakeMs);
      this.handle({ kind: 'wake' });
    }
    this.nowMs = endMs;
    return this;
  }

  /** The effects of a kind since the last {@link forget}. */
  of<Kind extends CoarseEffect['kind']>(kind: Kind): EffectOf<Kind>[] {
    return this.effects.filter((effect): effect is EffectOf<Kind> => effect.kind === kind);
  }

  kinds(): string[] {
    return this.effects.map(({ kind }) => kind);
  }

  forget(): this {
    this.effects = [];
    return this;
  }

  /** All executors launched, in the order of their numbers. */
  executors(): ExecutorPlacement[] {
    const executors = this.of('accept').flatMap((accept) => accept.executors);
    return executors.sort((one, other) => one.executorId - other.executorId);
  }

  /** All tasks launched, as `offer ids: cores`. */
  launches(): string[] {
    return this.of('accept').flatMap(({ offerIds, tasks }) =>
      tasks.map((task) => `${offerIds.join('+')}: ${scalarOf(task, 'cpus')}`),
    );
  }

  /** All declines, as `offer ids reason seconds`. */
  declines(): string[] {
    return this.of('decline').map(
      ({ offerIds, reason, refuseSeconds }) =>
        `${offerIds.join('+')} ${reason} ${refuseSeconds ?? 'default'}`,
    );
  }
}

/** A scheduler with `count` executors p-0, p-1… that were launched on agent `a`, a second ago. */
export function launched(count: number, settings: Partial<CoarseSettings> = {}): Harness {
  return new Harness(settings)
    .subscribed()
    .wants({ ...SMALL, total: count })
    .offers({ id: 'o1', agentId: 'a', cpus: count, memMiB: 10_000 * count })
    .advance(1000)
    .forget();
}

/** The states told since the last look, as `executor id state`. */
export function states(harness: Harness): string[] {
  return harness.of('executorState').map(({ executor, state }) => `${executor.executorId} ${state}`);
}

export function plainLaunch(executor: { readonly executorId: number }) {
  return { name: `app ${executor.executorId}`, command: { shell: false, value: '/bin/true' } };
}

/** What a task holds of a resource, summed up in thousandths, as Mesos does. */
export function scalarOf(task: mesos.v1.ITaskInfo, name: string): number {
  const thousandths = (task.resources ?? [])
    .filter((entry) => entry.name === name)
    .reduce((sum, entry) => sum + Math.round((entry.scalar?.value ?? 0) * 1000), 0);
  return thousandths / 1000;
}

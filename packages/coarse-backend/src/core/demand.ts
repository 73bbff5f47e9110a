import type { ExecutorMemory } from '@spark-mesos/scheduler-utils';
import { executorMemory, toThousandths } from '@spark-mesos/scheduler-utils';
import type { ExecutorTotals } from '../model.ts';
import type { CoarseSettings } from '../settings.ts';
import type { ExecutorRegistry } from './executors.ts';

/** One size of executor that is asked for, ready to be held against offers. */
export interface Profile {
  readonly id: number;
  /** Exact cores; `undefined`: all whole cores of an offer (rule C7). */
  readonly cores: number | undefined;
  readonly memory: ExecutorMemory;
  readonly memThousandths: number;
  /** How many shall be alive; infinite without a limit (rule C8). */
  readonly total: number;
}

/** Why nothing more is wanted. */
export type SatisfiedReason = 'NOTHING_WANTED' | 'MAX_CORES_REACHED';

/**
 * What the application wants and does not have yet.
 *
 * `spark.cores.max` is never exceeded; since executors are whole, that is the rounding down of rule C6.
 */
export class Demand {
  readonly #settings: CoarseSettings;
  readonly #executors: ExecutorRegistry;
  #profiles: readonly Profile[] = [];
  #generation = 0;

  constructor(settings: CoarseSettings, executors: ExecutorRegistry) {
    this.#settings = settings;
    this.#executors = executors;
  }

  /** Changes whenever the totals do. */
  get generation(): number {
    return this.#generation;
  }

  /** Sets what is wanted from now on. Says whether anything is wanted that was not wanted before. */
  setTotals(totals: ExecutorTotals): boolean {
    const before = new Map(this.#profiles.map((profile) => [profile.id, profile]));
    this.#generation += 1;
    this.#profiles = [...totals]
      .sort(([one], [other]) => one - other)
      .map(([id, request]) => {
        const memory = executorMemory(request, this.#settings.memory);
        return {
          id,
          cores: request.cores,
          memory,
          memThousandths: toThousandths(memory.totalMiB),
          total: request.total ?? Number.POSITIVE_INFINITY,
        };
      });
    return this.open().some((profile) => {
      const earlier = before.get(profile.id);
      return (
        earlier === undefined ||
        earlier.total < profile.total ||
        earlier.cores !== profile.cores ||
        earlier.memThousandths !== profile.memThousandths
      );
    });
  }

  /** Cores that may still be taken. */
  get coresLeft(): number {
    return (this.#settings.coresMax ?? Number.POSITIVE_INFINITY) - this.#executors.cores;
  }

  /** GPUs that may still be taken (rule C24). */
  get gpusLeft(): number {
    return Math.max(0, this.#settings.gpusMax - this.#executors.gpus);
  }

  /** How many of a profile are missing; infinite without a limit. */
  missing(profile: Profile): number {
    return Math.max(0, profile.total - this.#executors.countOf(profile.id));
  }

  /** The profiles of which at least one more executor is wanted and allowed, in the order of their ids. */
  open(): readonly Profile[] {
    const { coresLeft } = this;
    const gpusAllow = this.gpusLeft >= (this.#settings.executorGpus ?? 0);
    if (coresLeft < 1 || !gpusAllow) {
      return [];
    }
    return this.#profiles.filter((profile) => (profile.cores ?? 1) <= coresLeft && this.missing(profile) > 0);
  }

  /** Why {@link open} is empty. */
  get satisfiedReason(): SatisfiedReason {
    return this.#profiles.some((profile) => this.missing(profile) > 0)
      ? 'MAX_CORES_REACHED'
      : 'NOTHING_WANTED';
  }

  /**
   * How many more executors are wanted altogether, at least; `undefined` when there is no end to it: then a job is
   * content with what it has.
   */
  get missingInAll(): number | undefined {
    const sum = this.open().reduce((soFar, profile) => soFar + this.#missingWithinCores(profile), 0);
    return Number.isFinite(sum) ? sum : undefined;
  }

  #missingWithinCores(profile: Profile): number {
    const missing = this.missing(profile);
    if (this.#settings.coresMax === undefined) {
      return missing;
    }
    // An executor that takes whole offers may take all cores that are left.
    return profile.cores === undefined ? 1 : Math.min(missing, Math.floor(this.coresLeft / profile.cores));
  }
}

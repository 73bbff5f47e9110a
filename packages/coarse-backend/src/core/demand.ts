import type { ExecutorMemory } from '@spark-mesos/scheduler-utils';
import { executorMemory, toThousandths } from '@spark-mesos/scheduler-utils';
import type { ExecutorRequest, ExecutorTotals } from '../model.ts';
import type { CoarseSettings } from '../settings.ts';
import type { ExecutorRegistry } from './executors.ts';

/** One size of executor that is asked for, ready to be held against offers. */
export interface Profile {
  readonly id: number;
  /** Exact cores; `undefined`: all whole cores of an offer (rule C7). */
  readonly cores: number | undefined;
  /** Exact GPUs; `undefined`: what an offer has, up to `spark.mesos.gpus.max` (rule C24). */
  readonly gpus: number | undefined;
  readonly memory: ExecutorMemory;
  readonly memThousandths: number;
  /** How many shall be alive; infinite without a limit (rule C8). */
  readonly total: number;
  /** Hosts on which work waits that should run there; `undefined`: any host is as good (rule C28). */
  readonly preferredHosts: ReadonlySet<string> | undefined;
}

/** A limit of the application that leaves no room for another executor. */
export interface LimitReached {
  readonly ok: false;
  readonly reason: 'MAX_CORES_REACHED' | 'MAX_GPUS_REACHED' | 'MAX_MEMORY_REACHED';
  readonly setting: string;
  readonly max: number;
  /** What the executors alive hold of it. */
  readonly held: number;
  /** What one more would add. */
  readonly need: number;
}

/** Why nothing more is wanted. */
export type SatisfiedReason = 'NOTHING_WANTED' | LimitReached['reason'];

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

  /** All profiles, in the order of their ids, wanted at present or not. */
  get profiles(): readonly Profile[] {
    return this.#profiles;
  }

  /** Sets what is wanted from now on. Says whether anything is wanted that was not wanted before. */
  setTotals(totals: ExecutorTotals): boolean {
    const before = new Map(this.#profiles.map((profile) => [profile.id, profile]));
    this.#generation += 1;
    this.#profiles = [...totals]
      .sort(([one], [other]) => one - other)
      .map(([id, request]) => this.#profile(id, request));
    return this.open().some((profile) => {
      const earlier = before.get(profile.id);
      return (
        earlier === undefined ||
        earlier.total < profile.total ||
        earlier.cores !== profile.cores ||
        earlier.gpus !== profile.gpus ||
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

  /** How many of a profile are alive. */
  alive(profile: Profile): number {
    return this.#executors.countOf(profile.id);
  }

  /** The profiles of which at least one more executor is wanted and allowed, in the order of their ids. */
  open(): readonly Profile[] {
    // Asked for after every launch: mostly it is all of them, or the only one is satisfied.
    return this.#profiles.every(this.#isOpen) ? this.#profiles : this.#profiles.filter(this.#isOpen);
  }

  /** The limit that allows no further executor of a profile; `undefined`: none does. */
  limitOf(profile: Profile): LimitReached | undefined {
    const { coresMax, gpusMax, memoryMaxMiB } = this.#settings;
    const { cores, gpus, memoryMiB } = this.#executors;
    const neededCores = profile.cores ?? 1;
    if (coresMax !== undefined && cores + neededCores > coresMax) {
      return limit('MAX_CORES_REACHED', 'spark.cores.max', coresMax, cores, neededCores);
    }
    const neededGpus = profile.gpus ?? 0;
    if (gpus + neededGpus > gpusMax && neededGpus > 0) {
      return limit('MAX_GPUS_REACHED', 'spark.mesos.gpus.max', gpusMax, gpus, neededGpus);
    }
    const neededMiB = profile.memory.totalMiB;
    if (memoryMaxMiB !== undefined && memoryMiB + neededMiB > memoryMaxMiB) {
      return limit('MAX_MEMORY_REACHED', 'spark.mem.max', memoryMaxMiB, memoryMiB, neededMiB);
    }
    return undefined;
  }

  /** Why {@link open} is empty. */
  get satisfiedReason(): SatisfiedReason {
    const limited = this.#profiles.find((profile) => this.missing(profile) > 0);
    return (limited && this.limitOf(limited)?.reason) ?? 'NOTHING_WANTED';
  }

  /**
   * The first profile of which executors are missing that could be placed; else the first that has none at all
   * because of a limit, which more offers will not cure.
   */
  get waitingProfile(): Profile | undefined {
    return (
      this.open()[0] ??
      this.#profiles.find((profile) => this.missing(profile) > 0 && this.alive(profile) === 0)
    );
  }

  /**
   * How many more executors are wanted altogether, at least; `undefined` when there is no end to it: then a job is
   * content with what it has.
   */
  get missingInAll(): number | undefined {
    const sum = this.open().reduce((soFar, profile) => soFar + this.#missingWithinCores(profile), 0);
    return Number.isFinite(sum) ? sum : undefined;
  }

  readonly #isOpen = (profile: Profile): boolean =>
    this.missing(profile) > 0 && this.limitOf(profile) === undefined;

  #profile(id: number, request: ExecutorRequest): Profile {
    const { dynamicAllocation, executorGpus } = this.#settings;
    const memory = executorMemory(request, this.#settings.memory);
    // With dynamic allocation the limit starts at 0 and rises with what is asked for (rule C8).
    const total = request.total ?? (dynamicAllocation ? 0 : Number.POSITIVE_INFINITY);
    const hosts = [...(request.preferredHosts?.keys() ?? [])];
    return {
      id,
      cores: request.cores,
      gpus: request.gpus ?? executorGpus,
      memory,
      memThousandths: toThousandths(memory.totalMiB),
      total,
      preferredHosts: dynamicAllocation && hosts.length > 0 ? new Set(hosts) : undefined,
    };
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

function limit(
  reason: LimitReached['reason'],
  setting: string,
  max: number,
  held: number,
  need: number,
): LimitReached {
  return { ok: false, reason, setting, max, held, need };
}

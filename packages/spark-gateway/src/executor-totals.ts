import type { ExecutorRequest } from '@spark-mesos/coarse-backend';
import type { ApplicationDescription, ExecutorTotals, ResourceProfile } from '@spark-mesos/spark-rpc';
import { GPU } from './executor-resources.ts';

/** Memory of an executor whose profile does not say (Spark's own default of spark.executor.memory). */
const DEFAULT_MEMORY_MIB = 1024;

/**
 * Which executors an application wants, by resource profile. A profile is described once and then only named by
 * its id, so the descriptions are kept.
 */
export class WantedExecutors {
  readonly #profiles = new Map<number, ResourceProfile>();
  readonly #defaultProfile: ResourceProfile;
  #totals: ReadonlyMap<number, number | undefined>;

  constructor(application: ApplicationDescription) {
    this.#defaultProfile = application.defaultProfile;
    this.#profiles.set(application.defaultProfile.id, application.defaultProfile);
    // Without dynamic allocation there is no limit: as many as spark.cores.max and the offers allow.
    this.#totals = new Map([[application.defaultProfile.id, application.initialExecutorLimit]]);
  }

  /** Takes a RequestExecutors: its totals replace all earlier ones, as in Spark's Master. */
  request(totals: ExecutorTotals): void {
    for (const [id, { profile }] of totals) {
      if (profile !== undefined) this.#profiles.set(id, profile);
    }
    this.#totals = new Map([...totals].map(([id, { total }]) => [id, total]));
  }

  /** In the engine's terms. */
  totals(): ReadonlyMap<number, ExecutorRequest> {
    return new Map([...this.#totals].map(([id, total]) => [id, this.#total(id, total)]));
  }

  /** An executor of the application's own profile. */
  get default(): ExecutorRequest {
    return this.#total(this.#defaultProfile.id, undefined);
  }

  /** How a profile was described; the default one where it says nothing of executors (TaskResourceProfile). */
  profileOf(id: number): ResourceProfile {
    const profile = this.#profiles.get(id) ?? this.#defaultProfile;
    return isForTasksOnly(profile) ? { ...this.#defaultProfile, id } : profile;
  }

  /**
   * Whether the application counts GPUs by Spark's own resources. Then an executor that is to have none takes none, and
   * does not, as the first executors do by rule C24, take what another profile waits for.
   */
  get #namesGpus(): boolean {
    return [...this.#profiles.values()].some(({ otherResources }) => otherResources.has(GPU));
  }

  /** In Spark a profile's own words go before those of the settings, which stand for the default profile. */
  #total(id: number, total: number | undefined): ExecutorRequest {
    const profile = this.profileOf(id);
    return {
      memoryMiB: profile.memoryMiB ?? this.#defaultProfile.memoryMiB ?? DEFAULT_MEMORY_MIB,
      ...defined('cores', profile.cores ?? this.#defaultProfile.cores),
      ...defined('memoryOverheadMiB', profile.memoryOverheadMiB),
      ...defined('offHeapMiB', profile.offHeapMiB),
      ...defined('pysparkMemoryMiB', profile.pysparkMemoryMiB),
      ...defined('gpus', profile.otherResources.get(GPU) ?? (this.#namesGpus ? 0 : undefined)),
      ...defined('total', total),
    };
  }
}

function isForTasksOnly(profile: ResourceProfile): boolean {
  const { cores, memoryMiB, offHeapMiB, memoryOverheadMiB, pysparkMemoryMiB, otherResources } = profile;
  const amounts = [cores, memoryMiB, offHeapMiB, memoryOverheadMiB, pysparkMemoryMiB];
  return otherResources.size === 0 && amounts.every((amount) => amount === undefined);
}

function defined<Key extends string>(key: Key, value: number | undefined): { [K in Key]?: number } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]: number });
}

import type { CoarseSettings } from '../settings.ts';
import type { Profile } from './demand.ts';

/** What one executor takes of an offer; executors of one size have it in common. */
export interface Share {
  readonly ok: true;
  readonly profileId: number;
  readonly cores: number;
  /** Those that the executor announces (rule C16). */
  readonly advertisedCores: number;
  readonly gpus: number;
  /** The heap that the application asked for. */
  readonly memoryMiB: number;
  /** What the task holds: heap, overhead and the rest. */
  readonly taskMemoryMiB: number;
}

/** Makes shares: the same one again as long as they are alike, which they mostly are. */
export class ShareMaker {
  readonly #extraCores: number;
  #profile: Profile | undefined;
  #last: Share | undefined;

  constructor({ extraCores }: Pick<CoarseSettings, 'extraCores'>) {
    this.#extraCores = extraCores;
  }

  make(profile: Profile, cores: number, gpus: number): Share {
    const last = this.#last;
    if (last !== undefined && this.#profile === profile && last.cores === cores && last.gpus === gpus) {
      return last;
    }
    this.#profile = profile;
    this.#last = {
      ok: true,
      profileId: profile.id,
      cores,
      advertisedCores: cores + this.#extraCores,
      gpus,
      memoryMiB: profile.memory.heapMiB,
      taskMemoryMiB: profile.memory.totalMiB,
    };
    return this.#last;
  }
}

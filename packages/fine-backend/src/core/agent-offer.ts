import type { mesos } from '@spark-mesos/mesos-proto';
import {
  type AgentId,
  agentIdOf,
  type OfferId,
  offerIdOf,
  type PartitionOptions,
  partitionPorts,
  type Refusal,
  sumScalars,
  takeScalar,
} from '@spark-mesos/scheduler-utils';

/** What is taken of an offer at once; what is 0 or not there is not asked for. */
export interface Needs {
  readonly cpus: number;
  readonly memMiB?: number;
  readonly gpus?: number;
  readonly diskMiB?: number;
  readonly ports?: readonly number[];
}

/** What was taken, or why it cannot be. */
export type Taking = { readonly ok: true; readonly resources: mesos.v1.IResource[] } | Refusal;

/**
 * All offers of one agent for one role, as one (rule F64), with what is left of them. The original kept the last of
 * them and forgot the others until they timed out (F24).
 */
export class AgentOffer {
  readonly agentId: AgentId;
  readonly hostname: string;
  /** The first of them: where it is. */
  readonly offer: mesos.v1.IOffer;
  readonly offerIds: OfferId[] = [];
  readonly #order: NonNullable<PartitionOptions['order']>;
  #left: readonly mesos.v1.IResource[] = [];

  constructor(offer: mesos.v1.IOffer, reservedFirst: boolean) {
    this.agentId = agentIdOf(offer.agentId);
    this.hostname = offer.hostname;
    this.offer = offer;
    this.#order = reservedFirst ? 'reservedFirst' : 'offer';
    this.add(offer);
  }

  /** Cores that are left. */
  get cpus(): number {
    return sumScalars(this.#left).cpus / 1000;
  }

  get memMiB(): number {
    return sumScalars(this.#left).mem / 1000;
  }

  /** Whole GPUs that are left. */
  get gpus(): number {
    return Math.floor(sumScalars(this.#left).gpus / 1000);
  }

  add(offer: mesos.v1.IOffer): void {
    this.offerIds.push(offerIdOf(offer.id));
    this.#left = [...this.#left, ...(offer.resources ?? [])];
  }

  /**
   * Takes all of it or nothing. What is taken are clones of what was offered, so that roles, reservations and
   * allocation reach the task (rules F12, F27, U31, U32).
   */
  take({ cpus, memMiB = 0, gpus = 0, diskMiB = 0, ports = [] }: Needs): Taking {
    const resources: mesos.v1.IResource[] = [];
    let left = this.#left;
    for (const [name, amount] of Object.entries({ cpus, mem: memMiB, gpus, disk: diskMiB })) {
      if (amount > 0) {
        const taken = takeScalar(left, name, amount, { order: this.#order });
        if (!taken.ok) {
          return taken;
        }
        resources.push(...taken.used);
        left = taken.remaining;
      }
    }
    const taken = partitionPorts(left, ports);
    if (!taken.ok) {
      return taken;
    }
    this.#left = taken.remaining;
    return { ok: true, resources: [...resources, ...taken.used] };
  }
}

/** Offers by agent and role: those of different roles must not share an ACCEPT. */
export function agentOffers(
  offers: readonly mesos.v1.IOffer[],
  reservedFirst: boolean,
): readonly AgentOffer[] {
  const merged = new Map<string, AgentOffer>();
  for (const offer of offers) {
    const key = `${offer.agentId?.value} ${offer.allocationInfo?.role ?? '*'}`;
    const known = merged.get(key);
    if (known === undefined) {
      merged.set(key, new AgentOffer(offer, reservedFirst));
    } else {
      known.add(offer);
    }
  }
  return [...merged.values()];
}

import { toThousandths } from '@spark-mesos/scheduler-utils';
import type { DriverResources } from '../model/submission.ts';
import type { SuperviseRules } from '../settings.ts';

/**
 * What the queue, the offers and the supervision need to know of a submission, worked out when it is submitted and kept
 * with it: a dispatcher that starts again with many thousands of drivers reads no settings.
 */
export interface DriverPlan {
  readonly name: string;
  readonly mainClass: string;
  readonly queue: string;
  readonly resources: DriverResources;
  /** `spark.mesos.driver.constraints` as the user wrote it. */
  readonly constraints: string;
  readonly supervision: SuperviseRules;
  readonly killGraceMs?: number | undefined;
}

/** What a driver asks of an offer. Submissions that ask for the same share one, since most of a queue is alike. */
export interface Demand {
  readonly cpus: number;
  readonly mem: number;
  readonly disk: number;
  readonly constraints: string;
}

/** Keeps one object for each demand, so that they can be compared by identity. */
export class Demands {
  readonly #byKey = new Map<string, Demand>();

  /** Amounts in thousandths, as offers are counted. */
  of({ resources, constraints }: Pick<DriverPlan, 'resources' | 'constraints'>): Demand {
    const { cpus, memMiB, diskMiB } = resources;
    const key = `${cpus} ${memMiB} ${diskMiB} ${constraints}`;
    let demand = this.#byKey.get(key);
    if (demand === undefined) {
      demand = {
        cpus: toThousandths(cpus),
        mem: toThousandths(memMiB),
        disk: toThousandths(diskMiB),
        constraints,
      };
      this.#byKey.set(key, demand);
    }
    return demand;
  }

  /** Keeps those alone that are still asked for: called now and then, since users may write anything. */
  retain(demands: Iterable<Demand>): void {
    const used = new Set(demands);
    for (const [key, demand] of this.#byKey) {
      if (!used.has(demand)) this.#byKey.delete(key);
    }
  }

  get size(): number {
    return this.#byKey.size;
  }
}

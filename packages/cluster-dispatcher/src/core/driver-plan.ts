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

/** So many parts of plans are kept to be shared. */
const MAX_SHARED = 1000;

/** Keeps one object for each demand, so that they can be compared by identity, and one of other parts of plans. */
export class Demands {
  readonly #byKey = new Map<string, Demand>();
  readonly #resources = new Map<string, DriverResources>();
  readonly #supervisions = new Map<string, SuperviseRules>();

  /** The same plan, in the parts that others have as well: most of a queue is alike. */
  shared(plan: DriverPlan): DriverPlan {
    const { cpus, memMiB, heapMiB, diskMiB } = plan.resources;
    const { supervise, maxRetries, resetAfterMs, finalExitStatuses, unreachableTimeoutMs } = plan.supervision;
    const statuses = finalExitStatuses.map(({ first, last }) => `${first}-${last}`).join();
    return {
      ...plan,
      resources: known(this.#resources, `${cpus} ${memMiB} ${heapMiB} ${diskMiB}`, plan.resources),
      supervision: known(
        this.#supervisions,
        `${supervise} ${maxRetries} ${resetAfterMs} ${statuses} ${unreachableTimeoutMs}`,
        plan.supervision,
      ),
    };
  }

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
}

/** The part that is kept under that key, which is this one where there is none. */
function known<Part>(parts: Map<string, Part>, key: string, part: Part): Part {
  const found = parts.get(key);
  if (found !== undefined) return found;
  if (parts.size >= MAX_SHARED) parts.clear();
  parts.set(key, part);
  return part;
}

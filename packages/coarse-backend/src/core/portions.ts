import type { mesos } from '@spark-mesos/mesos-proto';
import { fromThousandths, type Thousandths, toThousandths } from '@spark-mesos/scheduler-utils';
import type { Executor } from './executor.ts';
import type { CommonTakings } from './remaining.ts';
import { RemainingPorts } from './remaining-ports.ts';
import { amountOf, inOrder, isTakeable, type ResourceOrder, type ScalarName } from './takeable.ts';

/** A scalar entry of an offer, and how much of it is left. */
interface Portion {
  readonly source: mesos.v1.IResource;
  left: Thousandths;
}

/** An offer taken apart into entries, of which one executor after another is given its share (rules U31, U32). */
export class Portions {
  readonly cpus: Portion[] = [];
  readonly mem: Portion[] = [];
  readonly gpus: Portion[] = [];
  readonly disk: Portion[] = [];
  readonly #resources: readonly mesos.v1.IResource[];
  #ports: RemainingPorts | undefined;

  constructor(resources: readonly mesos.v1.IResource[], order: ResourceOrder) {
    this.#resources = inOrder(resources, order, (entry) => entry);
    for (const source of this.#resources) {
      if (isTakeable(source)) {
        this[source.name].push({ source, left: amountOf(source) });
      }
    }
  }

  /** What is left of several offers of one agent. */
  static merged(parts: readonly Portions[], order: ResourceOrder): Portions {
    const whole = new Portions([], order);
    for (const name of ['cpus', 'mem', 'gpus', 'disk'] as const) {
      const portions = parts.flatMap((part) => part[name]);
      whole[name].push(...inOrder(portions, order, ({ source }) => source));
    }
    whole.#ports = RemainingPorts.merged(parts.map((part) => part.ports));
    return whole;
  }

  /** The ports that are left. */
  get ports(): RemainingPorts {
    this.#ports ??= new RemainingPorts(this.#resources);
    return this.#ports;
  }

  /**
   * Takes what an executor's task gets, in the order of rule C23: cpus, mem, ports, gpus; and disk. What is taken
   * carries role and reservation as offered.
   */
  take({ share, ports: own }: Executor, { ports, diskMiB }: CommonTakings): mesos.v1.IResource[] {
    const parts: mesos.v1.IResource[] = [];
    this.takeScalar('cpus', toThousandths(share.cores), parts);
    this.takeScalar('mem', toThousandths(share.taskMemoryMiB), parts);
    if (ports.length > 0 || own.length > 0) {
      parts.push(...this.ports.take(ports), ...this.ports.take(own));
    }
    this.takeScalar('gpus', toThousandths(share.gpus), parts);
    this.takeScalar('disk', toThousandths(diskMiB), parts);
    return parts;
  }

  /** Takes an amount that is there, and adds the parts that carry it. */
  takeScalar(name: ScalarName, amount: Thousandths, parts: mesos.v1.IResource[]): void {
    let wanted = amount;
    for (const portion of this[name]) {
      if (wanted <= 0) {
        return;
      }
      const taken = Math.min(wanted, portion.left);
      if (taken > 0) {
        parts.push(partOf(portion.source, taken));
        portion.left -= taken;
        wanted -= taken;
      }
    }
  }
}

/** A clone with another amount: role, reservations, allocation and provider stay as they were offered (U32, U33). */
function partOf(source: mesos.v1.IResource, amount: Thousandths): mesos.v1.IResource {
  return { ...source, scalar: { value: fromThousandths(amount) } };
}

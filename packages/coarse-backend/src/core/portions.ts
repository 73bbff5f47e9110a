import type { mesos } from '@spark-mesos/mesos-proto';
import { fromThousandths, type Thousandths, toThousandths } from '@spark-mesos/scheduler-utils';
import type { Executor } from './executor.ts';
import type { CommonTakings } from './remaining.ts';
import { RemainingPorts } from './remaining-ports.ts';
import { amountOf, inOrder, type ResourceOrder, type ScalarName, scalarNameOf } from './takeable.ts';

/** A scalar entry of an offer, and how much of it is left. */
interface Portion {
  readonly name: ScalarName;
  readonly source: mesos.v1.IResource;
  left: Thousandths;
  /** The part that was taken last: executors are mostly of one size, and nobody changes a part once it is made. */
  part: mesos.v1.IResource | undefined;
  partAmount: Thousandths;
}

/** An offer taken apart into entries, of which one executor after another is given its share (rules U31, U32). */
export class Portions {
  readonly #resources: readonly mesos.v1.IResource[];
  #portions: readonly Portion[];
  #ports: RemainingPorts | undefined;

  constructor(resources: readonly mesos.v1.IResource[], order: ResourceOrder) {
    this.#resources = inOrder(resources, order, (entry) => entry);
    this.#portions = this.#resources.flatMap((source) => {
      const name = scalarNameOf(source);
      return name === undefined
        ? []
        : { name, source, left: amountOf(source), part: undefined, partAmount: 0 };
    });
  }

  /** What is left of several offers of one agent. */
  static merged(parts: readonly Portions[], order: ResourceOrder): Portions {
    const whole = new Portions([], order);
    const portions = parts.flatMap((part) => part.#portions);
    whole.#portions = inOrder(portions, order, ({ source }) => source);
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
    for (const portion of this.#portions) {
      if (wanted > 0 && portion.name === name && portion.left > 0) {
        const taken = Math.min(wanted, portion.left);
        parts.push(partOf(portion, taken));
        portion.left -= taken;
        wanted -= taken;
      }
    }
  }
}

/** A clone with another amount: role, reservations, allocation and provider stay as they were offered (U32, U33). */
function partOf(portion: Portion, amount: Thousandths): mesos.v1.IResource {
  if (portion.part === undefined || portion.partAmount !== amount) {
    portion.part = { ...portion.source, scalar: { value: fromThousandths(amount) } };
    portion.partAmount = amount;
  }
  return portion.part;
}

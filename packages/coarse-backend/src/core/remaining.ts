import type { mesos } from '@spark-mesos/mesos-proto';
import { type Thousandths, toThousandths } from '@spark-mesos/scheduler-utils';
import type { CoarseSettings } from '../settings.ts';
import { RemainingPorts } from './remaining-ports.ts';
import type { Share } from './share.ts';
import { amountOf, inOrder, type ResourceOrder, scalarNameOf } from './takeable.ts';

/** What executors are given beside their shares. */
export type CommonTakings = Pick<CoarseSettings, 'ports' | 'ephemeralPorts' | 'diskMiB'>;

/** Most executors take no ports of their own. */
const NO_PORTS: readonly number[] = Object.freeze([]);

/**
 * How much is left of an offer while executors are placed on it.
 *
 * Only sums are kept: of which entries an executor's task holds its share is settled when the task is made.
 */
export class RemainingResources {
  cpus: Thousandths = 0;
  mem: Thousandths = 0;
  gpus: Thousandths = 0;
  disk: Thousandths = 0;
  readonly #resources: readonly mesos.v1.IResource[];
  readonly #order: ResourceOrder;
  #ports: RemainingPorts | undefined;

  constructor(resources: readonly mesos.v1.IResource[], order: ResourceOrder) {
    this.#resources = resources;
    this.#order = order;
    for (const entry of resources) {
      const name = scalarNameOf(entry);
      if (name !== undefined) {
        this[name] += amountOf(entry);
      }
    }
  }

  /** Several offers of one agent as one. The parts must not be taken from any more if the whole is. */
  static merged(parts: readonly RemainingResources[], order: ResourceOrder): RemainingResources {
    const whole = new RemainingResources([], order);
    for (const { cpus, mem, gpus, disk } of parts) {
      whole.cpus += cpus;
      whole.mem += mem;
      whole.gpus += gpus;
      whole.disk += disk;
    }
    whole.#ports = RemainingPorts.merged(parts.map((part) => part.ports));
    return whole;
  }

  /** The ports that are left. */
  get ports(): RemainingPorts {
    this.#ports ??= new RemainingPorts(inOrder(this.#resources, this.#order, (entry) => entry));
    return this.#ports;
  }

  /** Takes what one executor gets, which must be there; returns the ports that were found for it. */
  take(
    { cores, gpus, taskMemoryMiB }: Share,
    { ports, ephemeralPorts, diskMiB }: CommonTakings,
  ): readonly number[] {
    this.cpus -= toThousandths(cores);
    this.mem -= toThousandths(taskMemoryMiB);
    this.gpus -= toThousandths(gpus);
    this.disk -= toThousandths(diskMiB);
    if (ports.length === 0 && ephemeralPorts === 0) {
      return NO_PORTS;
    }
    this.ports.take(ports);
    return this.ports.takeAny(ephemeralPorts);
  }
}

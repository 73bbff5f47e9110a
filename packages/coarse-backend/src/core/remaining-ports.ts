import type { mesos } from '@spark-mesos/mesos-proto';
import { mesos as mesosNamespace } from '@spark-mesos/mesos-proto';
import type { PortRange, Refusal } from '@spark-mesos/scheduler-utils';
import { rangesContain, rangesOf, rangesSize, shortage } from '@spark-mesos/scheduler-utils';

/** A `ports` entry of an offer, and the ranges of it that are left. */
interface PortPortion {
  readonly source: mesos.v1.IResource;
  free: readonly PortRange[];
}

const { RANGES } = mesosNamespace.v1.Value.Type;

/** The ports of an offer that no executor has taken yet. */
export class RemainingPorts {
  readonly #portions: readonly PortPortion[];

  constructor(resources: readonly mesos.v1.IResource[], portions?: readonly PortPortion[]) {
    this.#portions =
      portions ??
      resources
        .filter((entry) => entry.name === 'ports' && entry.type === RANGES)
        .map((source) => ({ source, free: rangesOf([source], 'ports') }));
  }

  /** Those of several offers of one agent together. */
  static merged(parts: readonly RemainingPorts[]): RemainingPorts {
    return new RemainingPorts(
      [],
      parts.flatMap((part) => part.#portions),
    );
  }

  /** Why the fixed ports and so many others cannot be had; `undefined`: they can (rule U41). */
  refusal(fixed: readonly number[], others: number): Refusal | undefined {
    if (fixed.length === 0 && others === 0) {
      return undefined;
    }
    const free = this.#portions.flatMap((portion) => portion.free);
    if (!fixed.every((port) => rangesContain(free, port))) {
      return { ok: false, reason: 'PORTS_MISSING', need: fixed, have: free };
    }
    const size = rangesSize(free);
    return size < fixed.length + others ? shortage('ports', fixed.length + others, size) : undefined;
  }

  /** Takes ports that are there: one entry for each (rule U42). */
  take(ports: readonly number[]): mesos.v1.IResource[] {
    const parts: mesos.v1.IResource[] = [];
    for (const port of ports) {
      const portion = this.#portions.find(({ free }) => rangesContain(free, port));
      if (portion !== undefined) {
        portion.free = portion.free.flatMap((range) => without(range, port));
        parts.push({ ...portion.source, ranges: { range: [{ begin: port, end: port }] } });
      }
    }
    return parts;
  }

  /** Takes so many of the ports that are left, the lowest of each range first, and says which. */
  takeAny(count: number): number[] {
    const taken: number[] = [];
    while (taken.length < count) {
      const port = this.#portions.find(({ free }) => free.length > 0)?.free[0]?.begin;
      if (port === undefined) {
        break;
      }
      this.take([port]);
      taken.push(port);
    }
    return taken;
  }
}

function without(range: PortRange, port: number): PortRange[] {
  const { begin, end } = range;
  if (port < begin || port > end) {
    return [range];
  }
  return [
    { begin, end: port - 1 },
    { begin: port + 1, end },
  ].filter((rest) => rest.begin <= rest.end);
}

import { mesos } from '@spark-mesos/mesos-proto';
import fc from 'fast-check';

const { SCALAR, RANGES } = mesos.v1.Value.Type;
const STATIC = mesos.v1.Resource.ReservationInfo.Type.STATIC;

/** Whose an entry is: everybody's, reserved in the old form, or reserved in the stacked one. */
const owner = fc.constantFrom('*', 'old', 'stacked');

function ownedBy(kind: string): Partial<mesos.v1.IResource> {
  if (kind === 'old') {
    return { role: 'dev', reservation: { principal: 'p' } };
  }
  return kind === 'stacked' ? { reservations: [{ type: STATIC, role: 'dev' }] } : { role: '*' };
}

const scalarEntry = fc
  .record({
    name: fc.constantFrom('cpus', 'mem', 'gpus', 'disk', 'other'),
    owner,
    thousandths: fc.integer({ min: 0, max: 9000 }),
  })
  .map(
    ({ name, owner: kind, thousandths }): mesos.v1.IResource => ({
      name,
      type: SCALAR,
      // Memory and disk by the GiB, and GPUs whole, so that executors fit often enough.
      scalar: { value: amountOf(name, thousandths) },
      ...ownedBy(kind),
    }),
  );

function amountOf(name: string, thousandths: number): number {
  switch (name) {
    case 'mem':
    case 'disk':
      return thousandths;
    case 'gpus':
      return Math.floor(thousandths / 3000);
    default:
      return thousandths / 1000;
  }
}

const portsEntry = fc
  .record({ owner, begin: fc.integer({ min: 1, max: 8 }), size: fc.integer({ min: 1, max: 6 }) })
  .map(
    ({ owner: kind, begin, size }): mesos.v1.IResource => ({
      name: 'ports',
      type: RANGES,
      ranges: { range: [{ begin, end: begin + size - 1 }] },
      ...ownedBy(kind),
    }),
  );

/** Resources of one offer, as several roles may hold them. Ports of several entries may not overlap. */
export const offeredResources = fc
  .tuple(fc.array(scalarEntry, { maxLength: 12 }), fc.option(portsEntry))
  .map(([scalars, ports]) => (ports === null ? scalars : [...scalars, ports]));

/** Offers of a few agents, for one of two roles each, with a rack. */
export const richOffers = fc
  .array(
    fc.record({
      agent: fc.integer({ min: 0, max: 3 }),
      role: fc.constantFrom('dev', 'prod'),
      resources: offeredResources,
    }),
    { maxLength: 10 },
  )
  .map((sketches) =>
    sketches.map(({ agent, role, resources }, index): mesos.v1.IOffer => {
      // Ports are the agent's own: two of its offers never hold the same.
      const own = resources.map((entry) => ({
        ...entry,
        allocationInfo: { role },
        ...(entry.ranges ? { ranges: { range: (entry.ranges.range ?? []).map(movedBy(index * 100)) } } : {}),
      }));
      return {
        id: { value: `o${index}` },
        frameworkId: { value: 'f' },
        agentId: { value: `a${agent}` },
        hostname: `h${agent}`,
        allocationInfo: { role },
        resources: own,
        attributes: [
          { name: 'rack', type: mesos.v1.Value.Type.TEXT, text: { value: `r${Math.floor(agent / 2)}` } },
        ],
      };
    }),
  );

function movedBy(offset: number) {
  return ({ begin, end }: mesos.v1.Value.IRange) => ({
    begin: Number(begin) + offset,
    end: Number(end) + offset,
  });
}

/** What makes two entries the same resource: all but their amount. */
export function kindOf(entry: mesos.v1.IResource): string {
  const { scalar: _scalar, ranges: _ranges, ...rest } = entry;
  return JSON.stringify(rest);
}

/** Amounts by kind; of ranges every number is a kind of its own. */
export function amounts(resources: readonly mesos.v1.IResource[]): Map<string, number> {
  const sums = new Map<string, number>();
  const add = (kind: string, amount: number) => sums.set(kind, (sums.get(kind) ?? 0) + amount);
  for (const entry of resources) {
    const kind = kindOf(entry);
    if (entry.scalar) {
      add(kind, Math.round(entry.scalar.value * 1000));
    }
    for (const { begin, end } of entry.ranges?.range ?? []) {
      for (let value = Number(begin); value <= Number(end); value += 1) {
        add(`${kind} ${value}`, 1);
      }
    }
  }
  return sums;
}

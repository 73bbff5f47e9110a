import { mesos } from '@spark-mesos/mesos-proto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createScalar,
  isReserved,
  partitionResources,
  sumScalar,
  sumScalars,
  takeScalar,
  toThousandths,
  wholeUnits,
} from '../../src/index.ts';

const { SCALAR, RANGES } = mesos.v1.Value.Type;

function scalar(name: string, value: number, rest: Partial<mesos.v1.IResource> = {}): mesos.v1.IResource {
  return { name, type: SCALAR, scalar: { value }, ...rest };
}

const ports = { name: 'ports', type: RANGES, ranges: { range: [{ begin: 31000, end: 32000 }] } };
const amounts = fc.integer({ min: 0, max: 1_000_000 }).map((thousandths) => thousandths / 1000);
const entries = fc.array(
  fc.record({
    name: fc.constantFrom('cpus', 'mem', 'disk'),
    type: fc.constant(SCALAR),
    scalar: fc.record({ value: amounts }),
    role: fc.constantFrom('*', 'dev', 'prod'),
  }),
  { maxLength: 12 },
);

describe('resources', () => {
  test('U30: sums the entries of a name over all roles', () => {
    const resources = [scalar('cpus', 1.5, { role: 'dev' }), scalar('mem', 100), scalar('cpus', 2), ports];
    expect(sumScalar(resources, 'cpus')).toBe(3.5);
    expect(sumScalar(resources, 'gpus')).toBe(0);
    expect(sumScalars(resources)).toEqual({ cpus: 3500, mem: 100_000, gpus: 0 });
  });

  test('U31: takes in the order of the offer and drops scalars that are used up, of any name', () => {
    const resources = [scalar('cpus', 1), scalar('mem', 0), ports, scalar('cpus', 4, { role: 'dev' })];
    const { used, remaining } = partitionResources(resources, 'cpus', 3);
    expect(used).toEqual([scalar('cpus', 1), scalar('cpus', 2, { role: 'dev' })]);
    expect(remaining).toEqual([ports, scalar('cpus', 2, { role: 'dev' })]);
  });

  test('U31: an amount of nothing uses nothing', () => {
    expect(partitionResources([scalar('cpus', 1)], 'cpus', 0).used).toEqual([]);
  });

  test('U31: takes what there is where there is too little', () => {
    const { used, remaining } = partitionResources([scalar('mem', 100)], 'mem', 300);
    expect(sumScalar(used, 'mem')).toBe(100);
    expect(remaining).toEqual([]);
  });

  test('U31: a refusal names what is short and by how much', () => {
    expect(takeScalar([scalar('cpus', 1.5)], 'cpus', 2)).toEqual({
      ok: false,
      reason: 'CPUS_SHORT',
      resource: 'cpus',
      need: 2,
      have: 1.5,
    });
    expect(takeScalar([scalar('bananas', 1)], 'bananas', 2)).toMatchObject({ reason: 'RESOURCE_SHORT' });
    expect(takeScalar([scalar('cpus', 2)], 'cpus', 2)).toMatchObject({ ok: true, remaining: [] });
  });

  test('U32, U33: entries are clones that keep allocation, reservations, disk, provider and unknown fields', () => {
    const entry = {
      ...scalar('cpus', 4),
      role: 'dev',
      allocationInfo: { role: 'dev' },
      reservation: { principal: 'somebody' },
      reservations: [{ role: 'dev', principal: 'p' }, { role: 'dev/etl' }],
      providerId: { value: 'provider' },
      disk: { volume: { containerPath: '/x', mode: 1 } },
      shared: {},
      revocable: {},
      $unknowns: [new Uint8Array([1])],
    };
    const { used, remaining } = partitionResources([entry], 'cpus', 1);
    expect(used).toEqual([{ ...entry, scalar: { value: 1 } }]);
    expect(remaining).toEqual([{ ...entry, scalar: { value: 3 } }]);
    expect(entry.scalar).toEqual({ value: 4 });
  });

  test('U34: makes a scalar with role and reservation', () => {
    expect(createScalar('mem', 10, 'dev', { principal: 'p' })).toEqual({
      ...scalar('mem', 10),
      role: 'dev',
      reservation: { principal: 'p' },
    });
  });

  test('U35: takes reserved entries first when asked to', () => {
    const reserved = scalar('cpus', 1, { role: 'dev' });
    const refined = scalar('cpus', 1, { reservations: [{ role: 'dev' }] });
    const resources = [scalar('cpus', 2), reserved, refined];
    expect(partitionResources(resources, 'cpus', 2, { order: 'reservedFirst' }).used).toEqual([
      reserved,
      refined,
    ]);
    expect(resources.map(isReserved)).toEqual([false, true, true]);
  });

  test('U36: amounts have three decimals, as in Mesos', () => {
    expect(sumScalar([scalar('cpus', 0.1), scalar('cpus', 0.2)], 'cpus')).toBe(0.3);
    expect(takeScalar([scalar('cpus', 0.1), scalar('cpus', 0.2)], 'cpus', 0.3)).toMatchObject({ ok: true });
    expect(takeScalar([scalar('cpus', 0.9999)], 'cpus', 1)).toMatchObject({ ok: true });
  });

  test('U36: a hundred thousand additions and subtractions come back to the start', () => {
    let sum = toThousandths(0.7);
    for (let count = 0; count < 100_000; count += 1) {
      sum += toThousandths(0.1);
    }
    for (let count = 0; count < 100_000; count += 1) {
      sum -= toThousandths(0.1);
    }
    expect(sum).toBe(700);
  });

  test('U37: cpus and gpus are given out whole, and memory is compared to the thousandth', () => {
    expect(wholeUnits(toThousandths(3.999))).toBe(3);
    expect(wholeUnits(toThousandths(0.9999))).toBe(1);
    expect(takeScalar([scalar('mem', 1408)], 'mem', 1408).ok).toBe(true);
    expect(takeScalar([scalar('mem', 1407.999)], 'mem', 1408)).toMatchObject({ reason: 'MEM_SHORT' });
  });

  test('U31: a shortage of disk has its own name', () => {
    expect(takeScalar([scalar('disk', 1)], 'disk', 2)).toMatchObject({ reason: 'DISK_SHORT', have: 1 });
  });

  test('U31: volumes and disks of their own are not given out in parts', () => {
    const volume = scalar('disk', 100, { disk: { persistence: { id: 'v' } } });
    const mount = scalar('disk', 100, {
      disk: { source: { type: mesos.v1.Resource.DiskInfo.Source.Type.MOUNT } },
    });
    const { used, remaining } = partitionResources([volume, mount, scalar('disk', 50)], 'disk', 30);
    expect(used).toEqual([scalar('disk', 30)]);
    expect(remaining).toEqual([volume, mount, scalar('disk', 20)]);
  });

  test('U31: nothing is made and nothing is lost, whatever is taken', () => {
    fc.assert(
      fc.property(
        entries,
        amounts,
        fc.constantFrom('offer' as const, 'reservedFirst' as const),
        (list, amount, order) => {
          const { used, remaining } = partitionResources(list, 'cpus', amount, { order });
          const total = toThousandths(sumScalar(list, 'cpus'));
          const taken = toThousandths(sumScalar(used, 'cpus'));
          expect(taken).toBe(Math.min(total, toThousandths(amount)));
          expect(taken + toThousandths(sumScalar(remaining, 'cpus'))).toBe(total);
          expect(sumScalar(remaining, 'mem')).toBe(sumScalar(list, 'mem'));
          expect(used.every((entry) => (entry.scalar?.value ?? 0) > 0)).toBe(true);
        },
      ),
    );
  });
});

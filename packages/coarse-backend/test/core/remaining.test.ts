import { mesos } from '@spark-mesos/mesos-proto';
import { partitionResources } from '@spark-mesos/scheduler-utils';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Portions } from '../../src/core/portions.ts';
import { RemainingResources } from '../../src/core/remaining.ts';
import { DEFAULT_COARSE_SETTINGS } from '../../src/index.ts';
import { offeredResources } from './rich-offers.ts';

const { SCALAR } = mesos.v1.Value.Type;
const order = fc.constantFrom('offer' as const, 'reservedFirst' as const);
const takes = fc.array(
  fc.record({
    name: fc.constantFrom('cpus' as const, 'mem' as const, 'gpus' as const, 'disk' as const),
    part: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  { maxLength: 8 },
);

describe('what is left of an offer', () => {
  test('U31, U32: is the same as with the offer partitioned anew for each executor', () => {
    fc.assert(
      fc.property(offeredResources, order, takes, (resources, taken, amounts) => {
        const portions = new Portions(resources, taken);
        let partitioned: readonly mesos.v1.IResource[] = resources;
        for (const { name, part } of amounts) {
          const amount = Math.floor(new RemainingResources(partitioned, taken)[name] * part);
          const parts: mesos.v1.IResource[] = [];
          portions.takeScalar(name, amount, parts);
          const expected = partitionResources(partitioned, name, amount / 1000, { order: taken });
          expect(parts).toEqual(expected.used);
          partitioned = expected.remaining;
        }
      }),
    );
  });

  test('U33: what is taken keeps allocation, reservations and provider, and is the offer’s own entry but for the amount', () => {
    const entry: mesos.v1.IResource = {
      name: 'cpus',
      type: SCALAR,
      scalar: { value: 4 },
      reservations: [{ role: 'dev' }, { role: 'dev/a', principal: 'p' }],
      allocationInfo: { role: 'dev/a' },
      providerId: { value: 'x' },
      revocable: {},
    };
    const parts: mesos.v1.IResource[] = [];
    new Portions([entry], 'offer').takeScalar('cpus', 1500, parts);
    expect(parts).toEqual([{ ...entry, scalar: { value: 1.5 } }]);
    expect(entry.scalar).toEqual({ value: 4 });
  });

  test('U35: reserved resources go first where that is asked for, and in the order of the offer else', () => {
    const entries: mesos.v1.IResource[] = [
      { name: 'cpus', type: SCALAR, scalar: { value: 2 }, role: '*' },
      { name: 'cpus', type: SCALAR, scalar: { value: 2 }, role: 'dev' },
    ];
    const rolesOf = (taken: 'offer' | 'reservedFirst') => {
      const parts: mesos.v1.IResource[] = [];
      new Portions(entries, taken).takeScalar('cpus', 3000, parts);
      return parts.map(({ role, scalar }) => `${role} ${scalar?.value}`);
    };
    expect(rolesOf('offer')).toEqual(['* 2', 'dev 1']);
    expect(rolesOf('reservedFirst')).toEqual(['dev 2', '* 1']);
  });

  test('U36: sums of decimals come out even', () => {
    const entries = [0.1, 0.2].map((value) => ({ name: 'cpus', type: SCALAR, scalar: { value } }));
    const remaining = new RemainingResources(entries, 'offer');
    expect(remaining.cpus).toBe(300);
    const share = {
      ok: true,
      profileId: 0,
      advertisedCores: 1,
      gpus: 0,
      memoryMiB: 0,
      taskMemoryMiB: 0,
    } as const;
    remaining.take({ ...share, cores: 0.3 }, DEFAULT_COARSE_SETTINGS);
    expect(remaining.cpus).toBe(0);
  });

  test('volumes and whole disks are not given out in parts', () => {
    const disk = (more: object): mesos.v1.IResource => ({
      name: 'disk',
      type: SCALAR,
      scalar: { value: 100 },
      ...more,
    });
    const mount = { disk: { source: { type: mesos.v1.Resource.DiskInfo.Source.Type.MOUNT } } };
    const volume = { disk: { persistence: { id: 'v' } } };
    expect(new RemainingResources([disk({}), disk(mount), disk(volume)], 'offer').disk).toBe(100_000);
  });
});

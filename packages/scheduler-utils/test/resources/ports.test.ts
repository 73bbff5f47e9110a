import { mesos } from '@spark-mesos/mesos-proto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkPorts, partitionPorts, rangesOf, rangesSize, takeAnyPorts } from '../../src/index.ts';

const { SCALAR, RANGES } = mesos.v1.Value.Type;

function ports(ranges: [number, number][], role = '*'): mesos.v1.IResource {
  return {
    name: 'ports',
    type: RANGES,
    role,
    ranges: { range: ranges.map(([begin, end]) => ({ begin, end })) },
  };
}

const cpus = { name: 'cpus', type: SCALAR, scalar: { value: 1 } };

describe('ports', () => {
  test('U30: reads the ranges of all roles, 64-bit numbers of decoded messages too', () => {
    const bytes = mesos.v1.Resource.encode(ports([[31000, 31001]], 'dev')).finish();
    const decoded = mesos.v1.Resource.decode(bytes);
    const ranges = rangesOf([decoded, cpus, ports([[5, 5]])], 'ports');
    expect(ranges).toEqual([
      { begin: 31000, end: 31001 },
      { begin: 5, end: 5 },
    ]);
    expect(rangesSize(ranges)).toBe(3);
  });

  test('U41: each fixed port must lie in an offered range', () => {
    expect(checkPorts([ports([[31000, 31010]])], [31005])).toEqual({ ok: true });
    expect(checkPorts([ports([[31000, 31010]])], [31005, 80])).toEqual({
      ok: false,
      reason: 'PORTS_MISSING',
      need: [31005, 80],
      have: [{ begin: 31000, end: 31010 }],
    });
  });

  test('U41: with no fixed ports an offer without ports will do', () => {
    expect(checkPorts([cpus], [])).toEqual({ ok: true });
  });

  test('U42, U43: takes each port from the entry that holds it, and all port entries leave the remainder', () => {
    const result = partitionPorts([cpus, ports([[1, 9]], 'dev'), ports([[31000, 31010]])], [31005, 5]);
    expect(result).toEqual({
      ok: true,
      used: [ports([[31005, 31005]]), ports([[5, 5]], 'dev')],
      remaining: [cpus],
    });
  });

  test('U42: with no fixed ports the offer stays as it is', () => {
    const resources = [cpus, ports([[1, 9]])];
    expect(partitionPorts(resources, [])).toEqual({ ok: true, used: [], remaining: resources });
  });

  test('U44: a port that is not offered is a refusal, not an exception', () => {
    expect(partitionPorts([cpus], [80])).toMatchObject({ ok: false, reason: 'PORTS_MISSING' });
  });

  test('U44: takes any ports, the lowest of each entry first, and says which; the others stay', () => {
    const offered = [ports([[5, 6]], 'dev'), cpus, ports([[31000, 31010]])];
    expect(takeAnyPorts(offered, 3)).toEqual({
      ok: true,
      ports: [5, 6, 31000],
      used: [ports([[5, 6]], 'dev'), ports([[31000, 31000]])],
      remaining: [cpus, ports([[31001, 31010]])],
    });
    expect(takeAnyPorts(offered, 0)).toEqual({ ok: true, ports: [], used: [], remaining: offered });
    expect(takeAnyPorts([ports([[5, 6]])], 3)).toEqual({
      ok: false,
      reason: 'RESOURCE_SHORT',
      resource: 'ports',
      need: 3,
      have: 2,
    });
  });

  test('U44: no port is made and none is lost, whatever is taken', () => {
    const range = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 5 }));
    const offers = fc.array(fc.array(range, { maxLength: 4 }), { maxLength: 4 }).map((entries) => {
      // Ranges of one offer never overlap.
      let next = 0;
      return entries.map((pairs) =>
        ports(
          pairs.map(([gap, size]) => {
            const begin = next + gap;
            next = begin + size;
            return [begin, next];
          }),
        ),
      );
    });
    fc.assert(
      fc.property(offers, fc.nat(30), (resources, count) => {
        const result = takeAnyPorts(resources, count);
        const offered = rangesSize(rangesOf(resources, 'ports'));
        expect(result.ok).toBe(offered >= count);
        if (result.ok) {
          expect(new Set(result.ports).size).toBe(count);
          expect(rangesSize(rangesOf(result.used, 'ports'))).toBe(count);
          expect(rangesSize(rangesOf(result.remaining, 'ports'))).toBe(offered - count);
          expect(checkPorts(resources, result.ports).ok).toBe(true);
        }
      }),
    );
  });

  test('U41, U42: fixed ports that are granted are taken once each, of an entry that holds them', () => {
    const begin = fc.integer({ min: 1, max: 60 });
    const entry = fc
      .tuple(begin, fc.nat(10), fc.constantFrom('*', 'dev'))
      .map(([first, size, role]) => ports([[first, first + size]], role));
    const wanted = fc.uniqueArray(fc.integer({ min: 1, max: 70 }), { maxLength: 4 });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 4 }), wanted, (resources, fixed) => {
        const offered = rangesOf(resources, 'ports');
        const result = partitionPorts([cpus, ...resources], fixed);
        const isOffered = fixed.every((port) =>
          offered.some(({ begin: low, end }) => low <= port && port <= end),
        );
        expect(result.ok).toBe(isOffered && (fixed.length === 0 || rangesSize(offered) >= fixed.length));
        if (result.ok) {
          expect(rangesOf(result.used, 'ports').map(({ begin: port }) => port)).toEqual(fixed);
          expect(result.remaining).toContainEqual(cpus);
          expect(rangesOf(result.remaining, 'ports')).toEqual(fixed.length === 0 ? offered : []);
          for (const [index, { role }] of result.used.entries()) {
            const holders = resources.filter((source) => checkPorts([source], [fixed[index] ?? 0]).ok);
            expect(role).toBe(holders[0]?.role);
          }
        }
      }),
    );
  });
});

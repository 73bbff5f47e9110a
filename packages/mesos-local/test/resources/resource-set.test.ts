import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LocalMesosError } from '../../src/errors.ts';
import { ResourceSet } from '../../src/resources/resource-set.ts';
import { parseAttribute, parseResources, parseTextValue } from '../../src/resources/resource-text.ts';

function set(text: string): ResourceSet {
  return ResourceSet.of(parseResources(text));
}

const scalars = fc.record({
  cpus: fc.integer({ min: 0, max: 64_000 }),
  mem: fc.integer({ min: 0, max: 10_000_000 }),
});
const ranges = fc.array(fc.tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 50 })), {
  maxLength: 5,
});
const sets = fc.tuple(scalars, ranges).map(([amounts, pieces]) => {
  const ports = pieces.map(([begin, length]) => `${begin}-${begin + length}`).join(',');
  return set(`cpus:${amounts.cpus / 1000};mem:${amounts.mem / 1000};ports:[${ports}]`);
});

describe('ResourceSet', () => {
  it('returns to the start after any additions and subtractions of scalars', () => {
    const amounts = fc.array(scalars, { maxLength: 200 });
    fc.assert(
      fc.property(amounts, (parts) => {
        const pieces = parts.map(({ cpus, mem }) => set(`cpus:${cpus / 1000};mem:${mem / 1000}`));
        const start = set('cpus:1;mem:2');
        const sum = pieces.reduce((total, piece) => total.plus(piece), start);
        const back = pieces.reduce((total, piece) => total.take(piece), sum);
        expect(back.equals(start)).toBe(true);
      }),
    );
  });

  it('contains what has been added and no more than it has', () => {
    fc.assert(
      fc.property(sets, sets, (left, right) => {
        const sum = left.plus(right);
        expect(sum.contains(left)).toBe(true);
        expect(sum.contains(right)).toBe(true);
        expect(left.minus(left).isEmpty).toBe(true);
        if (left.contains(right)) expect(left.minus(right).plus(right).equals(left)).toBe(true);
      }),
    );
  });

  it('refuses to take what is not there', () => {
    expect(() => set('cpus:1').take(set('cpus:1.001'))).toThrow(LocalMesosError);
    expect(() => set('ports:[1-5]').take(set('ports:[5-6]'))).toThrow(/does not contain/);
  });

  it('rounds to thousandths and drops what is nothing then', () => {
    expect(set('cpus:0.0004').isEmpty).toBe(true);
    expect(set('cpus:0.0014').quantityOf('cpus')).toBe(1);
    expect(set('cpus:0.1').plus(set('cpus:0.2')).text()).toBe('cpus:0.3');
  });

  it('keeps resources apart that are allocated to different roles', () => {
    const mine = set('cpus:2').allocatedTo('spark');
    expect(mine.contains(set('cpus:1').allocatedTo('other'))).toBe(false);
    expect(mine.unallocated().equals(set('cpus:2'))).toBe(true);
  });

  it('prints like Mesos does', () => {
    const text = 'cpus:3.5;mem:4032;ports:[31002-32000,40000-40001]';
    expect(set(text).allocatedTo('spark').text()).toBe(
      'cpus(allocated: spark):3.5; mem(allocated: spark):4032; ports(allocated: spark):[31002-32000, 40000-40001]',
    );
    expect(ResourceSet.empty.text()).toBe('{}');
  });

  it('gives a role what nobody has reserved, and what it or a role above it has', () => {
    const all = set('cpus:1;cpus(eng):2;cpus(eng/spark):4;cpus(sales):8');
    expect(all.availableTo('eng/spark').quantityOf('cpus')).toBe(7000);
    expect(all.availableTo('eng').quantityOf('cpus')).toBe(3000);
    expect(all.availableTo('*').quantityOf('cpus')).toBe(1000);
  });
});

describe('Mesos text values', () => {
  it('reads numbers, ranges, sets and text', () => {
    expect(parseTextValue('10')).toEqual({ kind: 'scalar', value: 10 });
    expect(parseTextValue('[1-3, 5-9]')).toMatchObject({ kind: 'ranges' });
    expect(parseTextValue('{a, b}')).toEqual({ kind: 'set', items: ['a', 'b'] });
    expect(parseTextValue('r1')).toEqual({ kind: 'text', value: 'r1' });
    expect(parseAttribute('level', '1.5')).toMatchObject({ scalar: { value: 1.5 } });
  });

  it.each(['cpus', 'cpus:x', 'ports:[5-1]', 'ports:[1-2', 'cpus:-1', ':4'])(
    'refuses %s with an example',
    (text) => {
      expect(() => parseResources(text)).toThrow(/cannot read .*cpus:4;mem:8192/);
    },
  );

  it('never fails otherwise on any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseResources(text);
        } catch (error) {
          expect(error).toBeInstanceOf(LocalMesosError);
        }
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatHash, parseHash } from '../../src/shared/hash-route.ts';

describe('routes in the fragment', () => {
  it('give back whatever was put into them', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, unit: 'grapheme' }), { maxLength: 5 }),
        fc.dictionary(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), { noNullPrototype: true }),
        (path, parameters) => {
          const route = parseHash(formatHash(path, parameters));
          expect(route.path).toEqual(path);
          expect(Object.fromEntries(route.parameters)).toEqual(parameters);
        },
      ),
    );
  });

  it('take an empty fragment for the beginning', () => {
    for (const hash of ['', '#', '#/']) expect(parseHash(hash).path).toEqual([]);
  });

  it('leave out parameters that say nothing', () => {
    expect(formatHash(['tasks'], { text: '', phase: 'failed' })).toBe('#/tasks?phase=failed');
  });

  it('survive any address that a reader types', () => {
    expect(parseHash('#/tasks/%E0%A4%A/x').path).toEqual(['tasks', '%E0%A4%A', 'x']);
    fc.assert(fc.property(fc.string(), (hash) => void parseHash(hash)));
  });
});

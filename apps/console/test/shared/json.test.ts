import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asObject, flagOf, numberOf, objectOf, objectsOf, textOf, textsOf } from '../../src/shared/json.ts';

describe('tolerant JSON readers', () => {
  it('read a field of the right kind', () => {
    const object = {
      text: 'a',
      number: 2.5,
      flag: true,
      object: { b: 1 },
      objects: [{ c: 1 }],
      texts: ['d'],
    };
    expect(textOf(object, 'text')).toBe('a');
    expect(numberOf(object, 'number')).toBe(2.5);
    expect(flagOf(object, 'flag')).toBe(true);
    expect(objectOf(object, 'object')).toEqual({ b: 1 });
    expect(objectsOf(object, 'objects')).toEqual([{ c: 1 }]);
    expect(textsOf(object, 'texts')).toEqual(['d']);
  });

  it('spell out numbers and flags where text is wanted, as attributes have them', () => {
    expect(textOf({ level: 10 }, 'level')).toBe('10');
    expect(textOf({ ssd: false }, 'ssd')).toBe('false');
  });

  it('leave out what is of the wrong kind in a list', () => {
    expect(objectsOf({ list: [1, null, 'x', [], { a: 1 }] }, 'list')).toEqual([{ a: 1 }]);
    expect(textsOf({ list: [1, null, 'x', []] }, 'list')).toEqual(['x']);
  });

  it('see own fields only, so that names of the language are no fields', () => {
    expect(textOf({}, 'constructor')).toBe('');
    expect(objectOf({}, '__proto__')).toEqual({});
  });

  it('read nothing out of anything else, and never throw', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, field) => {
        const object = asObject(value);
        expect(typeof textOf(object, field)).toBe('string');
        expect(Number.isFinite(numberOf(object, field))).toBe(true);
        expect(typeof flagOf(object, field)).toBe('boolean');
        expect(Array.isArray(objectsOf(object, field))).toBe(true);
        expect(Array.isArray(textsOf(object, field))).toBe(true);
      }),
    );
  });
});

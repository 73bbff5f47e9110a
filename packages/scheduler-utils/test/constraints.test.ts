import { mesos } from '@spark-mesos/mesos-proto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError, constraintMatcher, parseConstraints } from '../src/index.ts';

const { SCALAR, RANGES, SET, TEXT } = mesos.v1.Value.Type;

const text = (name: string, value: string): mesos.v1.IAttribute => ({ name, type: TEXT, text: { value } });
const set = (name: string, item: string[]): mesos.v1.IAttribute => ({ name, type: SET, set: { item } });
const scalar = (name: string, value: number): mesos.v1.IAttribute => ({
  name,
  type: SCALAR,
  scalar: { value },
});
const ranges = (name: string, ...range: { begin: number; end: number }[]): mesos.v1.IAttribute => ({
  name,
  type: RANGES,
  ranges: { range },
});

function matches(constraints: string, ...attributes: mesos.v1.IAttribute[]): boolean {
  return constraintMatcher(parseConstraints(constraints))({ attributes }).ok;
}

describe('the grammar of constraints', () => {
  test('U50: reads names with several values, trims around entries and not inside', () => {
    expect(parseConstraints(' os:linux,mac ; zone: us ;rack:')).toEqual([
      { name: 'os', values: ['linux', 'mac'] },
      { name: 'zone', values: [' us'] },
      { name: 'rack', values: [] },
    ]);
    expect(parseConstraints('')).toEqual([]);
  });

  test('U51: a value of commas alone asks for presence only', () => {
    expect(parseConstraints('os:,,')).toEqual([{ name: 'os', values: [] }]);
  });

  test.each([
    ['os;zone:us-east', "'os' has no ':'"],
    ['os:linux:mac', "more than one ':'"],
    ['os:linux;os:mac', "'os' is there twice"],
    ['os:linux;', 'empty entry'],
    [':linux', 'names no attribute'],
    [' ', 'empty entry'],
  ])('U51: refuses %j and says why', (constraints, why) => {
    expect(() => parseConstraints(constraints)).toThrowError(ConfigError);
    expect(() => parseConstraints(constraints)).toThrowError(`Bad constraint string: ${constraints}: `);
    expect(() => parseConstraints(constraints)).toThrowError(why);
  });

  test('U51: any text is read or refused with a coded error', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ':', ';', ',', ' ', '\\') }), (anything) => {
        try {
          expect(Array.isArray(parseConstraints(anything))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
    );
  });
});

describe('matching of constraints', () => {
  test('U52: all must hold; a missing attribute does not, and the refusal names it', () => {
    const matcher = constraintMatcher(parseConstraints('os:linux;rack:r1,r2'));
    expect(matcher({ attributes: [text('os', 'linux'), text('rack', 'r2')] })).toEqual({ ok: true });
    expect(matcher({ attributes: [text('os', 'linux'), text('rack', 'r3')] })).toEqual({
      ok: false,
      reason: 'CONSTRAINT_UNMET',
      constraint: 'rack',
      need: ['r1', 'r2'],
      have: 'r3',
    });
    expect(matcher({ attributes: [text('rack', 'r1')] })).toMatchObject({
      constraint: 'os',
      have: undefined,
    });
    expect(matcher({}).ok).toBe(false);
  });

  test('U52: presence alone also needs the attribute', () => {
    expect(matches('rack:', text('rack', 'anything'))).toBe(true);
    expect(matches('rack:', text('zone', 'a'))).toBe(false);
  });

  test('U53: text is compared to the letter and never split', () => {
    expect(matches('os:linux', text('os', 'Linux'))).toBe(false);
    expect(matches('os:a', text('os', 'a,b'))).toBe(false);
  });

  test('U54: all values must be in an offered set', () => {
    expect(matches('zone:a,b', set('zone', ['c', 'b', 'a']))).toBe(true);
    expect(matches('zone:a,b', set('zone', ['a']))).toBe(false);
  });

  test('U55: some value must be at most the offered number', () => {
    expect(matches('level:3', scalar('level', 3))).toBe(true);
    expect(matches('level:9,2.5', scalar('level', 3))).toBe(true);
    expect(matches('level:3.1', scalar('level', 3))).toBe(false);
    expect(matches('level:high', scalar('level', 3))).toBe(false);
  });

  test('U56: some whole number must lie in one of the offered ranges', () => {
    const attribute = ranges('block', { begin: 1, end: 4 }, { begin: 20, end: 30 });
    expect(matches('block:25', attribute)).toBe(true);
    expect(matches('block:5,30', attribute)).toBe(true);
    expect(['1', '4', '20', '30'].every((end) => matches(`block:${end}`, attribute))).toBe(true);
    expect(['0', '5', '19', '31'].some((outside) => matches(`block:${outside}`, attribute))).toBe(false);
    expect(matches('block:2.5', attribute)).toBe(false);
    expect(matches('block:x', attribute)).toBe(false);
    expect(constraintMatcher(parseConstraints('block:5'))({ attributes: [attribute] })).toMatchObject({
      have: '[1-4,20-30]',
    });
  });

  test('U57: of attributes of one name the last counts', () => {
    expect(matches('os:linux', text('os', 'linux'), text('os', 'mac'))).toBe(false);
  });
});

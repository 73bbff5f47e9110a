import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type JsonObject,
  type JsonValue,
  MesosProtoError,
  parseJson,
  stringifyJson,
} from '../../src/index.ts';

/** As JSON.parse has large integers, whose last digits it loses. */
function rounded(value: JsonValue): JsonValue {
  if (typeof value === 'bigint') {
    return Number(value);
  }
  if (Array.isArray(value)) {
    return value.map(rounded);
  }
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).map(([name, member]) => [name, rounded(member)] as const);
    return Object.fromEntries(members);
  }
  return value;
}

describe('parseJson', () => {
  it('keeps the digits of integers that a number cannot hold', () => {
    const text =
      '{"nanoseconds":1795248682490612001,"list":[18446744073709551615,-9223372036854775808,0.1234567890123456]}';
    expect(parseJson(text)).toEqual({
      nanoseconds: 1795248682490612001n,
      list: [18446744073709551615n, -9223372036854775808n, 0.1234567890123456],
    });
    expect(stringifyJson(parseJson(text))).toBe(text);
  });

  it('reads the same as JSON.parse, also where it goes digit by digit', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 1, 2), (value, indent) => {
        // The long text in front makes it take the exact path.
        const text = JSON.stringify(['0000000000000000', value], null, indent);
        expect(rounded(parseJson(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('refuses what JSON.parse refuses', () => {
    const alphabet = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      'a',
      '\\',
      'u',
      '1',
      '.',
      'e',
      '-',
      'true',
      'null',
      ' ',
      '\n',
      '\u0001',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...alphabet), { maxLength: 12 }), (parts) => {
        const text = `["0000000000000000",${parts.join('')}]`;
        let accepted = true;
        try {
          JSON.parse(text);
        } catch {
          accepted = false;
        }
        if (accepted) {
          expect(rounded(parseJson(text))).toEqual(JSON.parse(text));
        } else {
          expect(() => parseJson(text)).toThrow(MesosProtoError);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('refuses depth without end', () => {
    const deep = `${'['.repeat(100_000)}"0000000000000000"`;
    expect(() => parseJson(deep)).toThrow(expect.objectContaining({ code: 'MESOS_JSON_SYNTAX' }));
  });

  it('takes a member named __proto__ as a member like any other', () => {
    const value = parseJson('{"__proto__":{"polluted":1111111111111111111}}') as JsonObject;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect((value as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import {
  DESCRIPTOR_FLAGS,
  JavaArray,
  JavaClassReference,
  JavaEnum,
  JavaObject,
  type JavaValue,
  jdkClasses,
  readObjectStream,
  readObjectStreamContents,
  writeObjectStream,
  writeObjectStreamContents,
} from '../src/index.ts';
import { ANNOTATED, ANY, descriptorOf } from './descriptors.ts';
import { codeOf } from './errors.ts';

const PAIR = descriptorOf('Pair', [`${ANY}:left`, `${ANY}:right`]);

function pair(left: JavaValue, right: JavaValue): JavaObject {
  return JavaObject.of(PAIR, { left, right });
}

function array(...values: JavaValue[]): JavaArray {
  return new JavaArray(jdkClasses.descriptor('[Ljava.lang.Object;'), values);
}

function hex(value: JavaValue): string {
  return Buffer.from(writeObjectStream(value)).toString('hex').slice('aced0005'.length);
}

describe('writing', () => {
  it('describes a class once and refers to it afterwards', () => {
    const name = Buffer.from('Ljava/lang/Object;').toString('hex');
    expect(hex(pair(pair(null, null), null))).toBe(
      `7372000450616972000000000000000102${'0002'}4c00046c656674740012${name}4c0005726967687471007e0001${'7870'}` +
        `7371007e0000${'7070'}${'70'}`,
    );
  });

  it('writes an object once, however many fields hold it', () => {
    const shared = pair('a', null);
    const back = readObjectStream(writeObjectStream(array(shared, shared, pair('a', null)))) as JavaArray;
    const [first, second, third] = back.values;
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  it('writes cycles', () => {
    const knot = pair('knot', null);
    knot.setField('right', knot);
    const back = readObjectStream(writeObjectStream(knot)) as JavaObject;
    expect(back.field('right')).toBe(back);
  });

  it('writes equal strings once', () => {
    expect(hex(array('x', 'x')).endsWith('74000178' + '71007e0002')).toBe(true);
    expect(hex(array('x', 'y')).endsWith('74000178' + '74000179')).toBe(true);
  });

  it('writes strings beyond 65535 bytes as long ones', () => {
    expect(hex('a'.repeat(65_535)).startsWith('74ffff61')).toBe(true);
    expect(hex('a'.repeat(65_536)).startsWith('7c000000000001000061')).toBe(true);
    const umlauts = 'ä'.repeat(40_000);
    expect(readObjectStream(writeObjectStream(umlauts))).toBe(umlauts);
  });

  it('cuts binary data as Java does: 1024 bytes at most, a short header up to 255', () => {
    const bytes = writeObjectStreamContents([{ kind: 'block', bytes: new Uint8Array(1024 + 255) }]);
    const text = Buffer.from(bytes).toString('hex');
    expect(text.slice(8)).toBe(`7a00000400${'00'.repeat(1024)}77ff${'00'.repeat(255)}`);
    expect(readObjectStreamContents(bytes)).toEqual([{ kind: 'block', bytes: new Uint8Array(1024 + 255) }]);
  });

  it('puts annotations behind the fields of their own class', () => {
    const base = descriptorOf('Base', ['I:count'], { flags: ANNOTATED });
    const derived = descriptorOf('Derived', [`${ANY}:label`], { flags: ANNOTATED, superClass: base });
    const object = JavaObject.of(
      derived,
      { count: 5, label: 'five' },
      { Base: [{ kind: 'block', bytes: new Uint8Array([9]) }], Derived: [{ kind: 'value', value: 'more' }] },
    );
    expect(hex(object).endsWith(`00000005${'770109'}78${'74000466697665'}${'7400046d6f7265'}78`)).toBe(true);
    expect(readObjectStream(writeObjectStream(object))).toEqual(object);
  });

  it('writes only its own data for an externalizable class', () => {
    const flags = DESCRIPTOR_FLAGS.EXTERNALIZABLE | DESCRIPTOR_FLAGS.BLOCK_DATA;
    const base = descriptorOf('Base', [], { flags });
    const derived = descriptorOf('Derived', [], { flags, superClass: base });
    const object = JavaObject.of(derived, {}, { Derived: [{ kind: 'value', value: null }] });
    expect(hex(object).endsWith('7870' + '7078')).toBe(true);
    expect(readObjectStream(writeObjectStream(object))).toEqual(object);
  });

  it('writes a reference to a class, and leaves out fields that its descriptor leaves out', () => {
    const moduleClass = new JavaClassReference(descriptorOf('scala.None$'));
    const proxy = descriptorOf('scala.runtime.ModuleSerializationProxy', ['Ljava/lang/Class;:moduleClass']);
    const object = JavaObject.of(proxy, { moduleClass });
    expect(readObjectStream(writeObjectStream(object))).toEqual(object);
    expect(hex(JavaObject.of(descriptorOf('A'), {}))).toBe('7372000141000000000000000102000078' + '70');
  });

  it('gives a buffer that holds nothing else', () => {
    expect(writeObjectStream(null)).toEqual(new Uint8Array([0xac, 0xed, 0, 5, 0x70]));
  });
});

describe('refusing to write', () => {
  const withField = (type: string, value: JavaValue): (() => unknown) => {
    return () => writeObjectStream(JavaObject.of(descriptorOf('A', [`${type}:a`]), { a: value }));
  };
  it.each([
    ['a byte beyond its range', withField('B', 128)],
    ['a short beyond its range', withField('S', -32_769)],
    ['an int beyond its range', withField('I', 2 ** 31)],
    ['an int with a fraction', withField('I', 0.5)],
    ['an int that is no number', withField('I', Number.NaN)],
    ['a bigint for an int', withField('I', 1n)],
    ['a number for a long', withField('J', 1)],
    ['a long beyond its range', withField('J', 2n ** 63n)],
    ['a string for a double', withField('D', '1')],
    ['a string for a float', withField('F', '1')],
    ['a number for a boolean', withField('Z', 1)],
    ['two characters for one', withField('C', 'ab')],
    ['null for a primitive', withField('I', null)],
    ['a bare number for an object', withField(ANY, 1)],
    ['a bare boolean as the whole value', () => writeObjectStream(true)],
    ['a wrong array', () => writeObjectStream(new JavaArray(jdkClasses.descriptor('[I'), [1, 2]))],
    ['a wrong element', () => writeObjectStream(new JavaArray(jdkClasses.descriptor('[Z'), [1]))],
    [
      'an object array of bytes',
      () => writeObjectStream(new JavaArray(jdkClasses.descriptor('[Ljava.lang.Object;'), new Uint8Array(1))),
    ],
  ])('%s', (_what, action) => {
    expect(codeOf(action)).toBe('JAVA_TYPE_MISMATCH');
  });

  it('an order of fields that Java would take for damage', () => {
    const disorder = descriptorOf('A', [`${ANY}:a`, 'I:b']);
    expect(codeOf(() => writeObjectStream(JavaObject.of(disorder, { a: null, b: 1 })))).toBe(
      'JAVA_TYPE_MISMATCH',
    );
  });

  it('annotations of a class that writes none', () => {
    const object = JavaObject.of(descriptorOf('A'), {}, { A: [{ kind: 'value', value: null }] });
    expect(codeOf(() => writeObjectStream(object))).toBe('JAVA_FIELD_MISMATCH');
  });

  it('an object that lost a field or a level', () => {
    const short = new JavaObject(PAIR, [{ descriptor: PAIR, values: [null], annotations: [] }]);
    expect(codeOf(() => writeObjectStream(short))).toBe('JAVA_FIELD_MISMATCH');
    expect(codeOf(() => writeObjectStream(new JavaObject(PAIR, [])))).toBe('JAVA_FIELD_MISMATCH');
  });

  it('values that are nested too deeply', () => {
    let value: JavaValue = null;
    for (let depth = 0; depth < 300; depth += 1) value = pair(value, null);
    expect(codeOf(() => writeObjectStream(value))).toBe('JAVA_LIMIT_EXCEEDED');
    expect(codeOf(() => writeObjectStream(value, { maxDepth: 400 }))).toBeUndefined();
    for (let depth = 0; depth < 100_000; depth += 1) value = pair(value, null);
    expect(codeOf(() => writeObjectStream(value, { maxDepth: 1_000_000 }))).toBe('JAVA_LIMIT_EXCEEDED');
  });

  it('names that are too long', () => {
    const long = new JavaEnum(descriptorOf('A'.repeat(65_536)), 'B');
    expect(codeOf(() => writeObjectStream(long))).toBe('JAVA_LIMIT_EXCEEDED');
  });

  it('a class that extends itself', () => {
    const knot = { ...descriptorOf('A'), superClass: null as never };
    knot.superClass = knot as never;
    expect(codeOf(() => JavaObject.of(knot, {}))).toBe('JAVA_LIMIT_EXCEEDED');
  });
});

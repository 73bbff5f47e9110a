import { describe, expect, it } from 'vitest';
import {
  type JavaArray,
  type JavaClassReference,
  type JavaDescriptorReference,
  type JavaEnum,
  type JavaObject,
  type JavaValue,
  readObjectStream,
} from '../src/index.ts';
import { codeOf } from './errors.ts';
import { javaStream } from './fixtures.ts';

const HEADER = 'aced0005';
/** TC_CLASSDESC of a class `A`, serialVersionUID 1, SERIALIZABLE, no fields, no superclass. */
const CLASS_A = '72000141000000000000000102000078' + '70';

function read(hex: string, options?: Parameters<typeof readObjectStream>[1]): JavaValue {
  return readObjectStream(Buffer.from(HEADER + hex.replaceAll(' ', ''), 'hex'), options);
}

function elementsOf(name: string): readonly JavaValue[] {
  return (readObjectStream(javaStream(name)) as JavaArray).values;
}

describe('reading values', () => {
  it('resolves cycles to one object', () => {
    const first = readObjectStream(javaStream('cycle')) as JavaObject;
    const second = first.field('next') as JavaObject;
    expect(second.field('label')).toBe('second');
    expect(second.field('next')).toBe(first);
  });

  it('reads every primitive type, each at its limit', () => {
    const { fields } = readObjectStream(javaStream('primitives')) as JavaObject;
    expect(Object.fromEntries(fields)).toEqual({
      aBoolean: true,
      aByte: -128,
      aChar: '\ud83d',
      aDouble: Math.PI,
      aFloat: -1.5,
      aLong: -(2n ** 63n),
      aShort: -32768,
      anInt: -(2 ** 31),
    });
  });

  it('keeps the fields and the annotations of each class of a hierarchy apart', () => {
    const object = readObjectStream(javaStream('levels')) as JavaObject;
    expect(object.levels.map((level) => level.descriptor.name)).toEqual([
      'fixtures.Streams$Base',
      'fixtures.Streams$Derived',
    ]);
    expect(object.field('name')).toBe('derived');
    expect(object.fields.get('name')).toBe('derived');
    expect(object.field('name', 'fixtures.Streams$Base')).toBe('base');
    expect(object.annotations('fixtures.Streams$Base')).toEqual([
      { kind: 'block', bytes: new Uint8Array([0, 0, 0, 1]) },
      { kind: 'value', value: 'from base' },
    ]);
    const [nothing, block, self, end] = object.annotations();
    expect(nothing).toEqual({ kind: 'value', value: null });
    expect(block?.kind === 'block' && block.bytes.length).toBe(3000 + 2 + 'between'.length);
    expect(self?.kind === 'value' && self.value).toBe(object);
    expect(end).toEqual({ kind: 'block', bytes: new Uint8Array(8).fill(0xff) });
    expect(object.annotations('no.such.Class')).toEqual([]);
  });

  it('reads what an externalizable class wrote, without knowing the class', () => {
    const [outside] = elementsOf('externalizable') as JavaObject[];
    expect(outside?.fields.size).toBe(0);
    expect(outside?.annotations()).toEqual([
      { kind: 'block', bytes: new Uint8Array([0, 0, 0, 42]) },
      { kind: 'value', value: 'external' },
    ]);
  });

  it('reads constants of enums, with and without a body of their own', () => {
    const [red, green, again, seconds] = elementsOf('enums') as JavaEnum[];
    expect([red, green, seconds].map((value) => `${value?.descriptor.name}.${value?.constant}`)).toEqual([
      'fixtures.Streams$Color.RED',
      'fixtures.Streams$Color.GREEN',
      'java.util.concurrent.TimeUnit.SECONDS',
    ]);
    expect(again).toBe(red);
  });

  it('reads arrays of primitives into typed arrays', () => {
    const arrays = elementsOf('arrays') as JavaArray[];
    expect(arrays.map(({ elements }) => elements)).toEqual([
      new Uint8Array([1, 255]),
      new Uint16Array([0x61, 0x20ac]),
      new Float64Array([0.5, Number.NaN]),
      new Float32Array([1.25, Number.NEGATIVE_INFINITY]),
      new Int32Array([1, -2]),
      new BigInt64Array([3n, 2n ** 63n - 1n]),
      new Int16Array([4, -5]),
      [true, false],
      ['x', null, 'x'],
      [expect.objectContaining({ kind: 'array' }), expect.objectContaining({ kind: 'array' })],
      new Uint8Array(),
    ]);
    expect(codeOf(() => arrays[4]?.bytes)).toBe('JAVA_TYPE_MISMATCH');
    expect(codeOf(() => arrays[4]?.values)).toBe('JAVA_TYPE_MISMATCH');
  });

  it('hands byte arrays out as views of the stream', () => {
    const stream = javaStream('arrays');
    const { bytes } = (readObjectStream(stream) as JavaArray).values[0] as JavaArray;
    expect(bytes.buffer).toBe(stream.buffer);
  });

  it('reads strings of any characters', () => {
    expect(elementsOf('strings')).toEqual([
      'twice',
      'twice',
      'twice',
      'twice',
      'nul\0',
      'ä€',
      '😀',
      'lone \ud800',
      '',
    ]);
  });

  it('reads references to classes, and descriptors that were written as values', () => {
    const values = elementsOf('classes') as (JavaClassReference | JavaDescriptorReference)[];
    expect(values.map(({ kind, descriptor }) => `${kind} ${descriptor.name}`)).toEqual([
      'class java.lang.String',
      'class fixtures.Streams$Node',
      'class int',
      'class [Ljava.lang.String;',
      'class java.lang.Runnable',
      'class fixtures.Streams$Color',
      'descriptor fixtures.Streams$Node',
      'descriptor fixtures.Streams$Derived',
      'class fixtures.Streams$Node',
    ]);
    expect(values[6]?.descriptor).toBe(values[1]?.descriptor);
  });

  it('reads dynamic proxies', () => {
    const proxy = readObjectStream(javaStream('proxy')) as JavaObject;
    expect(proxy.descriptor.proxyInterfaces).toEqual(['java.lang.Runnable', 'java.lang.Comparable']);
    expect((proxy.field('h') as JavaObject).field('calls')).toBe(3);
  });

  it("fails with a code of its own when the sender's serialization broke off", () => {
    expect(() => readObjectStream(javaStream('failure'))).toThrow(
      expect.objectContaining({
        code: 'JAVA_STREAM_EXCEPTION',
        message: expect.stringContaining('java.io.InvalidObjectException: cannot be written'),
      }),
    );
  });
});

describe('refusing', () => {
  it.each([
    ['another magic number', () => readObjectStream(Buffer.from('cafe000570', 'hex')), 'JAVA_MALFORMED'],
    ['another version', () => readObjectStream(Buffer.from('aced000670', 'hex')), 'JAVA_MALFORMED'],
    ['nothing', () => readObjectStream(new Uint8Array()), 'JAVA_TRUNCATED'],
    ['a stream without a value', () => read(''), 'JAVA_TRUNCATED'],
    ['bytes behind the value', () => read('70 70'), 'JAVA_TRAILING_BYTES'],
    ['an unknown type code', () => read('6f'), 'JAVA_MALFORMED'],
    ['primitive data in the place of a value', () => read('77 01 00'), 'JAVA_MALFORMED'],
    ['a handle that was never given out', () => read('71 007e0000'), 'JAVA_MALFORMED'],
    ['a handle below the first one', () => read('71 00000001'), 'JAVA_MALFORMED'],
    ['a reference to an array that is still to be read', () => read('71 ffffffff'), 'JAVA_MALFORMED'],
    ['an object without a class', () => read('73 70'), 'JAVA_MALFORMED'],
    ['an object whose class is a string', () => read('73 74 0000'), 'JAVA_MALFORMED'],
    [
      'a class that extends itself',
      () => read('73 72 0001 41 0000000000000001 02 0000 78 71 007e0000'),
      'JAVA_MALFORMED',
    ],
    [
      'a class that is both kinds',
      () => read('73 72 0001 41 0000000000000001 06 0000 78 70'),
      'JAVA_MALFORMED',
    ],
    [
      'an object of a class that is neither',
      () => read('73 72 0001 41 0000000000000001 00 0000 78 70'),
      'JAVA_MALFORMED',
    ],
    [
      'a plain object of an enum',
      () => read('73 72 0001 41 0000000000000000 12 0000 78 70'),
      'JAVA_MALFORMED',
    ],
    [
      'an enum with fields',
      () => read('7e 72 0001 41 0000000000000000 12 0001 49 0001 61 78 70'),
      'JAVA_MALFORMED',
    ],
    ['a constant of a class that is no enum', () => read(`7e ${CLASS_A} 74 0001 42`), 'JAVA_MALFORMED'],
    ['less than no fields', () => read('73 72 0001 41 0000000000000001 02 ffff 78 70'), 'JAVA_MALFORMED'],
    [
      'a field of no type',
      () => read('73 72 0001 41 0000000000000001 02 0001 51 0001 61 78 70'),
      'JAVA_MALFORMED',
    ],
    [
      'a field whose type is no string',
      () => read('73 72 0001 41 0000000000000001 02 0001 4c 0001 61 70 78 70'),
      'JAVA_MALFORMED',
    ],
    [
      'a primitive field behind an object field',
      () => read('73 72 0001 41 0000000000000001 02 0002 4c 0001 61 74 0001 4c 49 0001 62 78 70'),
      'JAVA_MALFORMED',
    ],
    ['an array of a class that is none', () => read(`75 ${CLASS_A} 00000000`), 'JAVA_MALFORMED'],
    [
      'an array with less than no elements',
      () => read('75 72 0002 5b42 0000000000000001 02 0000 78 70 ffffffff'),
      'JAVA_MALFORMED',
    ],
    [
      'an array longer than its stream',
      () => read('75 72 0002 5b49 0000000000000001 02 0000 78 70 00ffffff'),
      'JAVA_TRUNCATED',
    ],
    [
      'a block of less than no bytes',
      () => read('73 72 0001 41 0000000000000001 03 0000 78 70 7a ffffffff 78'),
      'JAVA_MALFORMED',
    ],
    ['broken characters', () => read('74 0002 c341'), 'JAVA_MALFORMED'],
    [
      'a reset within a value',
      () => read('73 72 0001 41 0000000000000001 03 0000 78 70 79 78'),
      'JAVA_MALFORMED',
    ],
    [
      'externalizable data in the form of Java 1.1',
      () => read('73 72 0001 41 0000000000000001 04 0000 78 70'),
      'JAVA_NOT_SUPPORTED',
    ],
  ])('%s', (_what, action, code) => {
    expect(codeOf(action)).toBe(code);
  });
});

describe('limits', () => {
  const objects = (depth: number): string =>
    `75 72 0002 5b4c 0000000000000001 02 0000 78 70 00000001 ${'75 71 007e0000 00000001'.repeat(depth - 1)} 70`;

  it('ends values that are nested too deeply', () => {
    expect(codeOf(() => read(objects(10), { maxDepth: 11 }))).toBeUndefined();
    expect(codeOf(() => read(objects(10), { maxDepth: 9 }))).toBe('JAVA_LIMIT_EXCEEDED');
    expect(codeOf(() => read(objects(100_000)))).toBe('JAVA_LIMIT_EXCEEDED');
  });

  it('ends in a coded error even where the limit is beyond what the stack holds', () => {
    expect(codeOf(() => read(objects(100_000), { maxDepth: 1_000_000 }))).toBe('JAVA_LIMIT_EXCEEDED');
  });

  it('ends long arrays before anything is allocated', () => {
    const array = '75 72 0002 5b42 0000000000000001 02 0000 78 70 7fffffff';
    expect(codeOf(() => read(array))).toBe('JAVA_LIMIT_EXCEEDED');
    expect(codeOf(() => read(array, { maxArrayLength: 2 ** 31 }))).toBe('JAVA_TRUNCATED');
  });

  it('ends long strings', () => {
    expect(codeOf(() => read('74 0003 616263', { maxStringBytes: 2 }))).toBe('JAVA_LIMIT_EXCEEDED');
    expect(codeOf(() => read('7c 7fffffffffffffff'))).toBe('JAVA_LIMIT_EXCEEDED');
    expect(codeOf(() => read('7c ffffffffffffffff'))).toBe('JAVA_LIMIT_EXCEEDED');
    expect(read('7c 0000000000000003 616263')).toBe('abc');
  });

  it('ends classes of many fields and proxies of many interfaces', () => {
    const descriptor = '73 72 0001 41 0000000000000001 02 7fff';
    expect(codeOf(() => read(descriptor))).toBe('JAVA_LIMIT_EXCEEDED');
    expect(codeOf(() => read('73 7d 7fffffff'))).toBe('JAVA_LIMIT_EXCEEDED');
  });

  it('ends streams of many objects', () => {
    const array = `75 72 0002 5b4c 0000000000000001 02 0000 78 70 00000003 ${'740000'.repeat(3)}`;
    expect(codeOf(() => read(array, { maxHandles: 5 }))).toBeUndefined();
    expect(codeOf(() => read(array, { maxHandles: 4 }))).toBe('JAVA_LIMIT_EXCEEDED');
  });

  it('counts every class of a hierarchy, which costs memory here and no bytes there', () => {
    const twoLevels = `73 72 0001 42 0000000000000001 02 0000 78 ${CLASS_A}`;
    expect(codeOf(() => read(twoLevels, { maxHandles: 5 }))).toBeUndefined();
    expect(codeOf(() => read(twoLevels, { maxHandles: 4 }))).toBe('JAVA_LIMIT_EXCEEDED');
  });
});

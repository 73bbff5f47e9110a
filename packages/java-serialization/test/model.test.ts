import { describe, expect, it } from 'vitest';
import {
  boxBoolean,
  boxDouble,
  boxInteger,
  boxLong,
  type JavaArray,
  JavaObject,
  jdkClasses,
  readObjectStream,
  unbox,
  writeObjectStream,
} from '../src/index.ts';
import { descriptorOf } from './descriptors.ts';
import { codeOf } from './errors.ts';
import { javaStream } from './fixtures.ts';

const BASE = descriptorOf('Base', ['I:count', 'Ljava/lang/String;:name']);
const DERIVED = descriptorOf('Derived', ['Ljava/lang/String;:name'], { superClass: BASE });

describe('an object', () => {
  it('wants every field of every class, and no other', () => {
    expect(codeOf(() => JavaObject.of(DERIVED, { name: 'x' }))).toBe('JAVA_FIELD_MISMATCH');
    expect(codeOf(() => JavaObject.of(DERIVED, { name: 'x', count: 1, size: 2 }))).toBe(
      'JAVA_FIELD_MISMATCH',
    );
    expect(codeOf(() => JavaObject.of(BASE, new Map([['name', null]])))).toBe('JAVA_FIELD_MISMATCH');
  });

  it('gives a field that a class hides only when that class is named', () => {
    const object = JavaObject.of(DERIVED, { name: 'x', count: 1 });
    object.setField('name', 'hidden', 'Base');
    expect(object.field('name')).toBe('x');
    expect(object.field('name', 'Base')).toBe('hidden');
    expect(object.fields.get('name')).toBe('x');
  });

  it('shows a field that was set after its fields were looked at', () => {
    const object = JavaObject.of(BASE, { name: 'x', count: 1 });
    expect(object.fields.get('count')).toBe(1);
    object.setField('count', 2);
    expect(object.fields.get('count')).toBe(2);
  });

  it('refuses to give or to set a field that it has not', () => {
    const object = JavaObject.of(BASE, { name: 'x', count: 1 });
    expect(codeOf(() => object.field('toString'))).toBe('JAVA_FIELD_MISMATCH');
    expect(codeOf(() => object.field('name', 'Derived'))).toBe('JAVA_FIELD_MISMATCH');
    expect(codeOf(() => object.setField('size', 1))).toBe('JAVA_FIELD_MISMATCH');
  });

  it('takes names that objects of JavaScript have from birth', () => {
    const odd = descriptorOf('Odd', ['I:constructor', 'I:toString', 'I:__proto__']);
    const values = new Map([
      ['constructor', 1],
      ['toString', 2],
      ['__proto__', 3],
    ]);
    expect(readObjectStream(writeObjectStream(JavaObject.of(odd, values)))).toEqual(
      JavaObject.of(odd, values),
    );
    expect(codeOf(() => JavaObject.of(descriptorOf('Odd', ['I:toString']), {}))).toBe('JAVA_FIELD_MISMATCH');
  });
});

describe('boxes', () => {
  it('hold what Java puts into them', () => {
    const { values } = readObjectStream(javaStream('boxes')) as JavaArray;
    expect(values.map(unbox)).toEqual([true, 1, 'c', 2.5, 3.5, 4, 5n, 6, true]);
  });

  it('are written as Java writes them', () => {
    const { values } = readObjectStream(javaStream('boxes')) as JavaArray;
    const [truth, , , half, , four, five] = values as JavaObject[];
    expect([boxBoolean(true), boxDouble(2.5), boxInteger(4), boxLong(5n)]).toEqual([truth, half, four, five]);
  });

  it('are told from everything else', () => {
    expect(codeOf(() => unbox(4))).toBe('JAVA_TYPE_MISMATCH');
    expect(codeOf(() => unbox(null))).toBe('JAVA_TYPE_MISMATCH');
    expect(codeOf(() => unbox(JavaObject.of(BASE, { name: 'x', count: 1 })))).toBe('JAVA_TYPE_MISMATCH');
  });
});

describe('the classes that are built in', () => {
  it('agree with what Java writes about them', () => {
    const { values } = readObjectStream(javaStream('boxes')) as JavaArray;
    for (const value of values as JavaObject[]) {
      expect(jdkClasses.descriptor(value.className)).toEqual(value.descriptor);
    }
    for (const { descriptor } of (readObjectStream(javaStream('arrays')) as JavaArray)
      .values as JavaArray[]) {
      expect(jdkClasses.descriptor(descriptor.name)).toEqual(descriptor);
    }
    const thrown = readObjectStream(javaStream('exception')) as JavaObject;
    expect(jdkClasses.descriptor('java.lang.IllegalStateException')).toEqual(thrown.descriptor);
  });

  it('are the same object each time, so that a stream describes them once', () => {
    expect(jdkClasses.descriptor('[B')).toBe(jdkClasses.descriptor('[B'));
    expect(jdkClasses.descriptor('java.lang.Long').superClass).toBe(
      jdkClasses.descriptor('java.lang.Number'),
    );
  });

  it('know what they do not know', () => {
    expect(jdkClasses.has('[[J')).toBe(true);
    expect(jdkClasses.has('[Ljava.lang.Object;')).toBe(true);
    expect(jdkClasses.has('scala.Option')).toBe(false);
    expect(codeOf(() => jdkClasses.descriptor('scala.Option'))).toBe('JAVA_CLASS_NOT_FOUND');
    expect(codeOf(() => jdkClasses.descriptor('[Lscala.Option;'))).toBe('JAVA_CLASS_NOT_FOUND');
  });
});

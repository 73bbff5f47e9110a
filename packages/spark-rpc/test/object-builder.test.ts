import {
  type ClassDescriptorSource,
  type JavaClassDescriptor,
  JavaClassReference,
  jdkClasses,
} from '@spark-mesos/java-serialization';
import { describe, expect, it } from 'vitest';
import { ObjectBuilder } from '../src/object-builder.ts';
import { recordedClasses } from './classes.ts';

function sourceOf(...descriptors: JavaClassDescriptor[]): ClassDescriptorSource {
  const byName = new Map(descriptors.map((descriptor) => [descriptor.name, descriptor]));
  return {
    has: (name) => byName.has(name),
    hasReadResolve: () => false,
    descriptor: (name) => byName.get(name) ?? jdkClasses.descriptor(name),
  };
}

describe('ObjectBuilder', () => {
  const classes = sourceOf({
    name: 'Example',
    serialVersionUid: 1n,
    flags: 2,
    superClass: {
      name: 'Base',
      serialVersionUid: 2n,
      flags: 2,
      fields: [{ name: 'count', typeCode: 'J' }],
      superClass: null,
    },
    fields: [
      { name: 'b', typeCode: 'B' },
      { name: 'c', typeCode: 'C' },
      { name: 'd', typeCode: 'D' },
      { name: 'z', typeCode: 'Z' },
      { name: 'toString', typeCode: 'L', className: 'Ljava/lang/String;' },
      { name: 'unheardOf', typeCode: 'L', className: 'LNew;' },
    ],
  });

  it('gives fields that nobody knows the default of their type', () => {
    expect(new ObjectBuilder(classes).object('Example').fields).toEqual(
      new Map<string, unknown>([
        ['count', 0n],
        ['b', 0],
        ['c', '\0'],
        ['d', 0],
        ['z', false],
        ['toString', null],
        ['unheardOf', null],
      ]),
    );
  });

  it('leaves out values for which the class has no field, and makes longs of numbers', () => {
    const object = new ObjectBuilder(classes).object('Example', { count: 3, toString: 'text', gone: 1 });
    expect(object.fields.get('count')).toBe(3n);
    expect(object.fields.get('toString')).toBe('text');
    expect(object.fields.has('gone')).toBe(false);
  });

  it('names a field by the Scala that the class was compiled with', () => {
    const some = (spark: string) => new ObjectBuilder(recordedClasses(spark)).option('it').fields;
    expect(some('2.4.8').get('x')).toBe('it');
    expect(some('3.5.6').get('value')).toBe('it');
  });

  it('writes None as an object where Java puts the real one in its place, and as a proxy where it does not', () => {
    for (const spark of ['2.4.8', '3.5.6']) {
      expect(new ObjectBuilder(recordedClasses(spark)).option(undefined).className).toBe('scala.None$');
    }
    const build = new ObjectBuilder(recordedClasses('4.3.0'));
    const none = build.option(undefined);
    expect(none.className).toBe('scala.runtime.ModuleSerializationProxy');
    const moduleClass = none.fields.get('moduleClass');
    expect(moduleClass instanceof JavaClassReference && moduleClass.descriptor.name).toBe('scala.None$');
    expect(build.option(undefined)).toBe(none);
  });
});

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type ClassDescriptorSource,
  type ClassFile,
  ClassHierarchy,
  ClassPath,
  JavaSerializationError,
  parseClassFile,
  serialVersionUid,
} from '../src/index.ts';
import { JarFile } from '../src/jar-file.ts';
import { describeLine } from './describe-line.ts';
import { codeOf } from './errors.ts';
import { fixturePath } from './fixtures.ts';

const SHAPES_JAR = fixturePath('classes/shapes.jar');
const EXPECTED = readFileSync(fixturePath('classes/expected.txt'), 'utf8').trim().split('\n');
const NAMES = EXPECTED.map((line) => line.slice(0, line.indexOf(' ')));

/** What Java can do here and class files alone cannot tell. */
const NOT_SUPPORTED: Readonly<Record<string, RegExp>> = {
  'shapes.Shapes$Computed': /computes its serialVersionUID/,
  'shapes.Shapes$Persistent': /serialPersistentFields/,
  'shapes.Shapes$OverUnknown': /java\.security\.Provider/,
};

let source: ClassDescriptorSource;
beforeAll(async () => {
  const classPath = await ClassPath.open(SHAPES_JAR);
  source = await classPath.descriptors([...NAMES, 'shapes.Shapes$NotSerializable', 'no.such.Class']);
});

describe('a descriptor made from class files', () => {
  it.each(EXPECTED.filter((line) => NOT_SUPPORTED[line.split(' ')[0] ?? ''] === undefined))(
    'is what Java says: %s',
    (line) => {
      expect(describeLine(source, line.slice(0, line.indexOf(' ')))).toBe(line);
    },
  );

  it.each(Object.entries(NOT_SUPPORTED))('is refused for %s, and the message says why', (name, reason) => {
    expect(NAMES).toContain(name);
    expect(codeOf(() => source.descriptor(name))).toBe('JAVA_NOT_SUPPORTED');
    expect(() => source.descriptor(name)).toThrow(reason);
  });

  it('is refused for a class that is not serializable, and for one that is not there', () => {
    expect(codeOf(() => source.descriptor('shapes.Shapes$NotSerializable'))).toBe('JAVA_NOT_SERIALIZABLE');
    expect(codeOf(() => source.descriptor('no.such.Class'))).toBe('JAVA_CLASS_NOT_FOUND');
    expect(codeOf(() => source.hasReadResolve('no.such.Class'))).toBe('JAVA_CLASS_NOT_FOUND');
    expect(source.has('shapes.Shapes$NotSerializable')).toBe(true);
    expect(source.has('no.such.Class')).toBe(false);
  });

  it('is there for classes of Java and for arrays of either', () => {
    expect(source.descriptor('java.lang.Integer').serialVersionUid).toBe(1360826667806852920n);
    expect(source.descriptor('[Ljava.lang.Object;').serialVersionUid).toBe(-8012369246846506644n);
    // ObjectStreamClass.lookup(Shapes.Plain[].class): the element is not public.
    expect(source.descriptor('[Lshapes.Shapes$Plain;')).toMatchObject({
      flags: 2,
      fields: [],
      superClass: null,
    });
    expect(source.has('[Lshapes.Shapes$Plain;')).toBe(true);
    expect(source.hasReadResolve('java.lang.Integer')).toBe(false);
  });

  it('is the same object each time, and so is that of a superclass', () => {
    const derived = source.descriptor('shapes.Shapes$OverSerializableBase');
    expect(source.descriptor('shapes.Shapes$OverSerializableBase')).toBe(derived);
    expect(derived.superClass).toBe(source.descriptor('shapes.Shapes$Plain'));
  });

  it('names what is missing when a superclass or an interface was not read', () => {
    const hierarchy = new ClassHierarchy();
    hierarchy.add(classNamed('a.Child', 'a.Missing'));
    expect(() => hierarchy.descriptor('a.Child')).toThrow(/a\.Missing \(needed by a\.Child\)/);
    expect(codeOf(() => hierarchy.descriptor('a.Child'))).toBe('JAVA_CLASS_NOT_FOUND');
  });

  it('does not run in circles when classes do', () => {
    const hierarchy = new ClassHierarchy();
    hierarchy.add(classNamed('a.One', 'a.Two', ['java.io.Serializable']));
    hierarchy.add(classNamed('a.Two', 'a.One', ['java.io.Serializable']));
    expect(codeOf(() => hierarchy.descriptor('a.One'))).toBe('JAVA_CLASS_FILE_MALFORMED');
    expect(hierarchy.hasReadResolve('a.One')).toBe(false);
    const enums = new ClassHierarchy();
    enums.add(classNamed('a.One', 'a.Two'));
    enums.add(classNamed('a.Two', 'a.One'));
    expect(codeOf(() => enums.descriptor('a.One'))).toBe('JAVA_NOT_SERIALIZABLE');
  });
});

function classNamed(name: string, superName: string, interfaces: readonly string[] = []): ClassFile {
  return { name, majorVersion: 52, superName, interfaces, modifiers: 1, fields: [], methods: [] };
}

describe('a class file', () => {
  let bytes: Uint8Array;
  beforeAll(async () => {
    bytes = (await new JarFile(SHAPES_JAR).read(['shapes.Shapes$Plain'])).values().next().value as Uint8Array;
  });

  it('tells its outside', () => {
    const file = parseClassFile(bytes);
    expect(file).toMatchObject({
      name: 'shapes.Shapes$Plain',
      majorVersion: 52, // compiled for Java 8
      superName: 'java.lang.Object',
      interfaces: ['java.io.Serializable'],
      modifiers: 0x0008, // static, which only the entry in InnerClasses tells
    });
    expect(file.methods.map(({ name }) => name)).toContain('<clinit>');
    expect(serialVersionUid(file)).toBe(183648501265836852n);
  });

  it('is refused with a code wherever it is cut', () => {
    for (let length = 0; length < bytes.length; length += 1) {
      expect(codeOf(() => parseClassFile(bytes.subarray(0, length)))).toBe('JAVA_CLASS_FILE_MALFORMED');
    }
  });

  it('is read or refused with a code when bytes of it are changed', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }), (changes) => {
        const changed = Uint8Array.from(bytes);
        for (const [at, byte] of changes) changed[at % changed.length] = byte;
        try {
          serialVersionUid(parseClassFile(changed));
        } catch (error) {
          if (!(error instanceof JavaSerializationError)) throw error;
        }
      }),
      { numRuns: 3_000 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeModifiedUtf8,
  encodeModifiedUtf8,
  type JavaAnnotation,
  JavaArray,
  JavaClassReference,
  JavaEnum,
  JavaObject,
  JavaSerializationError,
  type JavaValue,
  jdkClasses,
  readObjectStream,
  readObjectStreamContents,
  writeObjectStream,
  writeObjectStreamContents,
} from '../src/index.ts';
import { ANNOTATED, ANY, descriptorOf } from './descriptors.ts';
import { JAVA_STREAMS, javaStream, SPARK_STREAMS, sparkStream } from './fixtures.ts';

const BASE = descriptorOf('p.Base', ['B:b', 'C:c', 'J:j', 'Z:z', `${ANY}:any`, 'Ljava/lang/String;:text'], {
  flags: ANNOTATED,
});
const DERIVED = descriptorOf('p.Derived', ['D:d', 'F:f', 'I:i', 'S:s', `${ANY}:any2`], { superClass: BASE });
const ENUM = descriptorOf('p.Color', [], {
  serialVersionUid: 0n,
  flags: 0x12,
  superClass: jdkClasses.descriptor('java.lang.Enum'),
});

/** Any string that JavaScript has, lone surrogates included. */
const text = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
});

const { value } = fc.letrec<{ value: JavaValue; annotation: JavaAnnotation }>((tie) => ({
  annotation: fc.oneof(
    fc.record({
      kind: fc.constant('block' as const),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 2100 }),
    }),
    fc.record({ kind: fc.constant('value' as const), value: tie('value') }),
  ),
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    text,
    fc.constant(null),
    fc.constantFrom(new JavaEnum(ENUM, 'RED'), new JavaEnum(ENUM, 'GREEN'), new JavaClassReference(DERIVED)),
    fc.uint8Array().map((bytes) => new JavaArray(jdkClasses.descriptor('[B'), bytes)),
    fc.int32Array().map((elements) => new JavaArray(jdkClasses.descriptor('[I'), elements)),
    fc.float64Array().map((elements) => new JavaArray(jdkClasses.descriptor('[D'), elements)),
    fc.bigInt64Array().map((elements) => new JavaArray(jdkClasses.descriptor('[J'), elements)),
    fc.array(fc.boolean()).map((elements) => new JavaArray(jdkClasses.descriptor('[Z'), elements)),
    fc
      .array(tie('value'), { maxLength: 4 })
      .map((elements) => new JavaArray(jdkClasses.descriptor('[Ljava.lang.Object;'), elements)),
    fc
      .record({
        b: fc.integer({ min: -128, max: 127 }),
        c: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
        j: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        z: fc.boolean(),
        any: tie('value'),
        text: fc.oneof(text, fc.constant(null)),
        d: fc.double(),
        f: fc.float(),
        i: fc.integer(),
        s: fc.integer({ min: -32_768, max: 32_767 }),
        any2: tie('value'),
        annotations: fc.array(tie('annotation'), { maxLength: 3 }),
      })
      .map(({ annotations, ...fields }) =>
        JavaObject.of(DERIVED, fields, { 'p.Base': joinBlocks(annotations) }),
      ),
  ),
}));

/** Blocks that follow each other are one block to a reader. */
function joinBlocks(annotations: readonly JavaAnnotation[]): JavaAnnotation[] {
  const joined: JavaAnnotation[] = [];
  for (const annotation of annotations) {
    const last = joined.at(-1);
    if (annotation.kind === 'block' && last?.kind === 'block') {
      joined[joined.length - 1] = {
        kind: 'block',
        bytes: new Uint8Array([...last.bytes, ...annotation.bytes]),
      };
    } else joined.push(annotation);
  }
  return joined;
}

/** Runs something that may fail, but only with a coded error. */
function tolerant<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof JavaSerializationError) return undefined;
    throw error;
  }
}

describe('object streams', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(value, (written) => {
        expect(readObjectStream(writeObjectStream(written))).toEqual(written);
      }),
    );
  });

  it('are written the same way after they were read', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 3 }), (values) => {
        const contents = values.map((each) => ({ kind: 'value' as const, value: each }));
        const bytes = writeObjectStreamContents(contents);
        expect(writeObjectStreamContents(readObjectStreamContents(bytes))).toEqual(bytes);
      }),
    );
  });

  it('never end in anything but a value or a coded error when bytes of them are changed', () => {
    const streams = [...SPARK_STREAMS.map(sparkStream), ...JAVA_STREAMS.map(javaStream)];
    fc.assert(
      fc.property(
        fc.constantFrom(...streams),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (stream, changes) => {
          const changed = Uint8Array.from(stream);
          for (const [at, byte] of changes) changed[4 + (at % (changed.length - 4))] = byte;
          const read = tolerant(() => readObjectStream(changed, { keepStringIdentity: true }));
          // What could be read can be written, unless a class now leaves a field that Java would not order so.
          if (read !== undefined) tolerant(() => writeObjectStream(read));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('never end in anything but a value or a coded error when they are junk', () => {
    const codes = fc.constantFrom(...Array.from({ length: 15 }, (_, code) => 0x70 + code));
    const junk = fc.array(fc.oneof({ weight: 3, arbitrary: codes }, fc.nat(3), fc.nat(255)), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(junk, (bytes) => {
        const stream = Uint8Array.from([0xac, 0xed, 0, 5, ...bytes]);
        tolerant(() => readObjectStream(stream));
        tolerant(() => readObjectStreamContents(stream));
        tolerant(() => readObjectStream(Uint8Array.from(bytes)));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('modified UTF-8', () => {
  it('holds any string', () => {
    fc.assert(
      fc.property(text, (string) => {
        const bytes = Buffer.from(encodeModifiedUtf8(string));
        expect(bytes.includes(0)).toBe(false);
        expect(decodeModifiedUtf8(bytes, 0, bytes.length)).toBe(string);
      }),
    );
  });

  it('holds long strings, in which one character begins in one chunk and ends in the next', () => {
    const string = `a${'€😀'.repeat(10_000)}\0`;
    const bytes = Buffer.from(encodeModifiedUtf8(string));
    expect(decodeModifiedUtf8(bytes, 0, bytes.length)).toBe(string);
  });

  it('is the same as UTF-8 for what most texts consist of', () => {
    expect(Buffer.from(encodeModifiedUtf8('Grüße, 世界'))).toEqual(Buffer.from('Grüße, 世界', 'utf8'));
  });

  it('never decodes junk to anything but a string or a coded error', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        tolerant(() => decodeModifiedUtf8(Buffer.from(bytes), 0, bytes.length));
      }),
    );
  });
});

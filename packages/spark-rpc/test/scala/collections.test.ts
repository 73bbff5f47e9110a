import { JavaArray, type JavaObject, type JavaValue } from '@spark-mesos/java-serialization';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SparkRpcError } from '../../src/errors.ts';
import { mapOf } from '../../src/scala/maps.ts';
import { sequenceOf } from '../../src/scala/sequences.ts';
import { optionOf, pairOf, unboxed } from '../../src/scala/values.ts';
import { fixtureNames, streamFixture } from '../support.ts';

const SCALAS = ['scala-2.12', 'scala-2.13'];
const WORDS = ['word 1', 'word 2', 'word 3'];

/** What the program that wrote the fixtures put into each. */
const SEQUENCES: Record<string, readonly unknown[]> = {
  'empty-list': [],
  'empty-vector': [],
  'wrapped-empty-array': [],
  'java-empty-list': [],
  integers: [1, 2, 3],
  'integer-array': [1, 2, 3],
  'long-vector': Array.from({ length: 40 }, (_, index) => `item ${index}`),
  'very-long-vector': Array.from({ length: 1200 }, (_, index) => `item ${index}`),
  'shifted-vector': ['item 35', 'item 36', 'item 37', 'item 38', 'item 39', 'more'],
};
const PAIRS: readonly (readonly [string, unknown])[] = WORDS.map((word, index) => [word, index]);
const MAPS: Record<string, readonly (readonly [string, unknown])[]> = {
  empty: [],
  'empty-list': [],
  'mutable-empty-hash': [],
  1: PAIRS.slice(0, 1),
  2: PAIRS.slice(0, 2),
  4: [...PAIRS, ['word 4', 3]],
  hash: Array.from({ length: 40 }, (_, index) => [`item ${index}`, index] as const),
  'java-properties': WORDS.map((word) => [word, word]),
};
const ORDERED_MAPS = new Set(['1', '2', '4', 'list', 'mutable-linked-hash']);

function recorded(kind: string): [scala: string, name: string][] {
  return SCALAS.flatMap((scala) =>
    fixtureNames(scala)
      .filter((name) => name.startsWith(`${kind}-`))
      .map((name): [string, string] => [scala, name.slice(kind.length + 1, -'.bin'.length)]),
  );
}

describe('sequenceOf', () => {
  it.each(recorded('sequence'))('reads what %s wrote for its %s', (scala, name) => {
    const elements = sequenceOf(streamFixture(`${scala}/sequence-${name}.bin`), name);
    expect(elements.map(unboxed)).toEqual(SEQUENCES[name] ?? WORDS);
  });

  it('names the class of a collection that it does not know', () => {
    expect(() => sequenceOf(streamFixture('scala-2.12/map-1.bin'), 'Command.arguments')).toThrow(
      /Command\.arguments: scala\.collection\.immutable\.Map\$Map1 is no known sequence/,
    );
    expect(() => sequenceOf('text', 'Command.arguments')).toThrow(/a sequence expected, not a string/);
  });

  it('refuses a buffer that announces more than its array holds', () => {
    const buffer = streamFixture('scala-2.12/sequence-array-buffer.bin') as JavaObject;
    buffer.setField('size0', 17);
    expect(() => sequenceOf(buffer, 'here')).toThrow(SparkRpcError);
    buffer.setField('size0', -1);
    expect(() => sequenceOf(buffer, 'here')).toThrow(SparkRpcError);
  });

  it('refuses a wrapper and a queue that hold themselves', () => {
    const wrapper = streamFixture('scala-2.13/sequence-java-list.bin') as JavaObject;
    wrapper.setField('underlying', wrapper);
    expect(() => sequenceOf(wrapper, 'here')).toThrow(/a sequence in 5 others/);
    const queue = streamFixture('scala-2.12/sequence-queue.bin') as JavaObject;
    queue.setField('in', queue);
    queue.setField('out', queue);
    expect(() => sequenceOf(queue, 'here')).toThrow(/a sequence in 5 others/);
  });

  it('refuses a vector whose tree is one array used over and over', () => {
    const vector = streamFixture('scala-2.12/sequence-very-long-vector.bin') as JavaObject;
    vector.setField('endIndex', 2 ** 30);
    expect(() => sequenceOf(vector, 'here')).toThrow(/more than 1000000 elements/);
  });

  it('meets vectors with contradicting fields with a coded error or with as many elements as announced', () => {
    const number = fc.integer({ min: -3, max: 1300 });
    fc.assert(
      fc.property(number, number, fc.integer({ min: -1, max: 8 }), (startIndex, endIndex, depth) => {
        const vector = streamFixture('scala-2.12/sequence-very-long-vector.bin') as JavaObject;
        vector.setField('startIndex', startIndex);
        vector.setField('endIndex', endIndex);
        vector.setField('depth', depth);
        try {
          expect(sequenceOf(vector, 'here')).toHaveLength(endIndex - startIndex);
        } catch (error) {
          expect(error).toBeInstanceOf(SparkRpcError);
        }
      }),
    );
  });
});

describe('mapOf', () => {
  it.each(recorded('map'))('reads what %s wrote for its map %s', (scala, name) => {
    const entries = mapOf(streamFixture(`${scala}/map-${name}.bin`), name).map(([key, value]) => [
      unboxed(key),
      unboxed(value),
    ]);
    const wanted = MAPS[name] ?? PAIRS;
    if (ORDERED_MAPS.has(name)) expect(entries).toEqual(wanted);
    expect(new Map(entries as [string, unknown][])).toEqual(new Map(wanted));
    expect(entries).toHaveLength(wanted.length);
  });

  it('names the class of a map that it does not know', () => {
    expect(() => mapOf(streamFixture('scala-2.12/sequence-vector.bin'), 'Command.environment')).toThrow(
      /Command\.environment: scala\.collection\.immutable\.Vector is no known map/,
    );
  });

  it('refuses maps that hold themselves', () => {
    const wrapper = streamFixture('scala-2.13/map-with-default.bin') as JavaObject;
    wrapper.setField('underlying', wrapper);
    expect(() => mapOf(wrapper, 'here')).toThrow(SparkRpcError);
    const node = streamFixture('scala-2.12/map-list.bin') as JavaObject;
    node.setField('$outer', node);
    expect(() => mapOf(node, 'here')).toThrow(/more than 100000 entries/);
  });
});

describe.each(SCALAS)('options and pairs of %s', (scala) => {
  it('reads Some and None', () => {
    expect(optionOf(streamFixture(`${scala}/option-some.bin`), 'here')).toBe('word 1');
    expect(optionOf(streamFixture(`${scala}/option-none.bin`), 'here')).toBeUndefined();
    expect(optionOf(null, 'here')).toBeUndefined();
  });

  it('reads pairs, also those specialized for primitive types', () => {
    const halves = (value: JavaValue) => pairOf(value, 'here').map(unboxed);
    expect(halves(streamFixture(`${scala}/tuple-plain.bin`))).toEqual(['word 1', 1]);
    expect(halves(streamFixture(`${scala}/tuple-ints.bin`))).toEqual([1, 2]);
    expect(halves(streamFixture(`${scala}/tuple-specialized.bin`))).toEqual([1, 2n]);
  });

  it('refuses anything else in their place', () => {
    expect(() => optionOf('word', 'there')).toThrow(/there: an Option expected, not a string/);
    expect(() =>
      pairOf(
        new JavaArray((streamFixture(`${scala}/option-some.bin`) as JavaObject).descriptor, []),
        'there',
      ),
    ).toThrow(SparkRpcError);
  });
});

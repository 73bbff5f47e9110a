import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError, executorMemory, formatMemoryMiB, parseBytes, parseMemoryMiB } from '../src/index.ts';

const rules = { overheadFactor: 0.1, minimumOverheadMiB: 384 };

describe('executor memory', () => {
  test.each([
    [512, 896],
    [1024, 1408],
    [4096, 4505],
  ])('U70: a heap of %d MiB makes a task of %d MiB', (memoryMiB, totalMiB) => {
    expect(executorMemory({ memoryMiB }).totalMiB).toBe(totalMiB);
  });

  test('U70: the Mesos setting takes the place of the computed overhead', () => {
    expect(executorMemory({ memoryMiB: 1024 }, { ...rules, mesosOverheadMiB: 512 }).totalMiB).toBe(1536);
  });

  test('U71: the Mesos setting goes before the common one, that before the factor', () => {
    const both = { ...rules, mesosOverheadMiB: 100, overheadMiB: 200 };
    expect(executorMemory({ memoryMiB: 1024 }, both).overheadMiB).toBe(100);
    expect(executorMemory({ memoryMiB: 1024 }, { ...rules, overheadMiB: 200 }).overheadMiB).toBe(200);
    expect(executorMemory({ memoryMiB: 10_000 }, { ...rules, overheadFactor: 0.2 }).overheadMiB).toBe(2000);
  });

  test('U71: a resource profile goes before the common setting, not before that of Mesos', () => {
    const request = { memoryMiB: 1024, memoryOverheadMiB: 50 };
    expect(executorMemory(request, { ...rules, overheadMiB: 200 }).overheadMiB).toBe(50);
    expect(executorMemory(request, { ...rules, mesosOverheadMiB: 100 }).overheadMiB).toBe(100);
  });

  test('U71: memory off the heap and of Python workers comes on top', () => {
    expect(executorMemory({ memoryMiB: 1024 }, { ...rules, offHeapMiB: 100, pysparkMiB: 20 })).toEqual({
      heapMiB: 1024,
      overheadMiB: 384,
      offHeapMiB: 100,
      pysparkMiB: 20,
      totalMiB: 1528,
    });
  });
});

describe('sizes', () => {
  test.each([
    ['1g', 1024],
    ['512', 512],
    ['512m', 512],
    ['2GB', 2048],
    ['1536k', 1],
    [' 3t ', 3 * 1024 * 1024],
    ['1048576b', 1],
  ])('reads %j as Spark does', (text, mebibytes) => {
    expect(parseMemoryMiB(text)).toBe(mebibytes);
  });

  test.each(['', 'g', '1.5g', '-1g', '1x', '1constructor', '1 g', 'ten', '0x10', '99999999999999p'])(
    'refuses %j',
    (text) => {
      expect(() => parseMemoryMiB(text)).toThrowError(ConfigError);
    },
  );

  test('reads sizes to the byte where that is what is asked for', () => {
    expect(['1536', '64k', '1M', '0'].map((text) => parseBytes(text))).toEqual([
      1536n,
      65_536n,
      1_048_576n,
      0n,
    ]);
    expect(parseBytes('3', 'k')).toBe(3072n);
  });

  test('says sizes as people do', () => {
    expect([4096, 1536, 1408, 512, 0].map(formatMemoryMiB)).toEqual([
      '4 GiB',
      '1.5 GiB',
      '1408 MiB',
      '512 MiB',
      '0 MiB',
    ]);
  });

  test('any number of MiB survives being written and read', () => {
    fc.assert(fc.property(fc.nat(), (mebibytes) => parseMemoryMiB(`${mebibytes}m`) === mebibytes));
  });
});

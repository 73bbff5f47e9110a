import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attributesOf, CommandError, resourcesOf } from '../src/index.ts';

describe('attributes for all agents', () => {
  it('take the number of the agent, and go round where values have commas', () => {
    const pattern = 'rack:r{n};zone:a,b';
    expect([0, 1, 2].map((index) => attributesOf(pattern, index))).toEqual([
      { rack: 'r1', zone: 'a' },
      { rack: 'r2', zone: 'b' },
      { rack: 'r3', zone: 'a' },
    ]);
  });

  it('keep ranges and sets whole', () => {
    expect(attributesOf('level:[1-3,5],[7-9];disks:{ssd,hdd}', 0)).toEqual({
      level: '[1-3,5]',
      disks: '{ssd,hdd}',
    });
    expect(attributesOf('level:[1-3,5],[7-9]', 1)).toEqual({ level: '[7-9]' });
    expect(attributesOf('url:http://host:80;', 0)).toEqual({ url: 'http://host:80' });
  });

  it.each(['rack', ':r1', 'rack:', 'rack:a,;x'])('say what is wrong with "%s"', (pattern) => {
    expect(() => attributesOf(pattern, 1)).toThrow(CommandError);
    expect(() => attributesOf(pattern, 1)).toThrow("'rack:r{n};zone:a,b'");
  });

  it('are none where nothing is written', () => {
    expect(attributesOf('', 0)).toEqual({});
  });
});

describe('resources for all agents', () => {
  it('share out the ports, of which a machine has each only once', () => {
    const pattern = 'cpus:4;mem:8192;ports:[31000-31999]';
    expect(resourcesOf(pattern, 0, 2)).toBe('cpus:4;mem:8192;ports:[31000-31499]');
    expect(resourcesOf(pattern, 1, 2)).toBe('cpus:4;mem:8192;ports:[31500-31999]');
    expect(resourcesOf(pattern, 0, 1)).toBe(pattern);
    expect(resourcesOf('ports:[1-2, 10-13]', 1, 3)).toBe('ports:[10-11]');
  });

  it('stay as they are where the agent has its number in them, or they are reserved', () => {
    expect(resourcesOf('ports:[3{n}000-3{n}999]', 1, 2)).toBe('ports:[32000-32999]');
    expect(resourcesOf('cpus:1;ports(spark):[1-4]', 0, 2)).toBe('cpus:1;ports(spark):[1-4]');
  });

  it('give every port to one agent and none twice', () => {
    const ranges = fc.array(fc.tuple(fc.nat(50), fc.nat(50)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(ranges, fc.integer({ min: 2, max: 7 }), (steps, count) => {
        let last = 0;
        const all: number[] = [];
        const written = steps.map(([gap, length]) => {
          const begin = last + gap + 1;
          last = begin + length;
          for (let port = begin; port <= last; port += 1) all.push(port);
          return `${begin}-${last}`;
        });
        const given = Array.from({ length: count }, (_, index) =>
          portsOf(resourcesOf(`ports:[${written.join(',')}]`, index, count)),
        );
        expect(given.flat()).toEqual(all);
      }),
    );
  });

  it('say what is wrong with ports that are no ranges', () => {
    expect(() => resourcesOf('ports:[9-1]', 0, 2)).toThrow(
      'they are ranges such as [31000-32000, 33000-34000]',
    );
  });
});

function portsOf(text: string): number[] {
  return [...text.matchAll(/(\d+)-(\d+)/g)].flatMap(([, begin, end]) =>
    Array.from({ length: Number(end) - Number(begin) + 1 }, (_, index) => Number(begin) + index),
  );
}

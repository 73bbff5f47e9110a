import { mesos } from '@spark-mesos/mesos-proto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  constraintMatcher,
  formatConstraint,
  matchConstraints,
  NONE_PLACED,
  type OfferPlace,
  PlacementCounts,
  parseConstraints,
} from '../src/index.ts';
import { warningsOf } from './support/settings.ts';

const { SCALAR, RANGES, SET, TEXT } = mesos.v1.Value.Type;

const rack = (value: string): mesos.v1.IAttribute => ({ name: 'rack', type: TEXT, text: { value } });

function agent(hostname: string, ...attributes: mesos.v1.IAttribute[]): OfferPlace {
  return { hostname, attributes };
}

/** Places executors one after the other on the first agent that meets the constraints, as often as one does. */
function placeOn(text: string, agents: readonly OfferPlace[], count: number): (string | null | undefined)[] {
  const constraints = parseConstraints(text);
  const matches = constraintMatcher(constraints);
  const placed = new PlacementCounts(constraints);
  const hosts: (string | null | undefined)[] = [];
  for (let executor = 0; executor < count; executor += 1) {
    const found = agents.find((candidate) => matches(candidate, placed).ok);
    if (found === undefined) {
      break;
    }
    placed.add(placed.placeOf(found));
    hosts.push(found.hostname);
  }
  return hosts;
}

function meets(text: string, offer: OfferPlace): boolean {
  return matchConstraints(parseConstraints(text), offer).ok;
}

describe('the grammar of operators', () => {
  test('U58: an operator stands between two colons, its value may hold more of them', () => {
    expect(parseConstraints('hostname:UNIQUE: ; rack:GROUP_BY:3;rack:LIKE:a:b(?:c|d);os:linux')).toEqual([
      { name: 'hostname', values: [], operator: 'UNIQUE' },
      { name: 'rack', values: ['3'], operator: 'GROUP_BY' },
      { name: 'rack', values: ['a:b(?:c|d)'], operator: 'LIKE' },
      { name: 'os', values: ['linux'] },
    ]);
  });

  test('U58: with one colon an operator is a value, as in Spark, and a warning says so', () => {
    expect(parseConstraints('hostname:UNIQUE')).toEqual([{ name: 'hostname', values: ['UNIQUE'] }]);
    expect(warningsOf({ 'spark.mesos.constraints': 'hostname:UNIQUE' })).toEqual([
      "spark.mesos.constraints: 'hostname:UNIQUE' asks for the value UNIQUE of an attribute; " +
        "for the operator write 'hostname:UNIQUE:'",
    ]);
  });

  test.each([
    ['a:UNIQUE:x', 'UNIQUE takes no value'],
    ['a:GROUP_BY:0', "GROUP_BY takes a number from 1 up, not '0'"],
    ['a:MAX_PER:', "MAX_PER takes a number from 1 up, not ''"],
    ['a:LIKE:', 'LIKE takes a regular expression'],
    ['a:UNLIKE:(', "'(' is no regular expression of RE2: error parsing regexp: missing closing )"],
    ['a:LIKE:(a)\\1', "'(a)\\1' is no regular expression of RE2"],
    ['a:LIKE:(?!b).*', "'(?!b).*' is no regular expression of RE2"],
    [`a:LIKE:${'a'.repeat(1001)}`, `'${'a'.repeat(100)}…' has 1001 characters, and may have 1000`],
    ['a:LIKE:a{600}b{600}', 'repeats more than 1000 times in all'],
    ['a:LIKE:((a{30}){30}){30}', 'is no regular expression of RE2'],
    [`a:LIKE:${'\\pL{31}'.repeat(32)}(?:(?:ab?c?){30}){30}`, 'repeats more than 1000 times in all'],
    ['a:LIKE:(?:(?:(?:a?b?c?){10}){10}){10}', 'is too large'],
    ['a:IS:', 'IS takes a value'],
    ['a:unique:', "'unique' is no operator; they are UNIQUE, CLUSTER"],
    [':UNIQUE:', 'names no attribute'],
  ])('U58: refuses %j and says why', (text, why) => {
    expect(() => parseConstraints(text)).toThrowError(why);
  });

  test('U50, U58: what is written from constraints is read as the same ones', () => {
    const value = fc
      .string({ unit: fc.constantFrom('a', 'b', '.', '-', ' x'), minLength: 1 })
      .map((text) => text.trim() || 'v');
    const plain = fc.record({ values: fc.uniqueArray(value, { maxLength: 3 }) });
    const operator = fc.oneof(
      fc.constant({ operator: 'UNIQUE' as const, values: [] }),
      fc.integer({ min: 1, max: 99 }).map((n) => ({ operator: 'MAX_PER' as const, values: [String(n)] })),
      value.map((text) => ({ operator: 'IS' as const, values: [`${text}:${text}`] })),
      fc.constant({ operator: 'CLUSTER' as const, values: [] }),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(plain, operator), { minLength: 1, maxLength: 5 }), (list) => {
        const constraints = list.map((constraint, index) => ({ name: `n${index}`, ...constraint }));
        expect(parseConstraints(constraints.map(formatConstraint).join(';'))).toEqual(constraints);
      }),
    );
  });
});

describe('operators on what an agent is', () => {
  test('U58: LIKE and UNLIKE match whole values; a missing field is unlike anything', () => {
    const offer = agent('node-1.example', rack('rack-2'));
    expect(meets('rack:LIKE:rack-[1-3]', offer)).toBe(true);
    expect(meets('rack:LIKE:rack', offer)).toBe(false);
    expect(meets('rack:UNLIKE:rack-3|rack-4', offer)).toBe(true);
    expect(meets('zone:LIKE:.*', offer)).toBe(false);
    expect(meets('zone:UNLIKE:.*', offer)).toBe(true);
    expect(meets('hostname:LIKE:node-\\d+\\.example', offer)).toBe(true);
  });

  test('U58: an expression matches the value as a whole, whichever of its branches comes first', () => {
    const offer = agent('h', rack('ab'));
    expect(meets('rack:LIKE:a|ab', offer)).toBe(true);
    expect(meets('rack:LIKE:a|b', offer)).toBe(false);
    expect(meets('rack:LIKE:^ab$', offer)).toBe(true);
    expect(meets('rack:LIKE:(?i)AB', offer)).toBe(true);
    expect(meets('rack:LIKE:a\\x62', offer)).toBe(true);
  });

  test.each(['(a+)+b', '(a|a)*b', '(.*a){25}b', '(a?){100}a{100}b', '([a-z]+)*@'])(
    'U58: %j takes a time that grows with the value alone',
    (expression) => {
      const offer = agent('h', rack('a'.repeat(5000)));
      // An engine that goes back and tries again would not come to an end here.
      expect(meets(`rack:LIKE:${expression}`, offer)).toBe(false);
    },
  );

  test('U58: of a set one item must match LIKE, and none UNLIKE', () => {
    const offer = agent('h', { name: 'disks', type: SET, set: { item: ['ssd-1', 'hdd-1'] } });
    expect(meets('disks:LIKE:ssd-.*', offer)).toBe(true);
    expect(meets('disks:UNLIKE:ssd-.*', offer)).toBe(false);
    expect(meets('disks:UNLIKE:nvme-.*', offer)).toBe(true);
  });

  test('U58: IS compares text, numbers, sets and ranges', () => {
    const offer = agent(
      'h',
      rack('r1'),
      { name: 'level', type: SCALAR, scalar: { value: 2.5 } },
      { name: 'zones', type: SET, set: { item: ['b', 'a'] } },
      { name: 'blocks', type: RANGES, ranges: { range: [{ begin: 1, end: 4 }] } },
    );
    expect(meets('rack:IS:r1', offer)).toBe(true);
    expect(meets('rack:IS:r', offer)).toBe(false);
    expect(meets('level:IS:2.50', offer)).toBe(true);
    expect(meets('level:IS:2', offer)).toBe(false);
    expect(meets('zones:IS:{a,b}', offer)).toBe(true);
    expect(meets('zones:IS:{a}', offer)).toBe(false);
    expect(meets('blocks:IS:[1-4]', offer)).toBe(true);
    expect(meets('absent:IS:x', offer)).toBe(false);
  });

  test('U58: hostname, region and zone of the agent are fields; an attribute called hostname goes before', () => {
    const offer: OfferPlace = {
      hostname: 'h1',
      attributes: [],
      domain: { faultDomain: { region: { name: 'eu' }, zone: { name: 'eu-1' } } },
    };
    expect(meets('hostname:IS:h1;@hostname:IS:h1;@region:IS:eu;@zone:LIKE:eu-.', offer)).toBe(true);
    const named = { ...offer, attributes: [{ name: 'hostname', type: TEXT, text: { value: 'other' } }] };
    expect(meets('hostname:IS:other;@hostname:IS:h1', named)).toBe(true);
    expect(meets('@zone:LIKE:.*', agent('h'))).toBe(false);
    expect(meets('@region:UNLIKE:.*', agent('h'))).toBe(true);
  });

  test('U52, U58: an unmet operator says what it wants, what there is and how many executors are there', () => {
    const constraints = parseConstraints('rack:MAX_PER:1');
    const placed = new PlacementCounts(constraints);
    placed.add(placed.placeOf(agent('h', rack('r1'))));
    expect(matchConstraints(constraints, agent('h', rack('r1')), placed)).toEqual({
      ok: false,
      reason: 'CONSTRAINT_UNMET',
      constraint: 'rack',
      operator: 'MAX_PER',
      need: ['1'],
      have: 'r1',
      placed: 1,
    });
    expect(matchConstraints(parseConstraints('rack:LIKE:x'), agent('h'))).toEqual({
      ok: false,
      reason: 'CONSTRAINT_UNMET',
      constraint: 'rack',
      operator: 'LIKE',
      need: ['x'],
      have: undefined,
    });
  });
});

describe('operators on where executors run', () => {
  const agents = [
    agent('a1', rack('r1')),
    agent('a2', rack('r1')),
    agent('b1', rack('r2')),
    agent('c1', rack('r3')),
    agent('d1'),
  ];

  test('U58: UNIQUE places one executor for each value, and none where there is no value', () => {
    expect(placeOn('hostname:UNIQUE:', agents, 9)).toEqual(['a1', 'a2', 'b1', 'c1', 'd1']);
    expect(placeOn('rack:UNIQUE:', agents, 9)).toEqual(['a1', 'b1', 'c1']);
  });

  test('U58: MAX_PER places so many for each value', () => {
    expect(placeOn('rack:MAX_PER:2', agents, 9)).toEqual(['a1', 'a1', 'b1', 'b1', 'c1', 'c1']);
  });

  test('U58: CLUSTER keeps to a value, or to that of the first executor', () => {
    expect(placeOn('rack:CLUSTER:r2', agents, 3)).toEqual(['b1', 'b1', 'b1']);
    expect(placeOn('hostname:CLUSTER:', agents, 3)).toEqual(['a1', 'a1', 'a1']);
  });

  test('U58: GROUP_BY spreads evenly over the values that are known to exist', () => {
    expect(placeOn('rack:GROUP_BY:3', agents, 6)).toEqual(['a1', 'b1', 'c1', 'a1', 'b1', 'c1']);
    expect(placeOn('rack:GROUP_BY:', agents, 3)).toEqual(['a1', 'a1', 'a1']);
    expect(placeOn('rack:GROUP_BY:', [...agents].reverse(), 4)).toEqual(['c1', 'c1', 'c1', 'c1']);
  });

  test('U58: a group that lags behind is filled first', () => {
    const constraints = parseConstraints('rack:GROUP_BY:');
    const placed = new PlacementCounts(constraints);
    for (const value of ['r1', 'r1', 'r2']) {
      placed.add([value]);
    }
    expect(matchConstraints(constraints, agent('h', rack('r1')), placed).ok).toBe(false);
    expect(matchConstraints(constraints, agent('h', rack('r2')), placed).ok).toBe(true);
    expect(matchConstraints(constraints, agent('h', rack('r3')), placed).ok).toBe(true);
    placed.remove(['r1']);
    expect(matchConstraints(constraints, agent('h', rack('r1')), placed).ok).toBe(true);
  });

  test('U58: without operators that count nothing is remembered of an executor', () => {
    const placed = new PlacementCounts(parseConstraints('os:linux;hostname:LIKE:x'));
    expect(placed.isEmpty).toBe(true);
    expect(placed.placeOf(agent('h'))).toEqual([]);
    expect(NONE_PLACED.countOf('hostname', 'h')).toBe(0);
  });

  test('U58: the counts are those of the executors that are there, whatever came and went', () => {
    const places = fc.array(fc.constantFrom('r1', 'r2', 'r3', null), { maxLength: 30 });
    fc.assert(
      fc.property(places, fc.array(fc.nat(29), { maxLength: 30 }), (added, removed) => {
        const placed = new PlacementCounts(parseConstraints('rack:UNIQUE:'));
        const left = [...added];
        for (const value of added) {
          placed.add([value]);
        }
        for (const index of removed) {
          const [value] = left.splice(index, 1);
          placed.remove(value === undefined ? [] : [value]);
        }
        const groups = new Map<string, number>();
        for (const value of left) {
          if (value !== null) {
            groups.set(value, (groups.get(value) ?? 0) + 1);
          }
        }
        expect(placed.groupsOf('rack')).toBe(groups.size);
        expect(placed.leastOf('rack')).toBe(groups.size === 0 ? 0 : Math.min(...groups.values()));
        expect(['r1', 'r2', 'r3'].map((value) => placed.countOf('rack', value))).toEqual(
          ['r1', 'r2', 'r3'].map((value) => groups.get(value) ?? 0),
        );
        expect(groups.size === 0 || groups.has(placed.anyOf('rack') ?? '')).toBe(true);
      }),
    );
  });
});

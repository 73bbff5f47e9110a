import { expect, test } from 'vitest';
import { coveragePage, coverageProblems, PARTS, ruleIds, ruleTitles } from '../coverage.mjs';
import { settingProblems, settingRows, settingsRead } from '../rules/settings.mjs';

const RULE = { id: 'U1', kind: 'M' as const, words: 'URLs' };

test('titles that begin with numbers of rules are found, also those of test.each', () => {
  const source = [
    "  test('U1: one', () => {});",
    "  test('U2, C31: it\\'s two', () => {});",
    '  test.each([',
    "    ['U9: a row is no title'],",
    '  ])(',
    '    `C4: a row of %s`,',
    "  test('not U5: at the beginning', () => {});",
    "  it('D20a, F3: a letter, too', () => {});",
    "  describe('resources', () => {});",
  ].join('\n');
  expect(ruleTitles(source)).toEqual([
    'U1: one',
    "U2, C31: it's two",
    'C4: a row of %s',
    'D20a, F3: a letter, too',
  ]);
  expect(ruleIds('U2, C31: two: parts')).toEqual(['U2', 'C31']);
});

test('a rule without test and reason, a needless reason and an unknown rule are reported', () => {
  const test = { file: 'packages/a/test/a.test.ts', title: 'U1: reads URLs' };
  expect(coverageProblems([RULE], [test])).toEqual([]);
  expect(coverageProblems([RULE], [])).toEqual([
    'U1 (URLs) has neither a test nor a reason why there can be none',
  ]);
  expect(coverageProblems([{ ...RULE, reason: 'not applicable' }], [])).toEqual([]);
  expect(coverageProblems([{ ...RULE, reason: 'not applicable' }], [test])).toEqual([
    'U1 has a test, so the reason why there is none is wrong',
  ]);
  expect(coverageProblems([RULE], [{ ...test, title: 'U1, U99: x' }])).toEqual([
    "packages/a/test/a.test.ts: 'U1, U99: x' names U99, which is no rule",
  ]);
});

test('the page lists each rule with its tests, or with the reason', () => {
  const rules = [RULE, { ...RULE, id: 'U2', reason: 'not applicable' }];
  const page = coveragePage([{ title: 'Shared', rules }], [{ file: 'a.test.ts', title: 'U1: a | b' }]);
  expect(page).toContain('## Shared');
  expect(page).toContain('| U1 | URLs | M | `a.test.ts`: U1: a \\| b |');
  expect(page).toContain('| U2 | URLs | M, no test | not applicable |');
});

test('no rule stands twice', () => {
  const ids = PARTS.flatMap(({ rules }) => rules.map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
});

test('what a source reads of settings is found, however it is written', () => {
  const source = [
    'const a = settings.coresMax + this.#settings?.gpusMax;',
    'const { role, roles } = context.settings;',
    'function f({ networkNames }: SparkSettings) {}',
    "properties.get('spark.authenticate')",
    'const master = other.master;',
  ].join('\n');
  expect(settingsRead(source)).toEqual([
    'coresMax',
    'gpusMax',
    'role',
    'roles',
    'networkNames',
    'spark.authenticate',
  ]);
});

test('a setting that nobody reads needs a reason, and the page says who reads the others', () => {
  const settings = [
    { key: 'coresMax', name: 'spark.cores.max', table: 'application', readers: ['coarse-backend'] },
    { key: 'master', name: 'spark.master', table: 'application', readers: [] },
    { key: 'stray', name: 'spark.stray', table: 'application', readers: [] },
  ];
  expect(settingProblems(settings)).toEqual(['nobody reads spark.stray (stray), and no reason is stated']);
  expect(settingRows(settings)).toContain('| `spark.cores.max` | `coarse-backend` |');
  expect(settingRows(settings)).toContain('| `spark.master` | The command line names the master |');
});

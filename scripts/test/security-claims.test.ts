import { expect, test } from 'vitest';
import { claimProblems } from '../security-claims.mjs';

const page = (...rows: string[]) =>
  ['| threat | what stops it | tests |', '|---|---|---|', ...rows, '', '| other | table |', '| a | b |'].join(
    '\n',
  );
const FILES = new Map([
  [
    'a.test.ts',
    [
      "test('one\\'s own', () => {});",
      'test("two", () => {});',
      'test(`$' + '{name}: three`, () => {});',
    ].join(' '),
  ],
]);
const problemsOf = (text: string) => claimProblems(text, (file) => FILES.get(file));

test('each threat names tests that are there, by their titles', () => {
  expect(
    problemsOf(
      page("| t | s | [one's own](a.test.ts), [two](a.test.ts) |", '| t | s | [three](a.test.ts) |'),
    ),
  ).toEqual([]);
});

test('a threat without a test, a test that is gone and a file that is gone are problems', () => {
  expect(
    problemsOf(page('| t | s | none |', '| t | s | [four](a.test.ts) |', '| t | s | [one](b.test.ts) |')),
  ).toEqual([
    'SECURITY.md:3 claims something without a test',
    'SECURITY.md:4: a.test.ts has no test "four"',
    'SECURITY.md:5: there is no b.test.ts',
  ]);
  expect(problemsOf('# nothing')).toHaveLength(1);
});

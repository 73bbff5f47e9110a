import { expect, test } from 'vitest';
import { GivenFrameworkIds } from '../src/given-framework-ids.ts';

test('U14: an id is its driver’s own; only further applications of it get a suffix', () => {
  const ids = new GivenFrameworkIds();
  expect(['a', 'b', 'a', 'a', 'b'].map((id) => ids.suffix(id))).toEqual(['', '', '-0001', '-0002', '-0001']);
});

test('what gives no id needs no suffix', () => {
  const ids = new GivenFrameworkIds();
  expect([ids.suffix(undefined), ids.suffix(undefined)]).toEqual(['', '']);
});

test('ids that nobody has asked for since ten thousand others are forgotten', () => {
  const ids = new GivenFrameworkIds();
  for (const id of ['first', 'second', 'first']) ids.suffix(id);
  for (let number = 1; number < 10_000; number += 1) ids.suffix(`id-${number}`);
  expect(ids.suffix('first')).toBe('-0002');
  expect(ids.suffix('second')).toBe('');
});

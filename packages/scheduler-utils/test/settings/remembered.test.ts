import { expect, test } from 'vitest';
import { remembered } from '../../src/settings/remembered.ts';

function counted() {
  let asked = 0;
  const isShort = remembered((text) => {
    asked += 1;
    return text.length < 5;
  });
  return { isShort, asked: () => asked };
}

test('a name that comes again is not worked out again', () => {
  const { isShort, asked } = counted();
  expect([isShort('name'), isShort('a longer name'), isShort('name')]).toEqual([true, false, true]);
  expect([isShort('a longer name'), asked()]).toEqual([false, 2]);
});

test('names that anybody sends take no memory without a bound', () => {
  const { isShort, asked } = counted();
  const long = 'x'.repeat(201);
  expect([isShort(long), isShort(long), asked()]).toEqual([false, false, 2]);
  for (let number = 0; number < 2001; number += 1) isShort(`name ${number}`);
  isShort('name 0');
  expect(asked()).toBe(2004);
});

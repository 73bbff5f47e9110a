import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HeldBudget } from '../../src/relay/held-budget.ts';

it('tells all that hold something, and no others, when there is room again', () => {
  const told: string[] = [];
  const holder = (name: string) => ({ roomAgain: () => void told.push(name) });
  const [first, second, third] = [holder('first'), holder('second'), holder('third')];
  const budget = new HeldBudget(100);
  budget.note(first, 60);
  budget.note(second, 40);
  expect(budget.isExceeded).toBe(false);
  budget.note(third, 1);
  expect(budget.isExceeded).toBe(true);
  budget.note(second, 80);
  budget.note(third, 0);
  expect(told).toEqual([]);
  budget.note(first, 20);
  expect(told).toEqual(['second']);
  expect(budget.isExceeded).toBe(false);
});

it('knows the sum of what all hold', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 100 }))), (steps) => {
      const holders = [0, 1, 2, 3, 4].map(() => ({ roomAgain: () => {} }));
      const held = [0, 0, 0, 0, 0];
      const budget = new HeldBudget(150);
      for (const [index, bytes] of steps) {
        const holder = holders[index];
        if (holder !== undefined) budget.note(holder, bytes);
        held[index] = bytes;
        expect(budget.isExceeded).toBe(held.reduce((sum, each) => sum + each, 0) > 150);
      }
    }),
  );
});

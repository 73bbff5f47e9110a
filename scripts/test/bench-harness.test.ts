import { expect, test } from 'vitest';
import { alternate, fixed, measured, meetsGoal, residentMemory, row, table } from '../../bench/harness.mjs';

test('takes the median with its spread, of an odd and an even number of values', () => {
  expect(measured([5, 1, 3])).toEqual({ median: 3, least: 1, most: 5 });
  expect(measured([4, 1, 3, 2])).toEqual({ median: 2.5, least: 1, most: 4 });
});

test('runs both sides in turn, and lets each go first as often as the other', async () => {
  const order: string[] = [];
  const side = (name: string) => async (round: number) => {
    order.push(`${name}${round}`);
    return round;
  };
  const { ours, peer } = await alternate({ rounds: 4, ours: side('ours'), peer: side('peer') });
  expect(order).toEqual(['ours0', 'peer0', 'peer1', 'ours1', 'ours2', 'peer2', 'peer3', 'ours3']);
  expect([ours.median, peer.median]).toEqual([1.5, 1.5]);
});

test('the ratio is above 1 when ours is better, whatever the unit', () => {
  const common = { scenario: 'x', unit: 's', goal: 1 };
  expect(row({ ...common, ours: fixed(5), peer: fixed(10), better: 'less' }).ratio).toBe(2);
  expect(row({ ...common, ours: fixed(5), peer: fixed(10), better: 'more' }).ratio).toBe(0.5);
});

test('the table shows the spread and says which goals are missed', () => {
  const good = row({ scenario: 'a', unit: 's', ours: fixed(1), peer: fixed(2), better: 'less', goal: 1 });
  const bad = row({
    scenario: 'b',
    unit: 's',
    ours: measured([2, 3, 4]),
    peer: fixed(2),
    better: 'less',
    goal: 1,
  });
  expect([good, bad].map(meetsGoal)).toEqual([true, false]);
  const lines = table([good, bad]).split('\n');
  expect(lines[2]).toMatch(/^a +s +1 +2 +2 +1 met$/);
  expect(lines[3]).toMatch(/^b +s +3 \(2 to 4\) +2 +0\.667 +1 MISSED$/);
});

test('reads the resident memory of a process, and nothing of one that has ended', () => {
  const own = residentMemory(process.pid);
  expect(own?.now).toBeGreaterThan(10);
  expect(own?.highest).toBeGreaterThanOrEqual(own?.now ?? 0);
  expect(residentMemory(2 ** 30)).toBeUndefined();
});

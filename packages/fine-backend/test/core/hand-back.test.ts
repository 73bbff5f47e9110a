import { describe, expect, test } from 'vitest';
import { Harness } from './harness.ts';

/** Executor 0 on agent a and executor 1 on agent b, each with three cores for tasks. */
const twoExecutors = (settings = {}) =>
  new Harness({ handBackMs: 5000, ...settings })
    .subscribed()
    .handle({ kind: 'executorTotal', total: 2 })
    .cores(4)
    .cores(4, 'b')
    .running('p-e-0', 'p-e-1')
    .advance(2000)
    .forget();

const handedBack = (harness: Harness) => harness.of('handBack').map(({ task }) => task.taskId);
const announced = (harness: Harness) =>
  harness.of('executorCores').map(({ executor, taskCores }) => `${executor.executorId}: ${taskCores}`);

describe('tasks that wait where somebody else has the cores', () => {
  test('F21, F22: are handed back when others have cores, and their executor announces none until it could have some', () => {
    const harness = twoExecutors().hold('1', '2', '3').advance(4999);
    expect(handedBack(harness)).toEqual([]);
    harness.advance(1);
    expect(handedBack(harness)).toEqual(['1', '2', '3']);
    expect(harness.of('handBack')[0]?.message).toBe(
      'no core could be had for it on host-of-a for 5 s, and other executors have some',
    );
    expect(announced(harness)).toEqual(['0: 0']);
    harness.ended('1', '2', '3').forget();
    harness.offers({ id: 'm', agentId: 'a', memMiB: 3000 }).cores(0.5);
    expect(announced(harness)).toEqual([]);
    harness.cores(2);
    expect(announced(harness)).toEqual(['0: 2']);
    harness.forget().hold('4').cores(2).running('p-s-0');
    expect(harness.passed()).toEqual(['4']);
  });

  test('F22: stay when no other executor has cores to spare, and go as soon as one has', () => {
    const harness = twoExecutors().hold('1').holdOn(1, '2').advance(20_000);
    expect(handedBack(harness)).toEqual([]);
    harness.cores(1, 'b').running('p-s-0').advance(5000);
    expect(handedBack(harness)).toEqual(['1']);
  });

  test('F22: stay as long as others of their executor are passed on', () => {
    const harness = twoExecutors({ leaseMs: 60_000 }).hold('0', '1', '2').cores(1).running('p-s-0');
    harness.advance(4000).ended('0').advance(4000).ended('1').advance(4000);
    expect(harness.passed()).toEqual(['0', '1', '2']);
    expect(handedBack(harness)).toEqual([]);
  });

  test('F21: behind tasks that run for long are handed back, and the cores of those stay announced', () => {
    const harness = twoExecutors().hold('0', '1', '2').cores(1).running('p-s-0').advance(5000);
    expect(handedBack(harness)).toEqual(['1', '2']);
    expect(announced(harness).at(-1)).toBe('0: 1');
  });

  test('F22: stay when a slot is being launched for them', () => {
    const harness = twoExecutors().hold('1', '2').cores(1).advance(5000);
    expect(handedBack(harness)).toEqual(['2']);
    harness.running('p-s-0');
    expect(harness.passed()).toEqual(['1']);
  });

  test('F66: are not taken back while spark.cores.max is reached', () => {
    const harness = twoExecutors({ coresMax: 3 }).holdOn(1, '0').cores(1, 'b').running('p-s-0');
    harness.hold('1').advance(5000);
    expect(handedBack(harness)).toEqual(['1']);
    harness.forget().cores(3);
    expect(announced(harness)).toEqual([]);
  });

  test('F60: an executor that announces nothing sees offers also where no other executor is wanted', () => {
    const harness = twoExecutors();
    harness.hold('1').advance(5000).ended('1').forget().advance(10_000);
    expect(harness.of('suppress')).toEqual([]);
    harness.cores(3);
    expect(announced(harness)).toEqual(['0: 3']);
    harness.advance(2000);
    expect(harness.of('suppress')).toHaveLength(1);
  });

  test('F36: and are killed meanwhile are not told of twice', () => {
    const harness = twoExecutors().hold('1').advance(5000).forget();
    harness.handle({ kind: 'killed', taskId: '1' }).ended('1');
    expect(harness.kinds()).toEqual([]);
  });
});

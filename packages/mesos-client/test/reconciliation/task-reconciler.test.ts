import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DoubtfulTask, TaskReconciler } from '../../src/index.ts';

const tasks = (...ids: string[]): DoubtfulTask[] =>
  ids.map((taskId) => ({ taskId, agentId: `agent of ${taskId}` }));
const idsOf = (question: { tasks: readonly DoubtfulTask[] } | undefined) =>
  question?.tasks.map(({ taskId }) => taskId);
const always = (random: number) => ({ random: () => random });

describe('TaskReconciler', () => {
  it('asks at once, then less and less often, for what is still open', () => {
    const reconciler = new TaskReconciler(always(1));
    expect(reconciler.isDone).toBe(true);
    reconciler.request(tasks('a', 'b'), 1_000);
    expect(reconciler.settle(true, 1_000)).toEqual({ kind: 'reconcile', tasks: tasks('a', 'b') });
    const asked: number[] = [];
    reconciler.answered('a');
    for (let now = 1_000; now < 300_000; now += 1_000) {
      const question = reconciler.settle(true, now);
      if (question !== undefined) {
        expect(idsOf(question)).toEqual(['b']);
        asked.push(now - 1_000);
      }
    }
    expect(asked).toEqual([5_000, 15_000, 35_000, 75_000, 135_000, 195_000, 255_000]);
  });

  it('asks for all tasks once every task that it knows is answered, and is done then', () => {
    const reconciler = new TaskReconciler(always(0));
    reconciler.request(tasks('a'), 0);
    reconciler.settle(true, 0);
    expect(reconciler.nextWakeMs()).toBe(2_500);
    reconciler.answered('x');
    expect(reconciler.settle(true, 1)).toBeUndefined();
    reconciler.answered('a');
    expect(reconciler.isDone).toBe(false);
    expect(reconciler.settle(true, 1)).toEqual({ kind: 'reconcile', tasks: [] });
    expect(reconciler.isDone).toBe(true);
    expect(reconciler.nextWakeMs()).toBeUndefined();
    expect(reconciler.settle(true, 1_000_000)).toBeUndefined();
  });

  it('asks for all tasks alone when it knows none, and not at all when it is not wanted', () => {
    const reconciler = new TaskReconciler();
    reconciler.request([], 7);
    expect(reconciler.settle(true, 7)).toEqual({ kind: 'reconcile', tasks: [] });
    const explicit = new TaskReconciler({ implicit: false });
    explicit.request([], 7);
    expect(explicit.isDone).toBe(true);
    explicit.request(tasks('a'), 7);
    expect(idsOf(explicit.settle(true, 7))).toEqual(['a']);
    explicit.answered('a');
    expect(explicit.isDone).toBe(true);
    expect(explicit.settle(true, 1_000_000)).toBeUndefined();
  });

  it('keeps its questions for when it is connected, and begins anew with each subscription', () => {
    const reconciler = new TaskReconciler(always(1));
    reconciler.request(tasks('a'), 0);
    expect(reconciler.settle(false, 0)).toBeUndefined();
    expect(idsOf(reconciler.settle(true, 10))).toEqual(['a']);
    expect(idsOf(reconciler.settle(true, 5_010))).toEqual(['a']);
    reconciler.request(tasks('b'), 6_000);
    expect(idsOf(reconciler.settle(true, 6_000))).toEqual(['a', 'b']);
    // The wait is the first one again.
    expect(reconciler.nextWakeMs()).toBe(11_000);
    expect(reconciler.open).toBe(2);
  });

  it('ends with every task known, however many questions and answers get lost', () => {
    const losses = fc.infiniteStream(fc.boolean());
    const ids = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 20 });
    fc.assert(
      fc.property(ids, losses, fc.double({ min: 0, max: 0.999, noNaN: true }), (known, lost, random) => {
        const reconciler = new TaskReconciler(always(random));
        reconciler.request(tasks(...known), 0);
        const open = new Set(known);
        let now = 0;
        let implicit = 0;
        for (let rounds = 0; !reconciler.isDone && rounds < 500; rounds += 1) {
          now = Math.max(now, reconciler.nextWakeMs() ?? now);
          const question = reconciler.settle(lost.next().value === false, now);
          implicit += question?.tasks.length === 0 ? 1 : 0;
          if (question !== undefined && question.tasks.length > 0) {
            expect(new Set(idsOf(question))).toEqual(open);
            expect(reconciler.nextWakeMs()).toBeGreaterThanOrEqual(now + 2_500);
            expect(reconciler.nextWakeMs()).toBeLessThanOrEqual(now + 60_000);
          }
          for (const { taskId } of question?.tasks ?? []) {
            if (lost.next().value === false) {
              reconciler.answered(taskId);
              open.delete(taskId);
            }
          }
        }
        expect(reconciler.isDone && open.size === 0).toBe(true);
        expect(implicit).toBe(1);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { heldOf } from './harness.ts';
import { ModelCluster, type Step } from './model-cluster.ts';

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('hold'), on: fc.nat(3), big: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('finishTask'), index: fc.nat(9) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('report'), index: fc.nat(9) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('offer') }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('advance'), milliseconds: fc.constantFrom(5, 60, 1500, 4000) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('connect'), index: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('disconnect'), index: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('killTask'), index: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('loseTask'), index: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reconnect') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('killExecutor'), index: fc.nat(3) }) },
) as fc.Arbitrary<Step>;

const settings = fc.record({
  exact: fc.boolean(),
  coresMax: fc.constantFrom(undefined, 6),
  executorCores: fc.constantFrom(0.1, 1),
  handBackMs: fc.constantFrom(3000, Number.POSITIVE_INFINITY),
  carrier: fc.constantFrom('command' as const, 'executor' as const),
});

/** Failures are many here, and no reason to leave an agent out or to give up. */
const PATIENT = { agentMaxFailures: Number.POSITIVE_INFINITY, maxStartFailures: 1000 };

/** An executor on each agent. */
const BEGINNING: readonly Step[] = [
  { kind: 'offer' },
  ...[0, 0, 0].map((index) => ({ kind: 'report' as const, index })),
];

describe('whatever happens', () => {
  test('F3, F22, F34, F66: books balance, no task is lost or run twice, none runs unpaid, order is kept', () => {
    fc.assert(
      fc.property(settings, fc.array(step, { maxLength: 120, size: 'max' }), (chosen, steps) => {
        const cluster = new ModelCluster({ ...chosen, ...PATIENT, leaseMs: 1000, executorIdleMs: 20_000 });
        for (const next of [...BEGINNING, ...steps]) {
          cluster.take(next);
          cluster.check();
        }
        cluster.settle();
        cluster.check();
        // Whatever was held is answered or has run, and what runs no more is not paid for.
        expect(cluster.openTasks()).toEqual([]);
        expect(cluster.slotsHeld()).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  test('F12, F31, U31: what is launched is within what was offered', () => {
    const cluster = new ModelCluster({ executorCores: 0.1 });
    cluster.take({ kind: 'offer' });
    expect(heldOf(cluster.launched[0]?.resources)).toEqual({ 'cpus(*)': 0.1, 'mem(*)': 1408 });
  });
});

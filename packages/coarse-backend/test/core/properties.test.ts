import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SmallCluster } from './small-cluster.ts';

const ENDS = ['TASK_FINISHED', 'TASK_FAILED', 'TASK_KILLED', 'TASK_LOST', 'TASK_ERROR'] as const;

const agents = fc.array(
  fc.record({
    cpus: fc.integer({ min: 0, max: 16_000 }).map((thousandths) => thousandths / 1000),
    mem: fc.integer({ min: 0, max: 20_000 }),
  }),
  { minLength: 1, maxLength: 4 },
);

const request = fc.record({
  cores: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  memoryMiB: fc.integer({ min: 1, max: 4000 }),
  total: fc.option(fc.integer({ min: 0, max: 6 }), { nil: undefined }),
});

/** Something that happens; numbers choose among what there is at that moment. */
const happening = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('offer' as const), pieces: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('totals' as const), one: request, other: request }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('run' as const), which: fc.nat() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('end' as const),
      which: fc.nat(),
      state: fc.constantFrom(...ENDS),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('echo' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('loseAgent' as const), which: fc.nat({ max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reconnect' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 100_000 }) }),
  },
);

type Happening = typeof happening extends fc.Arbitrary<infer Value> ? Value : never;

function choose<Value>(values: Iterable<Value>, which: number): Value | undefined {
  const list = [...values];
  return list[which % Math.max(1, list.length)];
}

function happen(cluster: SmallCluster, event: Happening): void {
  switch (event.kind) {
    case 'offer':
      cluster.offer(event.pieces);
      break;
    case 'totals':
      cluster.tell({
        kind: 'executorTotals',
        totals: new Map([
          [0, event.one],
          [3, event.other],
        ]),
      });
      break;
    case 'run':
    case 'end': {
      const taskId = choose(cluster.tasks.keys(), event.which);
      if (taskId !== undefined) {
        cluster.update(taskId, event.kind === 'run' ? 'TASK_RUNNING' : event.state);
      }
      break;
    }
    case 'echo':
      // An old update comes once more, of a task that may be long over.
      cluster.update(`p-${event.which % 50}`, 'TASK_LOST');
      break;
    case 'kill':
      cluster.tell({ kind: 'killExecutors', executorIds: [event.which % 50] });
      break;
    case 'loseAgent':
      cluster.loseAgent(event.which);
      break;
    case 'reconnect':
      cluster.tell({ kind: 'disconnected', reason: 'x' });
      cluster.tell({ kind: 'subscribed', frameworkId: 'f' });
      break;
    case 'wait':
      cluster.nowMs += event.ms;
      cluster.tell({ kind: 'wake' });
      break;
  }
}

describe('whatever happens', () => {
  test('C3, C6, C22, U31: no limit is passed, no offer overdrawn or left, no id used twice, no resource lost', () => {
    fc.assert(
      fc.property(
        agents,
        fc.option(fc.integer({ min: 1, max: 12 }), { nil: undefined }),
        fc.array(happening, { maxLength: 60, size: 'max' }),
        (machines, coresMax, events) => {
          const cluster = new SmallCluster(machines, { coresMax });
          cluster.tell({ kind: 'subscribed', frameworkId: 'f' });
          for (const event of events) {
            happen(cluster, event);
          }
          cluster.tell({ kind: 'stop' });
          for (const taskId of [...cluster.tasks.keys()]) {
            cluster.update(taskId, 'TASK_FINISHED');
          }
          expect(cluster.complaints).toEqual([]);
          expect(cluster.isTornDown).toBe(true);
          expect(cluster.isWhole).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('C25: offers of one agent in pieces carry as many executors as in one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 3 }), (cores, pieces) => {
        const place = (parts: number) => {
          const cluster = new SmallCluster([{ cpus: 12, mem: 96_000 }], {});
          cluster.tell({ kind: 'subscribed', frameworkId: 'f' });
          cluster.tell({ kind: 'executorTotals', totals: new Map([[0, { cores, memoryMiB: 100 }]]) });
          cluster.offer(parts);
          return cluster.tasks.size;
        };
        expect(place(pieces)).toBe(place(1));
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ExecutorRequest } from '../../src/index.ts';
import { type AcceptFate, ModelCluster } from './model-cluster.ts';

const ENDS = ['TASK_FINISHED', 'TASK_FAILED', 'TASK_KILLED', 'TASK_LOST'] as const;
const FATES: readonly AcceptFate[] = ['arrives', 'rescinded', 'lost', 'arrives but nobody knows'];

const machines = fc.array(
  fc.record({ cpus: fc.integer({ min: 1, max: 8 }), mem: fc.integer({ min: 1000, max: 10_000 }) }),
  { minLength: 1, maxLength: 4 },
);
const total = fc.integer({ min: 0, max: 6 });

function happening<Kind extends string>(kind: Kind, weight: number) {
  return { weight, arbitrary: fc.record({ kind: fc.constant(kind), which: fc.nat() }) };
}

/** Something that happens; numbers choose among what there is at that moment. */
const happenings = fc.array(
  fc.oneof(
    happening('offer', 6),
    happening('run', 4),
    happening('end', 4),
    happening('deliver', 8),
    happening('duplicate', 2),
    happening('lose', 2),
    happening('totals', 2),
    happening('kill', 2),
    happening('losesKills', 1),
    happening('fate', 2),
    happening('answer', 2),
    happening('cutOff', 1),
    happening('comeBack', 2),
    happening('replace', 1),
    happening('maintenance', 1),
    happening('disconnect', 1),
    happening('connect', 3),
    happening('wait', 3),
  ),
  // Without a size fast-check makes some ten at most.
  { maxLength: 120, size: 'max' },
);

type Happening = typeof happenings extends fc.Arbitrary<(infer Value)[]> ? Value : never;

const ONE: ExecutorRequest = { cores: 1, memoryMiB: 500 };
const OTHER: ExecutorRequest = { cores: 2, memoryMiB: 700 };

function choose<Value>(values: Iterable<Value>, which: number): Value | undefined {
  const list = [...values];
  return list[which % Math.max(1, list.length)];
}

function happen(cluster: ModelCluster, { kind, which }: Happening): void {
  const agent = choose(cluster.agents, which);
  const taskId = choose(cluster.tasks.keys(), which) ?? '';
  const isTold = which % 5 < 3;
  const update = which % Math.max(1, cluster.pending.length);
  const actions: Record<Happening['kind'], () => void> = {
    offer: () => cluster.offer(),
    run: () => cluster.run(taskId),
    end: () => cluster.end(taskId, choose(ENDS, which) ?? 'TASK_LOST'),
    deliver: () => cluster.deliver(update),
    duplicate: () => cluster.deliver(update, true),
    lose: () => cluster.lose(update),
    totals: () => setTotals(cluster, which % 7, which % 3),
    kill: () => cluster.tell({ kind: 'killExecutors', executorIds: [which % 40] }),
    losesKills: () => {
      cluster.losesKills = which % 2 === 0;
    },
    fate: () => {
      cluster.nextAccept = choose(FATES, which) ?? 'arrives';
    },
    answer: () => cluster.answer(),
    cutOff: () => agent && cluster.cutOff(agent, isTold),
    comeBack: () => agent?.isCutOff && cluster.comeBack(agent, isTold),
    replace: () => agent && cluster.replace(agent, isTold),
    maintenance: () => agent && cluster.maintenance(agent, which % 100_000),
    disconnect: () => cluster.disconnect(),
    connect: () => cluster.connect(),
    wait: () => cluster.pass(which % 200_000),
  };
  actions[kind]();
}

function setTotals(cluster: ModelCluster, one: number, other: number): void {
  const totals = new Map([
    [0, { ...ONE, total: one }],
    [3, { ...OTHER, total: other }],
  ]);
  cluster.tell({ kind: 'executorTotals', totals });
}

/** The tasks that there are, and those that the scheduler knows of. */
function bothSides(cluster: ModelCluster) {
  const known = cluster.scheduler.snapshot(cluster.nowMs).executors;
  return { running: [...cluster.tasks.keys()].sort(), known: known.map(({ taskId }) => taskId).sort() };
}

describe('whatever happens to offers, updates, agents and the connection', () => {
  test('C41, C44, U133: no limit is passed, the driver knows every executor, and in the end what is wanted runs', () => {
    fc.assert(
      fc.property(
        machines,
        fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
        happenings,
        total,
        (agents, coresMax, events, wanted) => {
          const cluster = new ModelCluster(agents, { coresMax });
          cluster.connect();
          setTotals(cluster, 2, 1);
          for (const event of events) {
            happen(cluster, event);
          }
          cluster.answer();
          setTotals(cluster, wanted, 0);
          cluster.heal();
          expect(cluster.driver.complaints).toEqual([]);
          const { running, known } = bothSides(cluster);
          expect(known).toEqual(running);
          const { executors, cores } = cluster.scheduler.snapshot(cluster.nowMs);
          expect(executors.filter(({ isKilled }) => isKilled)).toEqual([]);
          const alive = executors.filter(({ profileId }) => profileId === 0).length;
          const fits = cluster.agents.some((one) => {
            const { cpus, mem } = cluster.free(one);
            return cpus >= 1 && mem >= 884;
          });
          const isAllowed = cores < (coresMax ?? Number.POSITIVE_INFINITY);
          expect(alive >= wanted || !fits || !isAllowed).toBe(true);
          expect(alive).toBeLessThanOrEqual(Math.max(wanted, 6));
        },
      ),
      { numRuns: 400 },
    );
  }, 60_000);
});

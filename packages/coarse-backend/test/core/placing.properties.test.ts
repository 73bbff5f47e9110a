import type { mesos } from '@spark-mesos/mesos-proto';
import { parseConstraints } from '@spark-mesos/scheduler-utils';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CoarseEffect, CoarseSettings, ExecutorPlacement, ExecutorRequest } from '../../src/index.ts';
import { Harness, scalarOf } from './harness.ts';
import { amounts, richOffers } from './rich-offers.ts';

const maybe = (most: number, least = 0) =>
  fc.option(fc.integer({ min: least, max: most }), { nil: undefined });

const settings = fc.record({
  coresMax: maybe(12, 1),
  gpusMax: fc.integer({ min: 0, max: 4 }),
  executorGpus: maybe(2),
  memoryMaxMiB: maybe(20_000),
  diskMiB: fc.constantFrom(0, 0, 500),
  ports: fc.constantFrom<number[]>([], [], [3], [103, 104]),
  ephemeralPorts: fc.constantFrom(0, 0, 1, 2),
  agentMaxExecutors: maybe(3, 1),
  agentMaxCores: maybe(6, 1),
  spreadExecutors: fc.boolean(),
  reservedFirst: fc.boolean(),
  constraints: fc
    .constantFrom('', '', 'rack:r0', 'hostname:UNIQUE:', 'rack:MAX_PER:2', 'rack:GROUP_BY:2', 'rack:CLUSTER:')
    .map(parseConstraints),
});

const request: fc.Arbitrary<ExecutorRequest> = fc.record({
  cores: maybe(3, 1),
  gpus: maybe(2),
  memoryMiB: fc.integer({ min: 1, max: 2000 }),
  memoryOverheadMiB: fc.constant(0),
  total: maybe(5),
});

const scenario = fc.record({
  settings,
  requests: fc.array(request, { minLength: 1, maxLength: 3 }),
  rounds: fc.array(richOffers, { minLength: 1, maxLength: 3 }),
});

type Accept = Extract<CoarseEffect, { kind: 'accept' }>;

/** Runs rounds of offers, each round's own offers numbered anew. */
function play({
  settings: chosen,
  requests,
  rounds,
}: typeof scenario extends fc.Arbitrary<infer T> ? T : never) {
  const harness = new Harness(chosen).subscribed();
  const totals = new Map(requests.map((each, index) => [index, each]));
  harness.totals(totals).forget();
  const answered = rounds.map((offers) => {
    harness.nowMs += 1000;
    harness.forget().handle({ kind: 'offers', offers });
    return { offers, accepts: harness.of('accept'), declines: harness.of('decline') };
  });
  const held: ExecutorPlacement[] = [...harness.scheduler.snapshot(harness.nowMs).executors];
  return { harness, answered, held, totals };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function offersOf(offers: readonly mesos.v1.IOffer[], { offerIds }: Accept): mesos.v1.IOffer[] {
  return offers.filter(({ id }) => offerIds.some((offerId) => offerId === id.value));
}

describe('whatever is offered', () => {
  test('C20, C25: every offer is answered exactly once, those of an ACCEPT are of one agent and role', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        for (const { offers, accepts, declines } of play(given).answered) {
          const ids = [...accepts, ...declines].flatMap(({ offerIds }) => offerIds as readonly string[]);
          expect([...ids].sort()).toEqual(offers.map(({ id }) => id.value).sort());
          for (const accept of accepts) {
            const places = offersOf(offers, accept).map(
              ({ agentId, allocationInfo }) => `${agentId.value} ${allocationInfo?.role}`,
            );
            expect(new Set(places).size).toBe(1);
            expect(accept.tasks.length).toBeGreaterThan(0);
          }
        }
      }),
    );
  });

  test('U31, U33, U42: what tasks take is a part of what was offered, entry by entry and port by port', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        for (const { offers, accepts } of play(given).answered) {
          for (const accept of accepts) {
            const offered = amounts(offersOf(offers, accept).flatMap(({ resources }) => resources ?? []));
            for (const [kind, taken] of amounts(accept.tasks.flatMap(({ resources }) => resources ?? []))) {
              expect(taken).toBeGreaterThan(0);
              expect(taken, kind).toBeLessThanOrEqual(offered.get(kind) ?? 0);
            }
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test('C7, C22, C24: each task holds what its executor was told, and all that it must', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const { answered, held, totals } = play(given);
        const tasks = answered.flatMap(({ accepts }) => accepts.flatMap((accept) => accept.tasks));
        expect(tasks).toHaveLength(held.length);
        for (const task of tasks) {
          const executor = held.find(({ taskId }) => taskId === task.taskId.value);
          const asked = totals.get(executor?.profileId ?? -1);
          expect(thousandthsOf(task, 'cpus')).toBe((executor?.cores ?? 0) * 1000);
          expect(thousandthsOf(task, 'mem')).toBe((asked?.memoryMiB ?? 0) * 1000);
          expect(scalarOf(task, 'gpus')).toBe(executor?.gpus);
          expect(thousandthsOf(task, 'disk')).toBe(given.settings.diskMiB * 1000);
          expect(executor?.cores).toBe(asked?.cores ?? executor?.cores);
          expect(executor?.cores).toBeGreaterThan(0);
          expect(executor?.gpus).toBe(asked?.gpus ?? given.settings.executorGpus ?? executor?.gpus);
          const ports = (task.resources ?? []).filter(({ name }) => name === 'ports').map(portOf);
          expect(ports).toEqual([...given.settings.ports, ...(executor?.ports ?? [])]);
          expect(executor?.ports).toHaveLength(given.settings.ephemeralPorts);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('C6, C8, C32: no limit of the application, of a profile or of an agent is passed', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const { held, totals } = play(given);
        const limits = given.settings;
        const most = (limit: number | undefined) => limit ?? Number.POSITIVE_INFINITY;
        expect(sum(held.map(({ cores }) => cores))).toBeLessThanOrEqual(most(limits.coresMax));
        expect(sum(held.map(({ gpus }) => gpus))).toBeLessThanOrEqual(limits.gpusMax);
        expect(sum(held.map(({ taskMemoryMiB }) => taskMemoryMiB))).toBeLessThanOrEqual(
          most(limits.memoryMaxMiB),
        );
        for (const [profileId, { total }] of totals) {
          expect(held.filter((executor) => executor.profileId === profileId).length).toBeLessThanOrEqual(
            most(total),
          );
        }
        for (const agentId of new Set(held.map((executor) => executor.agentId))) {
          const here = held.filter((executor) => executor.agentId === agentId);
          expect(here.length).toBeLessThanOrEqual(most(limits.agentMaxExecutors));
          expect(sum(here.map(({ cores }) => cores))).toBeLessThanOrEqual(most(limits.agentMaxCores));
        }
        expectPlaces(given.settings.constraints, held);
      }),
      { numRuns: 300 },
    );
  });

  test('C21: nothing that fits is left: what was declined is declined again while nothing changes', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const { harness, answered } = play(given);
        const last = answered.at(-1);
        const declined = new Set(last?.declines.flatMap(({ offerIds }) => offerIds as readonly string[]));
        harness.nowMs += 1000;
        harness.forget();
        harness.handle({
          kind: 'offers',
          offers: last?.offers.filter(({ id }) => declined.has(id.value)) ?? [],
        });
        expect(harness.of('accept')).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('a snapshot is plain JSON with a sentence for each agent, at any time', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const { harness } = play(given);
        const snapshot = harness.scheduler.snapshot(harness.nowMs);
        expect(JSON.parse(JSON.stringify(snapshot))).toEqual(
          JSON.parse(JSON.stringify(structuredClone(snapshot))),
        );
        for (const { sentence, placed, refusal } of snapshot.agents) {
          expect(sentence).not.toMatch(/undefined|NaN|Infinity/);
          expect(placed > 0 || refusal !== undefined).toBe(true);
        }
        expect(snapshot.waiting?.sentence ?? '').not.toMatch(/undefined|NaN|Infinity/);
      }),
    );
  });
});

/** Mesos adds up in thousandths. */
function thousandthsOf(task: mesos.v1.ITaskInfo, name: string): number {
  return Math.round(scalarOf(task, name) * 1000);
}

function portOf({ ranges }: mesos.v1.IResource): number {
  return Number(ranges?.range?.[0]?.begin);
}

/** Constraints that ask where executors run. */
function expectPlaces(constraints: CoarseSettings['constraints'], held: readonly ExecutorPlacement[]): void {
  const [constraint] = constraints;
  const rackOf = ({ hostname }: ExecutorPlacement) => Math.floor(Number(hostname.slice(1)) / 2);
  const racks = [0, 1].map((rack) => held.filter((executor) => rackOf(executor) === rack).length);
  switch (constraint?.operator) {
    case 'UNIQUE':
      expect(new Set(held.map(({ hostname }) => hostname)).size).toBe(held.length);
      break;
    case 'MAX_PER':
      expect(Math.max(...racks)).toBeLessThanOrEqual(2);
      break;
    case 'GROUP_BY':
      expect(Math.abs((racks[0] ?? 0) - (racks[1] ?? 0))).toBeLessThanOrEqual(1);
      break;
    case 'CLUSTER':
      expect(Math.min(...racks)).toBe(0);
      break;
    default:
      expect(constraint === undefined || racks[1] === 0).toBe(true);
  }
}

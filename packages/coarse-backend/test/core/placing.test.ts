import { parseConstraints, parseSettings } from '@spark-mesos/scheduler-utils';
import { describe, expect, test } from 'vitest';
import { coarseSettings } from '../../src/index.ts';
import { Harness, SMALL, scalarOf } from './harness.ts';

const roomy = { cpus: 4, memMiB: 8192 };

/** On which agents executors were placed, in the order of their ids. */
function agentsOf(harness: Harness): string[] {
  return harness.executors().map((executor) => executor.agentId);
}

describe('caps and spreading', () => {
  test('C32: an agent holds no more executors of the application than it may, over all offers', () => {
    const harness = new Harness({ agentMaxExecutors: 2 }).subscribed().wants();
    harness.offers({ id: 'o1', agentId: 'a', ...roomy }, { id: 'o2', agentId: 'b', ...roomy });
    expect(agentsOf(harness)).toEqual(['a', 'b', 'a', 'b']);
    harness.nowMs += 1;
    harness.forget().offers({ id: 'o3', agentId: 'a', ...roomy });
    expect(harness.of('accept')).toEqual([]);
    expect(harness.scheduler.snapshot(harness.nowMs).agents[0]).toMatchObject({
      refusal: { reason: 'AGENT_FULL', max: 2, held: 2, need: 1 },
      sentence: 'spark.mesos.agent.maxExecutors=2: 2 held there, 1 too many with one more executor',
    });
    harness.update('p-0', 'TASK_FAILED', { agentId: 'a' }).forget().advance(60_000);
    harness.offers({ id: 'o4', agentId: 'a', ...roomy });
    expect(agentsOf(harness)).toEqual(['a']);
  });

  test('C32: an agent gives no more cores than it may, and executors without a size take what is left of that', () => {
    const exact = new Harness({ agentMaxCores: 5 }).subscribed().wants({ cores: 2, memoryMiB: 100 });
    exact.offers({ id: 'o1', cpus: 16, memMiB: 64_000 });
    expect(exact.launches()).toEqual(['o1: 2', 'o1: 2']);
    const any = new Harness({ agentMaxCores: 5 }).subscribed().wants({ memoryMiB: 100 });
    any.offers({ id: 'o1', cpus: 16, memMiB: 64_000 });
    expect(any.launches()).toEqual(['o1: 5']);
  });

  test('C32: spread executors make up first for what other agents have more', () => {
    const harness = new Harness({ spreadExecutors: true }).subscribed().wants({ ...SMALL, total: 2 });
    harness.offers({ id: 'o1', agentId: 'a', ...roomy });
    expect(agentsOf(harness)).toEqual(['a', 'a']);
    harness.forget().wants({ ...SMALL, total: 7 });
    harness.offers({ id: 'o2', agentId: 'a', ...roomy }, { id: 'o3', agentId: 'b', ...roomy });
    expect(agentsOf(harness)).toEqual(['b', 'b', 'a', 'b', 'a']);
  });

  test('C32: several offers of one agent count as one when executors are spread', () => {
    const harness = new Harness({ spreadExecutors: true }).subscribed().wants({ ...SMALL, total: 4 });
    harness.offers(
      { id: 'o1', agentId: 'a', ...roomy },
      { id: 'o2', agentId: 'a', ...roomy },
      { id: 'o3', agentId: 'b', ...roomy },
    );
    expect(agentsOf(harness).sort()).toEqual(['a', 'a', 'b', 'b']);
  });
});

describe('limits', () => {
  test('C8: with dynamic allocation the limit starts at 0, and rises with what is asked for', () => {
    const harness = new Harness({ dynamicAllocation: true }).subscribed().wants(SMALL);
    harness.offers({ id: 'o1', ...roomy });
    expect(harness.declines()).toEqual(['o1 NOTHING_WANTED default']);
    harness.wants({ ...SMALL, total: 1 }).offers({ id: 'o2', ...roomy });
    expect(harness.launches()).toEqual(['o2: 1']);
  });

  test('C8: the settings of an application decide whether there is a limit', () => {
    const settings = (text: string) => {
      const parsed = parseSettings(new Map([['spark.dynamicAllocation.enabled', text]]), { environment: {} });
      return parsed.ok ? coarseSettings(parsed.settings).dynamicAllocation : undefined;
    };
    expect([settings('true'), settings('false')]).toEqual([true, false]);
  });

  test('C30: the memory of all executors stays within spark.mem.max, and offers are declined as for cores', () => {
    const harness = new Harness({ memoryMaxMiB: 3000 }).subscribed().wants();
    harness.offers({ id: 'o1', ...roomy }, { id: 'o2', ...roomy }, { id: 'o3', ...roomy });
    expect(harness.launches()).toEqual(['o1: 1', 'o2: 1']);
    expect(harness.declines()).toEqual(['o3 MAX_MEMORY_REACHED 120']);
  });

  test('C24: a profile may ask for GPUs of its own, exactly', () => {
    const harness = new Harness({ gpusMax: 4 }).subscribed().totals(
      new Map([
        [0, { ...SMALL, gpus: 0, total: 1 }],
        [1, { ...SMALL, gpus: 2, total: 2 }],
      ]),
    );
    harness.offers({ id: 'o1', ...roomy, gpus: 3 }, { id: 'o2', ...roomy, gpus: 2 });
    const placed = harness.executors();
    expect(placed.map(({ profileId, gpus, agentId }) => [profileId, gpus, agentId])).toEqual([
      [0, 0, 'agent-of-o1'],
      [1, 2, 'agent-of-o2'],
      [1, 2, 'agent-of-o1'],
    ]);
  });

  test('C24: a profile that asks for more GPUs than there may be is waited for with that reason', () => {
    const harness = new Harness().subscribed().totals(
      new Map([
        [0, { ...SMALL, total: 1 }],
        [1, { ...SMALL, gpus: 1, total: 2 }],
      ]),
    );
    harness.offers({ id: 'o1', ...roomy, gpus: 2 }).advance(15_000);
    expect(harness.of('waiting')[0]?.report).toMatchObject({
      reason: 'LIMIT_REACHED',
      sentence:
        'Waiting for 2 more executors with 1 cpu, 1408 MiB and 1 GPU each: ' +
        'spark.mesos.gpus.max is 0: one executor needs 1, 0 in use',
      need: { gpus: 1 },
    });
  });

  test('C6: a limit that is less than one executor is said, and declined as one that is reached', () => {
    const harness = new Harness({ coresMax: 2 }).subscribed().wants({ cores: 3, memoryMiB: 100 });
    harness.offers({ id: 'o1', ...roomy }).advance(5000);
    expect(harness.declines()).toEqual(['o1 MAX_CORES_REACHED 120']);
    expect(harness.of('waiting')[0]?.report.sentence).toContain(
      'spark.cores.max is 2: one executor needs 3, 0 in use',
    );
  });
});

describe('ports and disk', () => {
  test('U44: ports are taken of the offer for each executor, and told to it', () => {
    const harness = new Harness({ ephemeralPorts: 2 }).subscribed().wants();
    harness.offers({ id: 'o1', ...roomy, ports: [31000, 31004] });
    const [accept] = harness.of('accept');
    const ranges = (accept?.tasks ?? []).map((task) =>
      task.resources?.flatMap(
        (entry) => entry.ranges?.range?.map(({ begin, end }) => `${begin}-${end}`) ?? [],
      ),
    );
    expect(ranges).toEqual([
      ['31000-31000', '31001-31001'],
      ['31002-31002', '31003-31003'],
    ]);
    expect(harness.executors().map((executor) => executor.ports)).toEqual([
      [31000, 31001],
      [31002, 31003],
    ]);
    expect(accept?.tasks[1]?.command?.environment?.variables).toEqual([
      { name: 'PORT0', value: '31002' },
      { name: 'PORT1', value: '31003' },
      { name: 'PORTS', value: '31002,31003' },
    ]);
  });

  test('U44: an offer with too few ports is refused, and it is said how many are short', () => {
    const harness = new Harness({ ephemeralPorts: 3 }).subscribed().wants();
    harness.offers({ id: 'o1', ...roomy, ports: [31000, 31001] });
    expect(harness.scheduler.snapshot(0).agents[0]).toMatchObject({
      refusal: { reason: 'RESOURCE_SHORT', resource: 'ports', need: 3, have: 2 },
      sentence: 'ports: needs 3, has 2, 1 short',
    });
  });

  test('U41, U43: fixed ports come first, and the others never take them', () => {
    const harness = new Harness({ ports: [31001], ephemeralPorts: 1 }).subscribed().wants();
    harness.offers(
      { id: 'o1', ...roomy, ports: [31000, 31003] },
      { id: 'o2', ...roomy, ports: [31001, 31001] },
    );
    expect(harness.executors().map((executor) => executor.ports)).toEqual([[31000]]);
    const ports = harness.of('accept')[0]?.tasks[0]?.resources?.filter(({ name }) => name === 'ports');
    expect(ports?.map(({ ranges }) => ranges?.range?.[0]?.begin)).toEqual([31001, 31000]);
  });

  test('U42: with no fixed port executors share an offer without a port of it', () => {
    const harness = new Harness().subscribed().wants({ ...SMALL, total: 2 });
    harness.offers({ id: 'o1', ...roomy });
    expect(harness.launches()).toEqual(['o1: 1', 'o1: 1']);
  });

  test('disk is taken where executors need it, and an agent with less is refused', () => {
    const harness = new Harness({ diskMiB: 1000 }).subscribed().wants();
    harness.offers({ id: 'o1', ...roomy, diskMiB: 1500 }, { id: 'o2', ...roomy, diskMiB: 100 });
    expect(harness.of('accept').map(({ tasks }) => tasks.map((task) => scalarOf(task, 'disk')))).toEqual([
      [1000],
    ]);
    expect(harness.scheduler.snapshot(0).agents[1]).toMatchObject({
      refusal: { reason: 'DISK_SHORT', need: 1000, have: 100 },
      sentence: 'disk: needs 1000 MiB, has 100 MiB, 900 MiB short',
    });
  });
});

describe('constraints that ask where executors run', () => {
  const where = (text: string, total?: number) =>
    new Harness({ constraints: parseConstraints(text) }).subscribed().wants({ ...SMALL, total });

  test('U58: UNIQUE places one executor for each value, also over rounds, and again when it is gone', () => {
    const harness = where('hostname:UNIQUE:');
    harness.offers(
      { id: 'o1', hostname: 'h1', ...roomy },
      { id: 'o2', hostname: 'h1', ...roomy },
      { id: 'o3', hostname: 'h2', ...roomy },
    );
    expect(agentsOf(harness)).toEqual(['agent-of-o1', 'agent-of-o3']);
    harness.forget().offers({ id: 'o4', hostname: 'h1', ...roomy });
    expect(harness.of('accept')).toEqual([]);
    expect(harness.scheduler.snapshot(0).agents.at(-1)?.sentence).toBe(
      'hostname:UNIQUE does not hold, it has h1, where 1 executor of it runs',
    );
    harness.update('p-0', 'TASK_KILLED').offers({ id: 'o5', hostname: 'h1', ...roomy });
    expect(agentsOf(harness)).toEqual(['agent-of-o5']);
  });

  test('U58: MAX_PER counts what is placed in the same round', () => {
    const harness = where('rack:MAX_PER:3');
    harness.offers(
      { id: 'o1', ...roomy, attributes: { rack: 'r' } },
      { id: 'o2', ...roomy, attributes: { rack: 'r' } },
    );
    expect(agentsOf(harness)).toEqual(['agent-of-o1', 'agent-of-o2', 'agent-of-o1']);
  });

  test('U58: GROUP_BY waits for the groups with fewer, and goes on when they have theirs', () => {
    const offers = [
      { id: 'o1', cpus: 1, memMiB: 64_000, attributes: { rack: 'r1' } },
      { id: 'o2', cpus: 8, memMiB: 64_000, attributes: { rack: 'r1' } },
      { id: 'o3', cpus: 3, memMiB: 64_000, attributes: { rack: 'r2' } },
    ];
    for (const spreadExecutors of [false, true]) {
      const constraints = parseConstraints('rack:GROUP_BY:2');
      const harness = new Harness({ constraints, spreadExecutors }).subscribed().wants(SMALL);
      harness.offers(...offers);
      const agents = agentsOf(harness);
      expect(agents.filter((agent) => agent === 'agent-of-o1')).toHaveLength(1);
      expect(agents.filter((agent) => agent === 'agent-of-o2')).toHaveLength(3);
      expect(agents.filter((agent) => agent === 'agent-of-o3')).toHaveLength(3);
    }
  });

  test('U58: CLUSTER without a value stays where the first executor went', () => {
    const harness = where('rack:CLUSTER:');
    harness.offers(
      { id: 'o1', ...roomy, attributes: { rack: 'r1' } },
      { id: 'o2', ...roomy, attributes: { rack: 'r2' } },
    );
    expect(new Set(agentsOf(harness))).toEqual(new Set(['agent-of-o1']));
  });

  test('U58: the place of an executor is plain, so that one that is taken over counts as well', () => {
    const before = where('hostname:UNIQUE:').offers({ id: 'o1', hostname: 'h1', ...roomy });
    const executors = JSON.parse(JSON.stringify(before.executors()));
    const after = new Harness({ constraints: parseConstraints('hostname:UNIQUE:') });
    after.handle({ kind: 'adopt', executors }).subscribed().wants();
    after.offers({ id: 'o2', hostname: 'h1', ...roomy });
    expect(after.of('accept')).toEqual([]);
  });
});

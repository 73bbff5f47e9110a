import { CoarseScheduler, DEFAULT_COARSE_SETTINGS } from '@spark-mesos/coarse-backend';
import { describe, expect, test } from 'vitest';
import { type ExplainedApplication, explain, summarize } from '../src/explain.ts';

const NOON = Date.UTC(2026, 0, 1, 12);

/** A scheduler that wants two executors, with what is offered to it. */
function scheduler(offers: readonly { host: string; cpus: number; mem: number }[] = []) {
  const made = new CoarseScheduler({
    settings: DEFAULT_COARSE_SETTINGS,
    taskIdPrefix: 'test',
    launch: () => ({ command: { value: 'true' }, name: 'executor' }),
  });
  made.handle({ kind: 'executorTotals', totals: new Map([[0, { cores: 4, memoryMiB: 1024, total: 2 }]]) }, 0);
  made.handle({ kind: 'subscribed', frameworkId: 'f-1' }, 1000);
  const scalar = (name: string, value: number) => ({ name, type: 0, scalar: { value }, role: '*' });
  const message = offers.map(({ host, cpus, mem }, index) => ({
    id: { value: `offer-${index}` },
    frameworkId: { value: 'f-1' },
    agentId: { value: `agent-S${index}` },
    hostname: host,
    resources: [scalar('cpus', cpus), scalar('mem', mem)],
  }));
  made.handle({ kind: 'offers', offers: message }, 2000);
  return made;
}

function explained(changes: Partial<ExplainedApplication> = {}) {
  return explain(
    {
      summary: { id: 'f-1', name: 'Pi', user: 'ada' },
      phase: 'running',
      registeredAtMs: NOON - 10_000,
      snapshot: scheduler().snapshot(5000),
      ...changes,
    },
    NOON,
  );
}

describe('an explanation', () => {
  test('says in one sentence what is short, by how much, and who comes closest', () => {
    const snapshot = scheduler([
      { host: 'a1', cpus: 1, mem: 8192 },
      { host: 'a3', cpus: 2, mem: 8192 },
    ]).snapshot(5000);
    const { application, offers, wants } = explained({ snapshot });
    expect(application.sentence).toMatch(/^waits because no offer has 4 cpus.*2 on agent a3/);
    expect(wants).toMatchObject([{ profileId: 0, cores: 4, total: 2, alive: 0, missing: 2 }]);
    expect(offers).toMatchObject([
      { hostname: 'a1', cores: 1, reason: 'CPUS_SHORT', at: new Date(NOON - 3000).toISOString() },
      { hostname: 'a3', cores: 2, reason: 'CPUS_SHORT' },
    ]);
  });

  test('of a list is the same, and needs nothing of single executors and agents', () => {
    const engine = scheduler([{ host: 'a1', cpus: 4, mem: 8192 }]);
    const listed = {
      summary: { id: 'f-1', name: 'Pi', user: 'ada' },
      phase: 'running',
      registeredAtMs: NOON - 10_000,
    } as const;
    expect(summarize({ ...listed, snapshot: engine.summary(5000) }, NOON)).toEqual(
      explained({ snapshot: engine.snapshot(5000) }).application,
    );
  });

  test('tells times of the day, whatever clock the engine has', () => {
    const { application } = explained();
    expect(application.registeredAt).toBe(new Date(NOON - 10_000).toISOString());
    expect(Date.parse(application.waitingSince ?? '')).toBeLessThanOrEqual(NOON);
    expect(Date.parse(application.waitingSince ?? '')).toBeGreaterThanOrEqual(NOON - 5000);
  });

  test('says what an application has when it has what it wants', () => {
    const snapshot = scheduler([{ host: 'a1', cpus: 8, mem: 8192 }]).snapshot(5000);
    const { application, holds } = explained({ snapshot });
    expect(application).toMatchObject({
      sentence: 'has what it wants: 2 executors with 8 cores',
      executors: 2,
      cores: 8,
    });
    expect(application.waitingSince).toBeUndefined();
    expect(holds).toMatchObject([{ executorId: 0, hostname: 'a1', cores: 4, status: 'launched' }, {}]);
  });

  test('says what an application has while it waits for more', () => {
    const snapshot = scheduler([{ host: 'a1', cpus: 4, mem: 8192 }]).snapshot(5000);
    expect(explained({ snapshot }).application.sentence).toMatch(
      /^has 1 executor with 4 cores, and waits for more because /,
    );
  });

  test.each([
    ['asking', /its driver is asked/],
    ['subscribing', /waits because its framework is not registered/],
    ['recalling', /its driver, whose connection is gone, is called back/],
    ['ending', /is ending/],
  ] as const)('of one that is %s says so', (phase, sentence) => {
    const snapshot = phase === 'recalling' ? scheduler().snapshot(5000) : undefined;
    expect(explained({ phase, snapshot }).application.sentence).toMatch(sentence);
  });

  test('D72: says that it waits until its driver has said which of several Sparks it has', () => {
    expect(explained({ isSparkOpen: true }).application.sentence).toBe(
      "waits because several Sparks here speak as its driver does, and the driver's page has not said yet which one it has",
    );
  });
});

import { describe, expect, test } from 'vitest';
import {
  amountText,
  type ExecutorNeed,
  judgeMaster,
  judgeOffers,
  judgeRole,
  judgeShuffle,
  judgeSize,
} from '../../src/doctor/cluster-judgements.ts';
import type { AgentFacts, MasterFacts, OfferFacts, TrialFacts } from '../../src/doctor/cluster-probes.ts';
import { type DispatcherFacts, judgeDispatcher } from '../../src/doctor/dispatcher-check.ts';
import { CHECKS, type Finding } from '../../src/doctor/finding.ts';
import { findingLine, reportOf, summaryLine } from '../../src/doctor/report.ts';
import { found, type Probed } from '../../src/doctor/within.ts';

const LATE: Probed<never> = { kind: 'late', message: 'gave no answer within 5 s' };
const FAILED: Probed<never> = { kind: 'failed', message: 'it is broken; mend it', code: 'MESOS_X' };

const AGENT: AgentFacts = { id: 'S1', hostname: 'a1', cpus: 4, memMiB: 8192, gpus: 0 };

function offer(changes: Partial<OfferFacts> = {}): OfferFacts {
  return {
    agentId: 'S1',
    hostname: 'a1',
    cpus: 4,
    memMiB: 8192,
    gpus: 0,
    meetsConstraints: true,
    ...changes,
  };
}

function trial(...offers: readonly OfferFacts[]): Probed<TrialFacts> {
  return found({ admitted: true, offers, elapsedMs: 1234, leftBehind: undefined });
}

const REFUSED: Probed<TrialFacts> = found({ admitted: false, message: 'the role is not allowed' });

describe('a master', () => {
  const facts: MasterFacts = { leader: 'm1:5050', version: '1.11.0', agents: [AGENT], away: 0, roles: [] };

  test('that leads is named with its version and its agents', () => {
    expect(judgeMaster('mesos://m1:5050', found(facts))).toEqual({
      verdict: 'ok',
      message: 'm1:5050 leads, Mesos 1.11.0, with 1 agent',
    });
    expect(judgeMaster('', found({ ...facts, away: 2 })).message).toContain('2 others known, but not there');
  });

  test('without agents, without an answer, or that is none, is a problem', () => {
    expect(judgeMaster('', found({ ...facts, agents: [] }))).toMatchObject({
      verdict: 'problem',
      cure: expect.stringContaining('start agents'),
    });
    expect(judgeMaster('mesos://m1', LATE).message).toBe('the master mesos://m1 gave no answer within 5 s');
    expect(judgeMaster('mesos://m1', FAILED)).toEqual({
      verdict: 'problem',
      message: 'it is broken; mend it',
      cure: 'check mesos://m1, and that a Mesos master runs there',
    });
    expect(judgeMaster('', { ...FAILED, code: 'MESOS_UNREACHABLE' })).not.toHaveProperty('cure');
  });
});

describe('a role', () => {
  const known = [{ name: 'dev', weight: 2, frameworks: 1 }];

  test('that is let in is told with its part of the cluster', () => {
    expect(judgeRole(['dev'], 'ada', trial(), known).message).toBe(
      'a framework is let in (role dev, principal ada): dev has weight 2 and 1 framework',
    );
    expect(judgeRole(['dev', 'ops'], undefined, trial(), undefined)).toEqual({
      verdict: 'ok',
      message: 'a framework is let in (roles dev, ops)',
    });
  });

  test('that is refused is a problem, in the words of the master', () => {
    for (const [probed, text] of [
      [REFUSED, 'the role is not allowed'],
      [LATE, 'within 5 s'],
      [FAILED, 'broken'],
    ] as const) {
      expect(judgeRole(['dev'], undefined, probed, known)).toMatchObject({
        verdict: 'problem',
        message: expect.stringContaining(text),
        cure: expect.stringContaining('spark.mesos.role'),
      });
    }
  });

  test('whose framework may still be there is told so', () => {
    const left = found({
      admitted: true,
      offers: [],
      elapsedMs: 1,
      leftBehind: 'the master is gone',
    } as const);
    expect(judgeRole(['*'], undefined, left, [])).toMatchObject({
      verdict: 'warning',
      message: expect.stringContaining('the master is gone'),
    });
  });
});

describe('offers', () => {
  test('are counted, and the biggest is shown', () => {
    const bigger = offer({ agentId: 'S2', hostname: 'a2', memMiB: 16_384 });
    expect(judgeOffers(trial(offer(), bigger, offer({ cpus: 1 })), [AGENT], 10_000)).toEqual({
      verdict: 'ok',
      message: '3 offers from 2 agents within 1.2 s; the biggest has 4 cpus, 16 GiB on a2',
    });
  });

  test('that do not come are a problem', () => {
    expect(judgeOffers(trial(), [AGENT], 10_000)).toMatchObject({
      verdict: 'problem',
      message: 'no offer came within 10 s, though there is 1 agent',
    });
  });

  test('count only where they meet the constraints', () => {
    const other = offer({ meetsConstraints: false });
    expect(judgeOffers(trial(offer(), other), [AGENT], 10_000)).toMatchObject({
      verdict: 'ok',
      message: expect.stringContaining('1 of them meet'),
    });
    expect(judgeOffers(trial(other), [AGENT], 10_000)).toMatchObject({ verdict: 'problem' });
  });

  test('of a framework that is not let in are not looked at', () => {
    expect(judgeOffers(REFUSED, [AGENT], 10_000).verdict).toBe('skipped');
    expect(judgeOffers(FAILED, [AGENT], 10_000).verdict).toBe('skipped');
  });
});

describe('the size of an executor', () => {
  const need = (cpus: number, heapMiB: number, gpus = 0): ExecutorNeed => ({
    cpus,
    gpus,
    memory: { heapMiB, overheadMiB: 384, offHeapMiB: 0, pysparkMiB: 0, totalMiB: heapMiB + 384 },
  });

  test('that fits is told with how often', () => {
    expect(judgeSize(need(2, 1024), trial(offer(), offer({ cpus: 1 })), [AGENT])).toEqual({
      verdict: 'ok',
      message:
        'an executor of 2 cpus, 1408 MiB (1 GiB of heap and 384 MiB beside it) fits into 1 of 2 offers, 2 times in all',
    });
    expect(judgeSize(need(1, 1024, 1), trial(offer({ gpus: 2 })), [AGENT]).message).toMatch(
      /1 gpu .*fits into 1 of 1 offer, 2 times/,
    );
  });

  test('that fits into an agent only when it is free is a warning', () => {
    expect(judgeSize(need(4, 1024), trial(offer({ cpus: 1 })), [AGENT])).toMatchObject({
      verdict: 'warning',
      message: expect.stringContaining('1 agent is large enough when free'),
    });
    expect(judgeSize(need(4, 1024), trial(), [AGENT, AGENT]).message).toContain('2 agents are large enough');
  });

  test('that fits nowhere is a problem', () => {
    expect(judgeSize(need(8, 1024), trial(offer()), [AGENT])).toMatchObject({
      verdict: 'problem',
      message: expect.stringContaining('fits into no agent; the biggest has 4 cpus, 8 GiB (a1)'),
    });
  });

  test('is not looked at where nothing is offered to look at', () => {
    expect(judgeSize(need(1, 1), REFUSED, [AGENT]).verdict).toBe('skipped');
    expect(judgeSize(need(1, 1), trial(), []).verdict).toBe('skipped');
    expect(judgeSize(need(1, 1), trial(offer({ meetsConstraints: false })), [AGENT])).toEqual({
      verdict: 'skipped',
      message: 'no offer meets spark.mesos.constraints',
    });
  });

  test('is written as people do', () => {
    expect(amountText({ cpus: 0.5, memMiB: 1536, gpus: 1 })).toBe('0.5 cpus, 1.5 GiB, 1 gpu');
  });
});

describe('shuffle services', () => {
  const wanted = { service: true, dynamic: true, port: 7337 };
  const there = { hostname: 'a1', reason: undefined };

  test('that answer are right, and those that do not are named', () => {
    expect(judgeShuffle(wanted, found([there]), 2)).toEqual({
      verdict: 'ok',
      message: 'one answers at port 7337 of each of 1 host of 2 agents',
    });
    const silent = Array.from({ length: 7 }, (_, index) => ({ hostname: `b${index}`, reason: 'no answer' }));
    expect(judgeShuffle(wanted, found([there, ...silent]), 8)).toMatchObject({
      verdict: 'problem',
      message: expect.stringMatching(/7 of 8 hosts: b0 \(no answer\), .*b4 \(no answer\) and 2 others$/),
    });
  });

  test('that nobody needs, or that cannot be looked up, are told so', () => {
    expect(judgeShuffle({ ...wanted, service: false, dynamic: false }, undefined, 1).verdict).toBe('skipped');
    expect(judgeShuffle({ ...wanted, service: false }, undefined, 1)).toMatchObject({
      verdict: 'warning',
      message: expect.stringContaining('shuffleTracking'),
    });
    expect(judgeShuffle(wanted, undefined, 1).verdict).toBe('skipped');
    expect(judgeShuffle(wanted, LATE, 1).verdict).toBe('problem');
  });
});

describe('a dispatcher', () => {
  const readiness = { ready: true, recovered: true, subscribed: true, storeWritable: true, draining: false };
  const facts = (changes: Partial<DispatcherFacts>): Probed<DispatcherFacts> =>
    found({ status: 200, readiness, refusal: undefined, ...changes });

  test('that is ready is right', () => {
    expect(judgeDispatcher('http://d:8081', facts({}))).toEqual({
      verdict: 'ok',
      message: 'http://d:8081 is ready, and takes drivers',
    });
  });

  test.each([
    [{ readiness: undefined, status: 404 }, /is no dispatcher of spark-mesos: it answers 404/],
    [{ readiness: { ...readiness, ready: false, subscribed: false } }, /does not let it in/],
    [{ readiness: { ...readiness, ready: false, storeWritable: false } }, /cannot write/],
    [{ readiness: { ...readiness, ready: false, recovered: false } }, /still reads/],
    [{ readiness: { ...readiness, ready: false, draining: true } }, /is being stopped/],
    [{ readiness: { ...readiness, ready: false } }, /takes no drivers at present$/],
    [{ refusal: 'it wants a token' }, /it wants a token/],
  ])('%j is a problem', (changes, message) => {
    expect(judgeDispatcher('http://d:8081', facts(changes))).toMatchObject({
      verdict: 'problem',
      message: expect.stringMatching(message),
      cure: expect.any(String),
    });
  });

  test('that does not answer, or has no address, is a problem', () => {
    expect(judgeDispatcher('http://d:8081', LATE).message).toContain('within 5 s');
    const wrong: Probed<never> = { kind: 'failed', message: 'no address', code: 'SUBMIT_USAGE' };
    expect(judgeDispatcher('?', wrong)).toEqual({ verdict: 'problem', message: 'no address' });
  });
});

describe('a report', () => {
  const findings: Finding[] = [
    { check: 'master', verdict: 'problem', message: 'two\nlines \u001b[31m', cure: 'mend it' },
    { check: 'spark', verdict: 'ok', message: 'there' },
    { check: 'python', verdict: 'warning', message: 'hm' },
  ];

  test('has one line for each check, in their order, with nothing that would harm a terminal', () => {
    const report = reportOf(findings);
    expect(report).toMatchObject({ ok: false, problems: 1, warnings: 1 });
    expect(report.checks[0]).toEqual({
      check: 'spark',
      verdict: 'ok',
      message: 'there',
      limitMs: CHECKS.spark.limitMs,
    });
    expect(report.checks.map(findingLine).join('')).toBe(
      'ok       spark        there\n' +
        'warning  python       hm\n' +
        'problem  master       two lines \u{fffd}[31m. What to do: mend it\n',
    );
    expect(summaryLine(report)).toBe('\n1 problem, 1 warning\n');
    const asking: Finding = { check: 'role', verdict: 'problem', message: 'is it?', cure: 'look' };
    expect(findingLine(asking)).toBe('problem  role         is it? What to do: look\n');
  });

  test('without a problem is well, also with warnings', () => {
    expect(reportOf(findings.slice(1))).toMatchObject({ ok: true, warnings: 1 });
    expect(summaryLine(reportOf([]))).toBe('\nnothing is wrong\n');
  });
});

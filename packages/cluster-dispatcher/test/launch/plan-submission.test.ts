import { describe, expect, test } from 'vitest';
import { planSubmission } from '../../src/launch/plan-submission.ts';
import { requestOf, rulesOf } from '../core/bench.ts';

function problemsOf(properties: Record<string, string>, more = {}, rules = rulesOf()): string[] {
  const planned = planSubmission(requestOf(properties, more), rules);
  return planned.ok ? [] : planned.problems.map(({ setting }) => setting);
}

describe('what is found when a driver is submitted', () => {
  test.each([
    ['D59, D64', { 'spark.mesos.driver.constraints': 'rack' }, 'spark.mesos.driver.constraints'],
    ['D63, U113', { 'spark.mesos.driver.labels': 'a' }, 'spark.mesos.driver.labels'],
    ['U113', { 'spark.mesos.task.labels': 'a' }, 'spark.mesos.task.labels'],
    ['D64, U93', { 'spark.mesos.executor.docker.portmaps': 'a:b' }, 'spark.mesos.executor.docker.portmaps'],
    ['D64', { 'spark.mesos.containerizer': 'podman' }, 'spark.mesos.containerizer'],
    ['D18', { 'spark.driver.cores': 'many' }, 'spark.driver.cores'],
    ['D18', { 'spark.driver.cores': '0' }, 'spark.driver.cores'],
    ['D18', { 'spark.driver.memory': 'much' }, 'spark.driver.memory'],
    ['D18', { 'spark.driver.memory': '0' }, 'spark.driver.memory'],
    ['D18', { 'spark.executor.memory': 'much' }, 'spark.executor.memory'],
    ['D18', { 'spark.cores.max': 'all' }, 'spark.cores.max'],
    ['D18', { 'spark.driver.supervise': 'perhaps' }, 'spark.driver.supervise'],
    ['D33', { 'spark.mesos.dispatcher.queue': 'none' }, 'spark.mesos.dispatcher.queue'],
    [
      'D54',
      { 'spark.mesos.driver.supervise.finalExitStatuses': '1-' },
      'spark.mesos.driver.supervise.finalExitStatuses',
    ],
    [
      'U100',
      {
        'spark.mesos.driver.secret.names': 'a',
        'spark.mesos.driver.secret.values': 'b',
        'spark.mesos.driver.secret.envkeys': 'K',
      },
      'spark.mesos.driver.secret.*',
    ],
  ])('D18, D33, D54, D63, D64, U59, U93, U100, U113: %s: %o', (_, properties, setting) => {
    expect(problemsOf(properties)).toEqual([setting]);
  });

  test('D21, D23: a driver that says nothing of itself is not supervised, and has a core and 1 GiB', () => {
    const request = { ...requestOf(), properties: {} };
    const planned = planSubmission(request, rulesOf());
    expect(planned.ok && planned.plan).toMatchObject({
      name: 'org.example.Main',
      queue: 'default',
      resources: { cpus: 1, heapMiB: 1024, memMiB: 1408, diskMiB: 0 },
      supervision: { supervise: false },
    });
    const named = planSubmission(
      { ...request, mainClass: '', appResource: 'https://me:geheim@files/app.py?sig=geheim' },
      rulesOf(),
    );
    expect(named.ok && named.plan.name).toBe('app.py');
  });

  test('all of it at once', () => {
    const wrong = { 'spark.driver.cores': 'x', 'spark.driver.memory': 'y', 'spark.mesos.driver.labels': 'z' };
    expect(problemsOf(wrong, { appResource: '' })).toEqual(
      expect.arrayContaining(['appResource', ...Object.keys(wrong)]),
    );
  });

  test('D72: a driver for which nothing says where Spark is', () => {
    const rules = { ...rulesOf(), sparkHome: undefined };
    expect(problemsOf({}, {}, rules)).toEqual(['spark.mesos.executor.home']);
    expect(problemsOf({ 'spark.executor.uri': 'http://h/spark.tgz' }, {}, rules)).toEqual([]);
    expect(problemsOf({ 'spark.mesos.executor.docker.image': 'i' }, {}, rules)).toEqual([]);
  });

  test('D66: another role than the dispatcher’s, where that is enforced', () => {
    const rules = rulesOf({ 'spark.mesos.role': 'team', 'spark.mesos.dispatcher.role.enforce': 'true' });
    expect(problemsOf({ 'spark.mesos.role': 'other' }, {}, rules)).toEqual(['spark.mesos.role']);
    expect(problemsOf({ 'spark.mesos.roles': 'team,other' }, {}, rules)).toEqual(['spark.mesos.roles']);
    expect(problemsOf({ 'spark.mesos.role': 'team' }, {}, rules)).toEqual([]);
    expect(problemsOf({}, {}, rules)).toEqual([]);
    const without = rulesOf({ 'spark.mesos.dispatcher.role.enforce': 'true' });
    expect(problemsOf({ 'spark.mesos.role': 'other' }, {}, without)).toEqual([]);
  });

  test('what no program can be given: NUL, names of variables with =, words that are too long', () => {
    expect(problemsOf({}, { arguments: ['a\0b'] })).toEqual(['arguments']);
    expect(problemsOf({}, { environment: { 'A=B': 'c' } })).toEqual(['arguments']);
    expect(problemsOf({}, { arguments: ['x'.repeat(200_000)] })).toEqual(['arguments']);
    expect(problemsOf({}, { arguments: Array.from({ length: 100 }, () => 'x'.repeat(10_000)) })).toEqual([
      'arguments',
    ]);
  });

  test.each(['http://h/', 'http://h/a/..', '.'])('an application %s that names no file', (appResource) => {
    expect(problemsOf({}, { appResource })).toEqual(['appResource']);
  });

  test('what does no harm is a warning', () => {
    const planned = planSubmission(requestOf({ 'spark.mesos.typo': '1' }), rulesOf());
    expect(planned).toMatchObject({ ok: true, warnings: [expect.stringContaining('spark.mesos.typo')] });
  });

  test('D72: another Spark than its submitter has is a warning, unless the submission says itself which', () => {
    const sparks = [{ home: '/opt/spark', version: '4.3.0' }];
    const warningsOf = (clientSparkVersion: string, properties = {}, more = {}) => {
      const planned = planSubmission(
        requestOf(properties, { clientSparkVersion, ...more }),
        rulesOf({}, [...sparks, { home: '/opt/old', version: '3.5.6' }]),
      );
      return planned.ok ? planned.warnings : planned.problems;
    };
    expect(warningsOf('3.5.1')).toEqual([
      'The driver runs Spark 4.3.0, and its submitter has Spark 3.5.1: start the dispatcher with a --spark-home for that as ' +
        'well, or say where it is (spark.mesos.executor.home).',
    ]);
    expect(warningsOf('3.5.1', {}, { sparkHome: '/opt/old' })).toEqual([]);
    expect(warningsOf('4.3.1')).toEqual([]);
    expect(warningsOf('unknown')).toEqual([]);
    expect(warningsOf('3.5.1', { 'spark.mesos.executor.home': '/opt/spark-3.5.1' })).toEqual([]);
    expect(warningsOf('3.5.1', { 'spark.executor.uri': 'https://files/spark-3.5.1.tgz' })).toEqual([]);
  });

  test('no secret stands in a problem', () => {
    const secret = {
      'spark.mesos.driver.secret.values': 'geheim',
      'spark.mesos.driver.secret.envkeys': 'A,B',
    };
    expect(JSON.stringify(planSubmission(requestOf(secret), rulesOf()))).not.toContain('geheim');
  });
});

import { describe, expect, test } from 'vitest';
import {
  declineRules,
  managedPorts,
  memoryRules,
  type Properties,
  parseSettings,
  SETTINGS,
  type SparkSettings,
} from '../../src/index.ts';

function settings(properties: Properties): SparkSettings {
  const result = parseSettings(properties);
  if (!result.ok) {
    throw new Error(result.problems.map(({ message }) => message).join('\n'));
  }
  return result.settings;
}

function problems(properties: Properties): string[] {
  const result = parseSettings(properties);
  return result.ok ? [] : result.problems.map(({ setting, code }) => `${setting} ${code}`);
}

describe('settings', () => {
  test('with nothing set every setting has its documented default', () => {
    expect(settings({})).toMatchObject({
      executorMemoryMiB: 1024,
      coresMax: undefined,
      executorCores: undefined,
      constraints: [],
      rejectOfferSeconds: 120,
      shutdownTimeoutMs: 10_000,
      extraCores: 0,
      gpusMax: 0,
      fetcherCache: false,
      driverFailoverTimeoutSeconds: 0,
      agentMaxFailures: 2,
    });
  });

  test('reads Spark properties into typed values', () => {
    const values = settings(
      new Map([
        ['spark.cores.max', '4'],
        ['spark.executor.cores', '2'],
        ['spark.executor.memory', '2g'],
        ['spark.mesos.executor.memoryOverhead', '512m'],
        ['spark.mesos.role', 'dev'],
        ['spark.mesos.constraints', 'os:linux;rack:'],
        ['spark.mesos.uris', 'a, b'],
        ['spark.mesos.task.labels', 'team:a'],
        ['spark.mesos.coarse.shutdownTimeout', '3s'],
        ['spark.executorEnv.GREETING', 'hello'],
        ['spark.blockManager.port', '31500'],
      ]),
    );
    expect(values).toMatchObject({
      coresMax: 4,
      executorCores: 2,
      executorMemoryMiB: 2048,
      role: 'dev',
      constraints: [
        { name: 'os', values: ['linux'] },
        { name: 'rack', values: [] },
      ],
      uris: [{ uri: 'a' }, { uri: 'b' }],
      taskLabels: { labels: [{ key: 'team', value: 'a' }] },
      shutdownTimeoutMs: 3000,
    });
    expect(values.executorEnvironment).toEqual(new Map([['GREETING', 'hello']]));
    expect(memoryRules(values).mesosOverheadMiB).toBe(512);
    expect(managedPorts(values)).toEqual([31500]);
  });

  test('tells all problems at once, each with its setting', () => {
    expect(
      problems({
        'spark.cores.max': 'many',
        'spark.executor.cores': '0',
        'spark.executor.memory': '1.5g',
        'spark.mesos.constraints': 'os;zone:a',
        'spark.mesos.task.labels': 'x',
        'spark.mesos.coarse.shutdownTimeout': '-1s',
        'spark.mesos.role': '/dev',
        'spark.mesos.fetcherCache.enable': 'yes',
      }),
    ).toEqual([
      'spark.cores.max CONFIG_MALFORMED',
      'spark.mesos.role CONFIG_MALFORMED',
      'spark.mesos.constraints CONFIG_MALFORMED',
      'spark.executor.cores CONFIG_OUT_OF_RANGE',
      'spark.executor.memory CONFIG_MALFORMED',
      'spark.mesos.fetcherCache.enable CONFIG_MALFORMED',
      'spark.mesos.task.labels CONFIG_MALFORMED',
      'spark.mesos.coarse.shutdownTimeout CONFIG_OUT_OF_RANGE',
    ]);
  });

  test('C6: a limit of cores below one executor is a problem at once, not a wait for ever', () => {
    expect(problems({ 'spark.cores.max': '1', 'spark.executor.cores': '2' })).toEqual([
      'spark.cores.max CONFIG_CONFLICT',
    ]);
  });

  test('U4: I/O encryption is refused in the words of the original', () => {
    const result = parseSettings({ 'spark.io.encryption.enabled': 'true' });
    expect(result).toMatchObject({
      ok: false,
      problems: [
        {
          code: 'NOT_SUPPORTED',
          message: expect.stringContaining('I/O encryption is currently not supported in Mesos.'),
        },
      ],
    });
  });

  test('U71: off-heap memory counts only when it is enabled', () => {
    expect(memoryRules(settings({ 'spark.memory.offHeap.size': '1g' })).offHeapMiB).toBeUndefined();
    const enabled = { 'spark.memory.offHeap.enabled': 'true', 'spark.memory.offHeap.size': '1073741824' };
    expect(memoryRules(settings(enabled)).offHeapMiB).toBe(1024);
    expect(problems({ 'spark.memory.offHeap.enabled': 'true' })).toEqual([
      'spark.memory.offHeap.size CONFIG_CONFLICT',
    ]);
  });

  test('U81: the misspelt name still works, with a warning', () => {
    const result = parseSettings({ 'spark.mesos.fetchCache.enable': 'true' });
    expect(result).toMatchObject({ ok: true, settings: { fetcherCache: true } });
    expect(result.warnings).toEqual([
      'spark.mesos.fetchCache.enable is an old name of spark.mesos.fetcherCache.enable: use the new one',
    ]);
  });

  test('U120: durations of declines fall back to the common one', () => {
    expect(declineRules(settings({ 'spark.mesos.rejectOfferDuration': '60' }))).toMatchObject({
      CONSTRAINTS_UNMET: 60,
      MAX_CORES_REACHED: 60,
    });
    expect(
      declineRules(settings({ 'spark.mesos.rejectOfferDurationForUnmetConstraints': '1min' })),
    ).toMatchObject({ CONSTRAINTS_UNMET: 60, MAX_CORES_REACHED: 120 });
  });

  test('what is unknown is warned of, what belongs elsewhere passes', () => {
    expect(parseSettings({ 'spark.mesos.constraint': 'x' }).warnings).toEqual([
      'spark.mesos.constraint is no setting that is known here; is it misspelt?',
    ]);
    expect(parseSettings({ 'spark.mesos.dispatcher.queue': 'x', 'spark.foo': 'y' }).warnings).toEqual([]);
  });

  test('an empty value counts as unset', () => {
    expect(settings({ 'spark.mesos.role': '', 'spark.cores.max': undefined }).role).toBeUndefined();
  });

  test('U20: a setting goes before its environment variable', () => {
    const environment = { SPARK_MESOS_PRINCIPAL: 'from environment', SPARK_EXECUTOR_URI: 'u.tgz' };
    expect(parseSettings({}, { environment })).toMatchObject({
      settings: { principal: 'from environment', executorUri: 'u.tgz' },
    });
    expect(parseSettings({ 'spark.mesos.principal': 'set' }, { environment })).toMatchObject({
      settings: { principal: 'set' },
    });
  });

  test.each(['a b', '-a', 'a//b', '.', '..', 'a/*', 'a/', 'a\tb'])(
    'refuses the role %j as a master would',
    (role) => {
      expect(problems({ 'spark.mesos.role': role })).toEqual(['spark.mesos.role CONFIG_MALFORMED']);
    },
  );

  test.each(['*', 'dev', 'eng/etl', 'a.b-c'])('accepts the role %j', (role) => {
    expect(settings({ 'spark.mesos.role': role }).role).toBe(role);
  });

  test('the table names each setting once, with a meaning', () => {
    const all = Object.values(SETTINGS);
    const names = all.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
    expect(all.every(({ meaning, since }) => meaning.length > 10 && since !== '')).toBe(true);
    expect(all.filter(({ secret }) => secret).map(({ name }) => name)).toEqual([
      'spark.mesos.secret',
      'spark.mesos.executor.secret.values',
      'spark.mesos.driver.secret.values',
      'spark.authenticate.secret',
      'spark.ssl.rpc.[Name]',
      'spark.mesos.shuffle.service.secret',
      'spark.mesos.dispatcher.token',
      'spark.mesos.dispatcher.driverToken',
      'spark.ssl.mesos.[Name]',
    ]);
  });
});

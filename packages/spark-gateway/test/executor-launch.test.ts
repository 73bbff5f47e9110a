import { parseSettings, type SparkSettings } from '@spark-mesos/scheduler-utils';
import { describe, expect, test } from 'vitest';
import { executorLaunch, type LaunchContext } from '../src/executor-launch.ts';
import { EXECUTOR_SCRIPT } from '../src/executor-script.ts';
import { application, placement } from './support/fakes.ts';
import { RECORDED, recordedApplication } from './support/golden-application.ts';

function settings(properties: Record<string, string> = {}): SparkSettings {
  const parsed = parseSettings(properties);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.settings;
}

function context(changes: Partial<LaunchContext> = {}): LaunchContext {
  return {
    application: application(),
    applicationId: 'f-1',
    settings: settings(),
    sparkHome: '/opt/spark',
    baseEnvironment: new Map(),
    ...changes,
  };
}

function variables(launch: ReturnType<typeof executorLaunch>): Record<string, string> {
  const list = launch.command.environment?.variables ?? [];
  return Object.fromEntries(list.map(({ name, value }) => [name, value ?? '']));
}

const command = application().command;

describe('the command of an executor', () => {
  test.each(RECORDED)('of a real Spark %s is what a standalone worker would run', (version) => {
    const recorded = recordedApplication(version);
    const launch = executorLaunch(
      context({ application: recorded }),
      placement({ executorId: 7, memoryMiB: 512, advertisedCores: 3, hostname: 'host-9' }),
    );
    const driverUrl = recorded.command.arguments[1];
    expect(launch.name).toBe('Spark Pi 7');
    expect(launch.command.shell).toBe(false);
    expect(launch.command.value).toBe('/bin/sh');
    expect(launch.command.arguments).toEqual([
      'sh',
      '-c',
      EXECUTOR_SCRIPT,
      'spark-executor',
      '',
      '',
      '-Xmx512M',
      ...recorded.command.javaOpts,
      'org.apache.spark.executor.CoarseGrainedExecutorBackend',
      '--driver-url',
      driverUrl,
      '--executor-id',
      '7',
      '--hostname',
      'host-9',
      '--cores',
      '3',
      '--app-id',
      'f-1',
      ...(version === '2.4.8' ? [] : ['--resourceProfileId', '0']),
    ]);
    expect(variables(launch)).toEqual({
      ...Object.fromEntries(recorded.command.environment),
      SPARK_HOME: '/opt/spark',
    });
  });

  test('has the ids inside JVM options, where a log file is named after them', () => {
    const javaOpts = ['-Xlog:gc:file=/logs/{{APP_ID}}-{{EXECUTOR_ID}}.log'];
    const launch = executorLaunch(
      context({ application: application({ command: { ...command, javaOpts } }), applicationId: '$&' }),
      placement({ executorId: 3 }),
    );
    expect(launch.command.arguments).toContain('-Xlog:gc:file=/logs/$&-3.log');
  });

  test('replaces arguments only as a whole', () => {
    const words = ['x{{CORES}}', '{{CORES}}', '--worker-url', '{{WORKER_URL}}'];
    const launch = executorLaunch(
      context({ application: application({ command: { ...command, arguments: words } }) }),
      placement(),
    );
    expect(launch.command.arguments?.slice(-2)).toEqual(['x{{CORES}}', '2']);
  });

  test('gives the class path entries of the application as one argument of the script', () => {
    const launch = executorLaunch(
      context({
        application: application({ command: { ...command, classPathEntries: ['/a b.jar', '/c/*'] } }),
      }),
      placement(),
    );
    expect(launch.command.arguments?.[5]).toBe('/a b.jar:/c/*');
  });
});

describe('the environment of an executor', () => {
  test("is the cluster's beneath the application's", () => {
    const environment = new Map([['JAVA_HOME', '/java/of/the/application']]);
    const launch = executorLaunch(
      context({
        application: application({ command: { ...command, environment } }),
        baseEnvironment: new Map([
          ['JAVA_HOME', '/java'],
          ['PATH', '/bin'],
        ]),
      }),
      placement(),
    );
    expect(variables(launch)).toEqual({
      JAVA_HOME: '/java/of/the/application',
      PATH: '/bin',
      SPARK_HOME: '/opt/spark',
    });
  });

  test('has the library path of the application before that of its environment', () => {
    const environment = new Map([['LD_LIBRARY_PATH', '/native']]);
    const libraryPathEntries = ['/a', '/b'];
    const launch = executorLaunch(
      context({ application: application({ command: { ...command, environment, libraryPathEntries } }) }),
      placement(),
    );
    expect(variables(launch).LD_LIBRARY_PATH).toBe('/a:/b:/native');
  });

  test.each([
    [{ 'spark.mesos.executor.home': '/of/the/setting' }, '/of/the/setting'],
    [{}, '/of/the/environment'],
  ])('with %j has its Spark in %s', (properties, expected) => {
    const environment = new Map([['SPARK_HOME', '/of/the/environment']]);
    const launch = executorLaunch(
      context({
        application: application({ command: { ...command, environment } }),
        settings: settings(properties),
      }),
      placement(),
    );
    expect(variables(launch).SPARK_HOME).toBe(expected);
  });
});

describe('a Spark that is fetched', () => {
  const fetched = settings({
    'spark.executor.uri': 'hdfs:///dist/spark-3.5.6-bin.tgz?x=1',
    'spark.mesos.executor.home': '/not/this',
    'spark.mesos.uris': '/a.txt, /b.txt',
    'spark.mesos.fetcherCache.enable': 'true',
  });

  test('comes before the other files, through the cache if asked for', () => {
    const { command: launched } = executorLaunch(context({ settings: fetched }), placement());
    expect(launched.uris).toEqual([
      { value: 'hdfs:///dist/spark-3.5.6-bin.tgz?x=1', cache: true },
      { value: '/a.txt', cache: true },
      { value: '/b.txt', cache: true },
    ]);
  });

  test('is found by how its folder begins, and no other home is set', () => {
    const launch = executorLaunch(context({ settings: fetched }), placement());
    expect(launch.command.arguments?.[4]).toBe('spark-3');
    expect(variables(launch)).not.toHaveProperty('SPARK_HOME');
  });
});

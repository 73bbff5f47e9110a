import type { ExecutorLaunch, ExecutorPlacement } from '@spark-mesos/coarse-backend';
import { mesos } from '@spark-mesos/mesos-proto';
import { parseSettings, type SparkSettings } from '@spark-mesos/scheduler-utils';
import { describe, expect, test } from 'vitest';
import { executorLauncher, type LaunchContext } from '../src/executor-launch.ts';
import { EXECUTOR_SCRIPT } from '../src/executor-script.ts';
import { application, placement } from './support/fakes.ts';
import { RECORDED, recordedApplication } from './support/golden-application.ts';

const { Type } = mesos.v1.ContainerInfo;

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
    sparkVersion: undefined,
    baseEnvironment: new Map(),
    authentication: new Map(),
    agents: { urlOf: () => undefined },
    profileOf: () => undefined,
    ...changes,
  };
}

type Launch = ExecutorLaunch;

function executorLaunch(launchContext: LaunchContext, place: ExecutorPlacement): Launch {
  return executorLauncher(launchContext)(place);
}

function variables(launch: Launch): Record<string, string> {
  const list = launch.command.environment?.variables ?? [];
  return Object.fromEntries(list.map(({ name, value }) => [name, value ?? '']));
}

/** What the script is told, by the names of its arguments. */
function told(launch: Launch) {
  const words = launch.command.arguments ?? [];
  const [folder, version, fallback, classPath, libraryPath, keptFiles, resources, ...java] = words.slice(
    words.indexOf(EXECUTOR_SCRIPT) + 1,
  );
  return { folder, version, fallback, classPath, libraryPath, keptFiles, resources, java };
}

const { command } = application();

/** Launches with changes to the application's command. */
function launchWith(changes: Partial<typeof command>, rest: Partial<LaunchContext> = {}): Launch {
  return executorLaunch(
    context({ application: application({ command: { ...command, ...changes } }), ...rest }),
    placement(),
  );
}

describe('the command of an executor', () => {
  test.each(RECORDED)('C14, C15: of a real Spark %s is what a standalone worker would run', (version) => {
    const recorded = recordedApplication(version);
    const launch = executorLaunch(
      context({ application: recorded }),
      placement({ executorId: 7, memoryMiB: 512, advertisedCores: 3, hostname: 'host-9' }),
    );
    const driverUrl = recorded.command.arguments[1];
    expect(driverUrl).toMatch(/^spark:\/\/CoarseGrainedScheduler@/);
    expect(launch.name).toBe('Spark Pi 7');
    expect(told(launch)).toEqual({
      folder: '',
      version: '',
      fallback: '',
      classPath: '',
      libraryPath: '',
      keptFiles: '',
      resources: '',
      java: [
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
      ],
    });
    expect(variables(launch)).toEqual({
      ...Object.fromEntries(recorded.command.environment),
      SPARK_HOME: '/opt/spark',
    });
  });

  test('C18: is a list of arguments, and the only text for a shell is the same for all', () => {
    const evil = `'"; touch /tmp/x; $(id) \`id\``;
    const launch = executorLaunch(
      context({
        application: application({
          name: evil,
          command: {
            ...command,
            javaOpts: [evil],
            classPathEntries: [evil],
            environment: new Map([['A', evil]]),
          },
        }),
        settings: settings({ 'spark.mesos.executor.home': evil }),
        applicationId: evil,
      }),
      placement({ hostname: evil }),
    );
    expect(launch.command).toMatchObject({ shell: false, value: '/bin/sh' });
    const words = launch.command.arguments ?? [];
    expect(words.slice(0, 5)).toEqual(['sh', '-c', 'eval "$1"', 'spark-executor', EXECUTOR_SCRIPT]);
    expect(EXECUTOR_SCRIPT).not.toContain(evil);
  });

  test('C10: has the ids inside JVM options, where a log file is named after them', () => {
    const javaOpts = ['-Xlog:gc:file=/logs/{{APP_ID}}-{{EXECUTOR_ID}}.log'];
    const launch = executorLaunch(
      context({ application: application({ command: { ...command, javaOpts } }), applicationId: '$&' }),
      placement({ executorId: 3 }),
    );
    expect(launch.command.arguments).toContain('-Xlog:gc:file=/logs/$&-3.log');
  });

  test('F1: has another place for its driver, where that is behind a relay', () => {
    const words = [
      '--driver-url',
      'spark://CoarseGrainedScheduler@driver:1',
      '--executor-id',
      '{{EXECUTOR_ID}}',
    ];
    const driverUrl = 'spark://CoarseGrainedScheduler@gateway:2';
    const { java } = told(launchWith({ arguments: words }, { driverUrl }));
    expect(java.slice(-4)).toEqual(['--driver-url', driverUrl, '--executor-id', '0']);
  });

  test('replaces arguments only as a whole', () => {
    const launch = launchWith({ arguments: ['x{{CORES}}', '{{CORES}}', '--worker-url', '{{WORKER_URL}}'] });
    expect(launch.command.arguments?.slice(-2)).toEqual(['x{{CORES}}', '2']);
  });

  test('C16, C70: announces the cores of the task and spark.mesos.extra.cores', () => {
    const launch = executorLaunch(
      context({ application: application({ command: { ...command, arguments: ['--cores', '{{CORES}}'] } }) }),
      placement({ cores: 2, advertisedCores: 5 }),
    );
    expect(launch.command.arguments?.slice(-2)).toEqual(['--cores', '5']);
  });

  test('C14: names the host of the agent, but not on a network of the container’s own', () => {
    const words = { arguments: ['--hostname', '{{HOSTNAME}}', '--cores', '{{CORES}}'] };
    expect(told(launchWith(words)).java.slice(2)).toEqual(['--hostname', 'host-1', '--cores', '2']);
    const onNetwork = { settings: settings({ 'spark.mesos.network.name': 'blue' }) };
    expect(told(launchWith(words, onNetwork)).java.slice(2)).toEqual(['--cores', '2']);
  });

  test('C10: gives the class path entries of the application as one argument of the script', () => {
    expect(told(launchWith({ classPathEntries: ['/a b.jar', '/c/*'] })).classPath).toBe('/a b.jar:/c/*');
  });

  test('C11: gives the library path to the script, which puts it before that of the agent', () => {
    const launch = launchWith({ libraryPathEntries: ['/a', '/b'] });
    expect(told(launch).libraryPath).toBe('/a:/b');
    expect(variables(launch)).not.toHaveProperty('LD_LIBRARY_PATH');
  });

  test('U97: runs as the user that is named', () => {
    expect(launchWith({}).command).not.toHaveProperty('user');
    const named = { settings: settings({ 'spark.mesos.executor.user': 'ada' }) };
    expect(launchWith({}, named).command.user).toBe('ada');
  });

  test('C72: expects the version of the driver’s Spark, unless that is not to be looked at', () => {
    expect(told(launchWith({}, { sparkVersion: '3.5.6' })).version).toBe('3.5.6');
    const unchecked = settings({ 'spark.mesos.executor.versionCheck': 'false' });
    expect(told(launchWith({}, { sparkVersion: '3.5.6', settings: unchecked })).version).toBe('');
  });

  test('leaves scratch files in the sandbox, but not where a shuffle service must find them later', () => {
    expect(told(launchWith({})).keptFiles).toBe('');
    const on = { 'spark.shuffle.service.enabled': 'true' };
    expect(told(launchWith({}, { settings: settings(on) })).keptFiles).toBe('/tmp');
    const named = settings({ ...on, 'spark.local.dir': '/data/1,/data/2' });
    expect(told(launchWith({}, { settings: named })).keptFiles).toBe('/data/1,/data/2');
  });
});

describe('the environment of an executor', () => {
  test("C10: is the cluster's beneath the application's, then the secrets of Mesos", () => {
    const launch = launchWith(
      { environment: new Map([['JAVA_HOME', '/java/of/the/application']]) },
      {
        baseEnvironment: new Map([
          ['JAVA_HOME', '/java'],
          ['PATH', '/bin'],
        ]),
        settings: settings({
          'spark.mesos.executor.secret.values': 'hush',
          'spark.mesos.executor.secret.envkeys': 'PASSWORD',
        }),
      },
    );
    const list = launch.command.environment?.variables ?? [];
    expect(list.map(({ name, value }) => [name, value])).toEqual([
      ['JAVA_HOME', '/java/of/the/application'],
      ['PATH', '/bin'],
      ['SPARK_HOME', '/opt/spark'],
      ['PASSWORD', undefined],
    ]);
    expect(list.at(-1)?.type).toBe(mesos.v1.Environment.Variable.Type.SECRET);
  });

  test.each([
    [{ 'spark.mesos.executor.home': '/of/the/setting' }, '/of/the/setting'],
    [{}, '/of/the/environment'],
  ])('C12: with %j has its Spark in %s', (properties, expected) => {
    const environment = new Map([['SPARK_HOME', '/of/the/environment']]);
    const launch = launchWith({ environment }, { settings: settings(properties) });
    expect(variables(launch).SPARK_HOME).toBe(expected);
  });

  test('C12: without either has that of the driver', () => {
    expect(variables(launchWith({})).SPARK_HOME).toBe('/opt/spark');
  });

  test('links Spark’s page to the logs in the sandbox, which its agent serves', () => {
    const launch = executorLaunch(
      context({ agents: { urlOf: (id) => `http://${id}:5051` } }),
      placement({ taskId: 'abc-0' }),
    );
    const path = '%2Fframeworks%2Ff-1%2Fexecutors%2Fabc-0%2Fruns%2Flatest%2F';
    expect(variables(launch)).toMatchObject({
      SPARK_LOG_URL_STDOUT: `http://agent-1:5051/files/download?path=${path}stdout`,
      SPARK_LOG_URL_STDERR: `http://agent-1:5051/files/download?path=${path}stderr`,
    });
  });

  test('carries what lets the executor in, which no argument shows', () => {
    const launch = launchWith(
      { javaOpts: ['-Dspark.authenticate=true', '-Dspark.authenticate.secret=hush'] },
      { authentication: new Map([['_SPARK_AUTH_SECRET', 'hush']]) },
    );
    expect(variables(launch)._SPARK_AUTH_SECRET).toBe('hush');
    expect(launch.command.arguments).toContain('-Dspark.authenticate=true');
    expect(launch.command.arguments?.join(' ')).not.toContain('hush');
  });
});

describe('ports of the offer', () => {
  test('U44: the first that was taken for the executor is for its blocks', () => {
    const launch = executorLaunch(context(), placement({ ports: [31_000, 31_005] }));
    expect(told(launch).java.slice(0, 2)).toEqual(['-Xmx1024M', '-Dspark.blockManager.port=31000']);
  });

  test('U44: leave a port that is set to Spark as it is', () => {
    const fixed = settings({ 'spark.blockManager.port': '7000' });
    const launch = executorLaunch(context({ settings: fixed }), placement({ ports: [31_000] }));
    expect(launch.command.arguments?.join(' ')).not.toContain('blockManager');
  });
});

describe('a Spark that is fetched', () => {
  const fetched = settings({
    'spark.executor.uri': 'hdfs:///dist/spark-3.5.6-bin.tgz',
    'spark.mesos.executor.home': '/not/this',
    'spark.mesos.uris': '/a.txt, /b.txt',
    'spark.mesos.fetcherCache.enable': 'true',
  });

  test('C13: comes before the other files, through the cache if asked for', () => {
    const { command: launched } = executorLaunch(context({ settings: fetched }), placement());
    expect(launched.uris).toEqual([
      { value: 'hdfs:///dist/spark-3.5.6-bin.tgz', cache: true },
      { value: '/a.txt', cache: true },
      { value: '/b.txt', cache: true },
    ]);
  });

  test('C13, C71: is found by how its folder begins, and no other home is set', () => {
    const launch = executorLaunch(context({ settings: fetched }), placement());
    expect(told(launch).folder).toBe('spark-3');
    expect(variables(launch)).not.toHaveProperty('SPARK_HOME');
  });

  test('U83: is called as the file without its query, or the fetcher would not unpack it', () => {
    const signed = settings({ 'spark.executor.uri': 'https://dist/spark.tgz?sig=a/b' });
    expect(executorLaunch(context({ settings: signed }), placement()).command.uris).toEqual([
      { value: 'https://dist/spark.tgz?sig=a/b', cache: false, outputFile: 'spark.tgz' },
    ]);
  });
});

describe('an executor in an image', () => {
  const image = { 'spark.mesos.executor.docker.image': 'example/spark:4' };

  test('C17, C62: has the container that the settings describe, and without an image a plain one', () => {
    expect(launchWith({}).container).toEqual({ type: Type.MESOS });
    expect(launchWith({}, { settings: settings(image) }).container).toMatchObject({
      type: Type.DOCKER,
      docker: { image: 'example/spark:4' },
    });
  });

  test('C12: finds its Spark and its Java in there, unless told where they are', () => {
    const inside = launchWith(
      {},
      { settings: settings(image), baseEnvironment: new Map([['JAVA_HOME', '/of/this/machine']]) },
    );
    expect(variables(inside)).toEqual({});
    expect(told(inside).fallback).toBe('/opt/spark');
    const named = settings({ ...image, 'spark.mesos.executor.home': '/inside' });
    expect(variables(launchWith({}, { settings: named })).SPARK_HOME).toBe('/inside');
  });

  test('C18: is started by the daemon as by the agent, whatever the image’s entry point is', () => {
    const { command: launched, container } = launchWith({}, { settings: settings(image) });
    // docker run … --entrypoint=/bin/sh IMAGE -c 'eval "$1"' spark-executor …
    expect(launched).not.toHaveProperty('value');
    expect(launched.shell).toBe(false);
    expect(launched.arguments?.slice(0, 3)).toEqual(['-c', 'eval "$1"', 'spark-executor']);
    expect(container?.docker?.parameters).toEqual([{ key: 'entrypoint', value: '/bin/sh' }]);
  });

  test('keeps an entry point that the user names', () => {
    const own = settings({ ...image, 'spark.mesos.executor.docker.parameters': 'entrypoint=/bin/bash' });
    expect(launchWith({}, { settings: own }).container?.docker?.parameters).toEqual([
      { key: 'entrypoint', value: '/bin/bash' },
    ]);
  });

  test('U97: runs as the user, is killed and is looked after as the settings say', () => {
    const own = settings({
      'spark.mesos.executor.user': 'spark',
      'spark.mesos.executor.killGracePeriod': '20s',
      'spark.mesos.executor.healthCheck.json': '{"type": "COMMAND", "command": {"value": "true"}}',
    });
    expect(launchWith({}, { settings: own })).toMatchObject({
      command: { user: 'spark' },
      killPolicy: { gracePeriod: { nanoseconds: 20e9 } },
      healthCheck: { command: { value: 'true' } },
    });
  });

  test('U90: of the agent’s own containerizer is started as any other', () => {
    const own = settings({ ...image, 'spark.mesos.containerizer': 'mesos' });
    const { command: launched, container } = launchWith({}, { settings: own });
    expect(container?.type).toBe(Type.MESOS);
    expect(launched).toMatchObject({ value: '/bin/sh' });
    expect(launched.arguments?.[0]).toBe('sh');
  });
});

describe('the GPUs of an executor', () => {
  const profile = { id: 1, memoryMiB: 512, otherResources: new Map([['gpu', 2]]) };

  test('C24: are named to it from 0 on, as a standalone worker would', () => {
    const launch = executorLaunch(
      context({ profileOf: () => profile }),
      placement({ gpus: 2, profileId: 1 }),
    );
    expect(JSON.parse(told(launch).resources ?? '')).toEqual([
      { id: { componentName: 'spark.executor', resourceName: 'gpu' }, addresses: ['0', '1'] },
    ]);
  });

  test('are not named where the application has a script that finds them, or never asked Spark for any', () => {
    const discovered = { ...profile, discovered: ['gpu'] };
    const withScript = context({ profileOf: () => discovered });
    expect(told(executorLaunch(withScript, placement({ gpus: 2 }))).resources).toBe('');
    expect(told(executorLaunch(context(), placement({ gpus: 2 }))).resources).toBe('');
  });
});

import { mesos } from '@spark-mesos/mesos-proto';
import { parseProperties } from '@spark-mesos/scheduler-utils';
import { describe, expect, test } from 'vitest';
import type { AgentId, SubmissionId, SubmissionRequest, TaskId } from '../../src/index.ts';
import { driverResources, effectiveProperties, readSettings } from '../../src/launch/driver-request.ts';
import { DRIVER_SCRIPT } from '../../src/launch/driver-script.ts';
import type { DispatcherSpark } from '../../src/launch/driver-spark.ts';
import { driverTask } from '../../src/launch/driver-task.ts';
import { requestOf, rulesOf } from '../core/bench.ts';

/** The task of a request's second attempt, and what its spark-submit is told behind the script's own words. */
function taskOf(
  request: SubmissionRequest,
  dispatcher: Record<string, string> = {},
  sparks: readonly DispatcherSpark[] = [],
) {
  const rules = rulesOf(dispatcher, sparks);
  const properties = effectiveProperties(request, rules);
  const parsed = readSettings(request, properties);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const { settings } = parsed;
  const attempt = {
    submissionId: 'driver-1' as SubmissionId,
    number: 2,
    taskId: 'driver-1-retry-1' as TaskId,
    driverFrameworkId: 'fw-driver-1-retry-1',
    agentId: 'a1' as AgentId,
    hostname: 'one',
  };
  const task = driverTask({
    request,
    properties,
    settings,
    plan: { name: 'app', resources: driverResources(settings, rules) },
    attempt,
    taken: [],
    rules,
    masterUrl: 'spark://gateway:7077',
  });
  const words = task.command?.arguments ?? [];
  const begin = words.indexOf('spark-driver');
  return {
    task,
    words,
    place: words.slice(begin + 1, begin + 4),
    told: words.slice(begin + 4),
    variables: (task.command?.environment?.variables ?? []).map(({ name, value }) => [name, value]),
    uris: (task.command?.uris ?? []).map(({ value, outputFile }) =>
      outputFile ? [value, outputFile] : value,
    ),
  };
}

describe('the task of a driver', () => {
  test('D62: has its name, its ids, its labels and its kill policy', () => {
    const { task } = taskOf(
      requestOf({ 'spark.mesos.driver.labels': 'a:b', 'spark.mesos.driver.killGracePeriod': '3s' }),
    );
    expect(task).toMatchObject({
      name: 'Driver for app',
      taskId: { value: 'driver-1-retry-1' },
      agentId: { value: 'a1' },
      labels: { labels: [{ key: 'a', value: 'b' }] },
      killPolicy: { gracePeriod: { nanoseconds: 3e9 } },
      container: { type: mesos.v1.ContainerInfo.Type.MESOS },
    });
  });

  test('D73, D74, D77: options in the order of the original, settings sorted, and three of them left out', () => {
    const { told } = taskOf(
      requestOf(
        {
          'spark.app.name': 'app name',
          'spark.executor.memory': '1g',
          'spark.cores.max': '2',
          'spark.submit.pyFiles': 'http://h/a.py,http://h/b.zip',
          'spark.zebra': '\\value',
          'another.conf': 'x',
          'spark.jars': 'http://files/app.jar',
          'spark.submit.deployMode': 'cluster',
          'spark.master': 'mesos://h:7077',
          'spark.mesos.driver.secret.values': 'geheim',
          'spark.mesos.driver.secret.envkeys': 'KEY',
        },
        { arguments: ['--a=$2', '--b', 'x y z', ''] },
      ),
    );
    expect(told).toEqual([
      ...['--name', 'app name', '--master', 'spark://gateway:7077', '--deploy-mode', 'client'],
      ...['--driver-cores', '1', '--driver-memory', '512M', '--class', 'org.example.Main'],
      ...['--executor-memory', '1g', '--total-executor-cores', '2', '--py-files', './a.py,./b.zip'],
      ...['--conf', 'another.conf=x', '--conf', 'spark.app.name=app name', '--conf', 'spark.cores.max=2'],
      ...['--conf', 'spark.driver.memory=512m', '--conf', 'spark.executor.memory=1g'],
      ...['--conf', 'spark.mesos.driver.secret.envkeys=KEY'],
      ...['--conf', 'spark.submit.pyFiles=http://h/a.py,http://h/b.zip', '--conf', 'spark.zebra=\\value'],
      ...['./app.jar', '--a=$2', '--b', 'x y z', ''],
    ]);
  });

  test.each([
    ['1.0', ['--driver-cores', '1']],
    ['2', ['--driver-cores', '2']],
    ['0.5', []],
    ['1.5', []],
  ])('D73: of %s cores whole ones are told, since Spark refuses others', (cores, expected) => {
    const { told } = taskOf(requestOf({ 'spark.driver.cores': cores }));
    const at = told.indexOf('--driver-cores');
    expect(at < 0 ? [] : told.slice(at, at + 2)).toEqual(expected);
  });

  test('D73, D78: a driver runs in client mode, whatever was submitted how; a Python application has no class', () => {
    const cluster = { 'spark.submit.deployMode': 'cluster' };
    const { told } = taskOf(requestOf(cluster, { mainClass: '', appResource: 'http://h/pi.py' }));
    expect(told.slice(2, 6)).toEqual(['--master', 'spark://gateway:7077', '--deploy-mode', 'client']);
    expect(told).not.toContain('cluster');
    expect(told).not.toContain('--class');
    expect(told).toContain('./pi.py');
  });

  test('D75, D76: nothing that a user writes is ever in the text that a shell reads', () => {
    const evil = '\'; touch /tmp/x; $(id) `id` \\ " \n !';
    const { words, told, task } = taskOf(
      requestOf(
        { 'spark.app.name': evil, 'spark.evil': evil, 'spark.mesos.executor.home': `/opt/${evil}` },
        { arguments: [evil], appResource: `http://h/${evil.replace('/tmp/x', 'x')}`, mainClass: evil },
      ),
    );
    expect(task.command).toMatchObject({ shell: false, value: '/bin/sh' });
    expect(words.slice(0, 4)).toEqual(['sh', '-c', DRIVER_SCRIPT, 'spark-driver']);
    expect(told.at(-1)).toBe(evil);
  });

  test('U24, U103: what is secret, or sounds like it, is on no command line and in no label', () => {
    const properties = {
      'spark.hadoop.fs.s3a.secret.key': 'geheim1',
      'spark.ssl.keyPassword': 'geheim2',
      'spark.executor.extraJavaOptions': '-Djavax.net.ssl.trustStorePassword=geheim3',
      'spark.jars.repositories': 'https://me:geheim4@files/',
      'spark.mesos.driver.secret.values': 'geheim5',
      'spark.mesos.driver.secret.envkeys': 'KEY',
      'spark.plain': 'plain',
    };
    const { task, told, variables } = taskOf(requestOf(properties));
    expect(JSON.stringify(task.command?.arguments)).not.toContain('geheim');
    expect(JSON.stringify({ ...task, command: {} })).not.toContain('geheim');
    expect(told).toContain('spark.plain=plain');
    const hidden = variables.find(([name]) => name === 'SPARK_MESOS_DRIVER_PROPERTIES')?.[1] ?? '';
    expect(parseProperties(hidden)).toEqual(
      new Map(Object.entries(properties).filter(([, value]) => /geheim[1-4]/.test(value))),
    );
  });

  test('D70: variables of the request go before those of the settings, and the framework id is a property of the JVM', () => {
    const { variables, task } = taskOf(
      requestOf(
        {
          'spark.mesos.driverEnv.FROM': 'settings',
          'spark.mesos.driverEnv.ONLY': 'settings',
          'spark.mesos.driver.secret.values': 'geheim',
          'spark.mesos.driver.secret.envkeys': 'KEY',
        },
        { environment: { SPARK_SUBMIT_OPTS: '-Dmine=1', FROM: 'request' } },
      ),
    );
    expect(variables).toEqual([
      ['FROM', 'request'],
      ['ONLY', 'settings'],
      ['SPARK_SUBMIT_OPTS', '-Dmine=1 -Dspark.mesos.driver.frameworkId=fw-driver-1-retry-1'],
      ['KEY', undefined],
    ]);
    expect(task.command?.environment?.variables?.at(-1)).toMatchObject({
      secret: { value: { data: expect.anything() } },
    });
  });

  test('D71: fetches the application, the files of both, the Python files and Spark, in that order', () => {
    const { uris } = taskOf(
      requestOf(
        {
          'spark.mesos.uris': 'http://h/own.txt',
          'spark.submit.pyFiles': 'file:/a.py',
          'spark.executor.uri': 'http://h/spark-3.5.6.tgz',
        },
        { appResource: 'file:///jars/app.jar' },
      ),
      { 'spark.mesos.uris': 'http://h/all.txt' },
    );
    expect(uris).toEqual([
      '/jars/app.jar',
      'http://h/all.txt',
      'http://h/own.txt',
      '/a.py',
      'http://h/spark-3.5.6.tgz',
    ]);
  });

  test('D71, D74: a query is no part of a name', () => {
    const { uris, told } = taskOf(
      requestOf({}, { appResource: 'http://h/app.jar?token=a/b', arguments: [] }),
    );
    expect(uris).toEqual([['http://h/app.jar?token=a/b', 'app.jar']]);
    expect(told.at(-1)).toBe('./app.jar');
  });

  test('D71, U80: the cache is used if either of them wants it', () => {
    const cached = (properties: Record<string, string>, dispatcher: Record<string, string>) =>
      taskOf(requestOf(properties), dispatcher).task.command?.uris?.every(({ cache }) => cache);
    const on = { 'spark.mesos.fetcherCache.enable': 'true' };
    expect([cached({}, {}), cached(on, {}), cached({}, on)]).toEqual([false, true, true]);
  });

  test('D71, D74: a local application is in its container where the submission says so', () => {
    const mode = { 'spark.mesos.appJar.local.resolution.mode': 'container' };
    const { uris, told } = taskOf(requestOf(mode, { appResource: 'local:///opt/app.jar', arguments: [] }));
    expect(uris).toEqual([]);
    expect(told.at(-1)).toBe('/opt/app.jar');
    expect(taskOf(requestOf({}, { appResource: 'local:///opt/app.jar' })).uris).toEqual(['/opt/app.jar']);
  });

  test('D72: Spark is in the image, in the package, or at home; a library path goes with the package alone', () => {
    const library = { 'spark.executor.extraLibraryPath': '/all/lib' };
    const own = { 'spark.driver.extraLibraryPath': '/own/lib' };
    expect(taskOf(requestOf(own), library).place).toEqual(['home', '/opt/spark', '']);
    expect(taskOf(requestOf({ 'spark.mesos.executor.home': '/my/spark' })).place).toEqual([
      'home',
      '/my/spark',
      '',
    ]);
    const uri = { 'spark.executor.uri': 's3a://bucket/spark-version-1.0.tgz' };
    expect(taskOf(requestOf({ ...uri, ...own }), library).place).toEqual([
      'fetched',
      'spark-version-1',
      '/all/lib:/own/lib',
    ]);
    const image = { 'spark.mesos.executor.docker.image': 'example/spark:1', ...uri };
    expect(taskOf(requestOf(image), library).place).toEqual(['image', '/opt/spark', '']);
  });

  test('D72: a driver runs the Spark of its submitter, unless the submission names another', () => {
    const sparks = [{ home: '/opt/spark' }, { home: '/opt/spark-3.5.6' }];
    const placeOf = (properties: Record<string, string>, sparkHome: string) =>
      taskOf({ ...requestOf(properties), sparkHome }, {}, sparks).place;
    expect(placeOf({}, '/opt/spark-3.5.6')).toEqual(['home', '/opt/spark-3.5.6', '']);
    const own = { 'spark.mesos.executor.home': '/my/spark' };
    expect(placeOf(own, '/opt/spark-3.5.6')).toEqual(['home', '/my/spark', '']);
    const image = { 'spark.mesos.executor.docker.image': 'example/spark:1' };
    expect(placeOf(image, '/opt/spark-3.5.6')).toEqual(['image', '/opt/spark-3.5.6', '']);
  });

  test('U90, U95: a Docker container runs the script as its entry point', () => {
    const { task, words } = taskOf(requestOf({ 'spark.mesos.executor.docker.image': 'example/spark:1' }));
    expect(task.container).toMatchObject({
      docker: { image: 'example/spark:1', parameters: [{ key: 'entrypoint', value: '/bin/sh' }] },
    });
    expect(words[0]).toBe('-c');
    expect(task.command?.value).toBeUndefined();
  });

  test('D66, D79: defaults and role of the dispatcher hold for the launch itself, unless the submission says otherwise', () => {
    const dispatcher = {
      'spark.mesos.role': 'team',
      'spark.mesos.dispatcher.driverDefault.spark.mesos.driver.labels': 'by:default',
      'spark.mesos.dispatcher.driverDefault.spark.driver.memory': '2g',
      'spark.mesos.dispatcher.driverDefault.spark.some': 'thing',
    };
    const { task, told } = taskOf(requestOf({ 'spark.some': 'other' }), dispatcher);
    expect(task.labels).toEqual({ labels: [{ key: 'by', value: 'default' }] });
    expect(told).toContain('spark.mesos.role=team');
    expect(told).toContain('spark.some=other');
    expect(told).toContain('512M');
    expect(taskOf(requestOf({ 'spark.mesos.role': 'mine' }), dispatcher).told).toContain(
      'spark.mesos.role=mine',
    );
  });
});

describe('the memory of a driver', () => {
  const memoryOf = (properties: Record<string, string>, original = false) => {
    const rules = rulesOf({ 'spark.mesos.dispatcher.originalMemory': String(original) });
    const parsed = readSettings(requestOf(), properties);
    if (!parsed.ok) throw new Error('refused');
    const { heapMiB, memMiB } = driverResources(parsed.settings, rules);
    return [heapMiB, memMiB];
  };

  test.each([
    [{ 'spark.driver.memory': '2000m' }, [2000, 2384], [2384, 2768]],
    [{ 'spark.driver.memory': '5000m' }, [5000, 5500], [5500, 6050]],
    [{ 'spark.driver.memory': '512m' }, [512, 896], [896, 1280]],
    [{ 'spark.driver.memory': '2000m', 'spark.driver.memoryOverhead': '1000' }, [2000, 3000], [3000, 3384]],
    [
      { 'spark.driver.memory': '5000m', 'spark.driver.memoryOverheadFactor': '0.2' },
      [5000, 6000],
      [6000, 6600],
    ],
    [
      {
        'spark.driver.memory': '600m',
        'spark.driver.memoryOverhead': '100',
        'spark.mesos.driver.memoryOverhead': '50',
      },
      [600, 650],
      [700, 750],
    ],
    [{ 'spark.driver.memory': '1g', 'spark.driver.memoryOverhead': '1g' }, [1024, 2048], [2048, 2432]],
  ] as const)('D24, D25: %o has one overhead, or both of the original', (properties, ours, original) => {
    expect(memoryOf(properties)).toEqual(ours);
    expect(memoryOf(properties, true)).toEqual(original);
  });
});

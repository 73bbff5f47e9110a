import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OPEN_ACCESS } from '@spark-mesos/cluster-dispatcher';
import { expect, onTestFinished, test } from 'vitest';
import type { CommandOptions } from '../src/command-line.ts';
import { readConfiguration } from '../src/configuration.ts';
import { exitCodeOf } from '../src/errors.ts';
import { EXIT_CODES } from '../src/exit-codes.ts';
import { describePlace } from '../src/zookeeper.ts';

async function folder(): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'dispatcher-'));
  onTestFinished(() => rm(made, { recursive: true }));
  await mkdir(path.join(made, 'jars'));
  return made;
}

function options(sparkHome: string | undefined, changes: Partial<CommandOptions> = {}): CommandOptions {
  return {
    master: 'mesos://a:5050',
    webuiPort: 8081,
    name: 'Spark Cluster',
    conf: new Map(),
    workDir: '/nowhere',
    ...(sparkHome === undefined ? {} : { sparkHome: [sparkHome] }),
    maxBody: 1024,
    logLevel: 'info',
    ...changes,
  };
}

test('D1: a file is read first, --conf goes before it, and only names of Spark are kept', async () => {
  const home = await folder();
  const file = path.join(home, 'dispatcher.conf');
  await writeFile(file, 'spark.mesos.maxDrivers 5\nspark.mesos.role file\nother.name x\n');
  const conf = new Map([
    ['spark.mesos.role', 'conf'],
    ['mine', 'x'],
  ]);
  const { properties, settings } = await readConfiguration(options(home, { propertiesFile: file, conf }), {
    SPARK_DAEMON_JAVA_OPTS: '-Xmx1g -Dspark.mesos.maxDrivers=7 -Dspark.mesos.role=java',
  });
  expect(properties).toEqual(
    new Map([
      ['spark.mesos.maxDrivers', '7'],
      ['spark.mesos.role', 'conf'],
      // Rule D72: drivers look for their Spark there too.
      ['spark.home', home],
    ]),
  );
  expect(settings.maxDrivers).toBe(7);
});

test('D3, D6: the environment says where it listens, and under which name it is reached', async () => {
  const home = await folder();
  const environment = {
    SPARK_MESOS_DISPATCHER_HOST: 'inside',
    SPARK_MESOS_DISPATCHER_PORT: '7177',
    SPARK_PUBLIC_DNS: 'outside',
    SPARK_HOME: home,
  };
  const found = await readConfiguration(options(undefined), environment);
  expect(found).toMatchObject({ host: 'inside', publicHost: 'outside', port: 7177, sparkHomes: [home] });
  const said = await readConfiguration(options(home, { host: 'said', port: 1 }), environment);
  expect(said).toMatchObject({ host: 'said', port: 1 });
  expect(await readConfiguration(options(home), {})).toMatchObject({ host: undefined, port: 7077 });
});

test('D4: a secret for authentication is no reason not to start', async () => {
  const conf = new Map([['spark.authenticate.secret', 'x']]);
  await expect(readConfiguration(options(await folder(), { conf }), {})).resolves.toBeDefined();
});

test('D5: another recovery mode than those that there are is refused, in whatever case they are written', async () => {
  const home = await folder();
  const mode = (text: string) =>
    readConfiguration(options(home, { conf: new Map([['spark.deploy.recoveryMode', text]]) }), {});
  await expect(mode('none')).resolves.toMatchObject({ zooKeeper: undefined });
  await expect(mode('FILESYSTEM')).rejects.toMatchObject({ code: 'DISPATCHER_COMMAND_SETTINGS' });
  await expect(mode('zookeeper')).rejects.toMatchObject({
    code: 'DISPATCHER_COMMAND_SETTINGS',
    message: expect.stringContaining('needs spark.deploy.zookeeper.url (or --zk)'),
  });
});

test('D32: priorities of queues are numbers, negative ones too; what is none is refused', async () => {
  const home = await folder();
  const queue = (priority: string) =>
    readConfiguration(
      options(home, { conf: new Map([['spark.mesos.dispatcher.queue.urgent', priority]]) }),
      {},
    );
  expect((await queue('-1.5')).settings.queues).toEqual(new Map([['urgent', -1.5]]));
  await expect(queue('high')).rejects.toMatchObject({
    code: 'DISPATCHER_COMMAND_SETTINGS',
    message: expect.stringContaining('spark.mesos.dispatcher.queue.urgent'),
  });
});

test('D1, D40: --zk, or settings, say where ZooKeeper is; a password comes from the environment alone', async () => {
  const home = await folder();
  const found = await readConfiguration(options(home, { zk: 'a, b:2182' }), {});
  expect(found.zooKeeper).toEqual({
    ensemble: { servers: ['a:2181', 'b:2182'], credentials: undefined },
    directory: '/spark_mesos_dispatcher',
  });
  const conf = new Map([
    ['spark.mesos.deploy.recoveryMode', 'ZooKeeper'],
    ['spark.mesos.deploy.zookeeper.url', 'z:1'],
    ['spark.deploy.zookeeper.dir', '/mine/too/'],
  ]);
  const environment = { SPARK_MESOS_ZOOKEEPER_CREDENTIALS: 'me:a:b' };
  const named = (await readConfiguration(options(home, { conf }), environment)).zooKeeper;
  expect(named).toEqual({
    ensemble: { servers: ['z:1'], credentials: { user: 'me', password: 'a:b' } },
    directory: '/mine/too',
  });
  expect(named && describePlace(named)).toBe('zk://z:1/mine/too');
});

test('what is no address of ZooKeeper is refused, and not shown', async () => {
  const home = await folder();
  for (const zk of ['me:hunter2@a:2181', 'a:0', 'a:99999', 'a,,b', '[::1]:2181', 'zk://a:2181']) {
    const error = await readConfiguration(options(home, { zk }), {}).catch((reason: Error) => reason);
    expect(error).toMatchObject({ code: 'DISPATCHER_COMMAND_SETTINGS' });
    expect(String(error)).not.toContain('hunter2');
  }
  await expect(readConfiguration(options(home, { zk: 'a:2181/chroot' }), {})).rejects.toMatchObject({
    code: 'NOT_SUPPORTED',
    message: expect.stringContaining('spark.deploy.zookeeper.dir'),
  });
  for (const directory of ['/', 'a', '/a//b', '/a/..']) {
    const conf = new Map([['spark.deploy.zookeeper.dir', directory]]);
    await expect(readConfiguration(options(home, { zk: 'a', conf }), {})).rejects.toMatchObject({
      code: 'DISPATCHER_COMMAND_SETTINGS',
    });
  }
});

test('all that is wrong is told at once, and no secret', async () => {
  const home = await folder();
  const access = path.join(home, 'access.json');
  await writeFile(access, '{"tokens": [{"name": "a", "role": "king", "token": "hunter2"}]}');
  const conf = new Map([
    ['spark.mesos.maxDrivers', 'many'],
    ['spark.ssl.mesos.enabled', 'true'],
    ['spark.ssl.mesos.keyStore', path.join(home, 'missing.p12')],
    ['spark.ssl.mesos.keyStorePassword', 'hunter2'],
  ]);
  const reading = readConfiguration(options(home, { conf, accessFile: access }), {});
  const error = await reading.then(
    () => undefined,
    (reason: Error) => reason,
  );
  expect(exitCodeOf(error)).toBe(EXIT_CODES.settings);
  for (const part of ['spark.mesos.maxDrivers', 'spark.ssl.mesos.keyStore', 'tokens.0.role']) {
    expect(error?.message).toContain(part);
  }
  expect(error?.message).not.toContain('hunter2');
});

test('who may do what is said by a file, by the settings of Spark 4, or by nobody', async () => {
  const home = await folder();
  const access = path.join(home, 'access.json');
  await writeFile(access, '{"anonymous": "viewer"}');
  const key = Buffer.alloc(32, 1).toString('base64url');
  const conf = new Map([
    ['spark.master.rest.filters', 'org.apache.spark.ui.JWSFilter'],
    ['spark.org.apache.spark.ui.JWSFilter.param.secretKey', key],
  ]);
  expect((await readConfiguration(options(home), {})).access).toBe(OPEN_ACCESS);
  const ofSpark = (await readConfiguration(options(home, { conf }), {})).access;
  expect([ofSpark.anonymous, ofSpark.jws?.role]).toEqual([undefined, 'submitter']);
  const both = (await readConfiguration(options(home, { conf, accessFile: access }), {})).access;
  expect([both.anonymous, both.jws?.role]).toEqual(['viewer', 'submitter']);
  const missing = readConfiguration(options(home, { accessFile: path.join(home, 'none') }), {});
  await expect(missing).rejects.toMatchObject({ code: 'DISPATCHER_COMMAND_FILE' });
});

test('a Spark has to be there', async () => {
  for (const home of [undefined, '', '/nowhere']) {
    await expect(readConfiguration(options(home), { SPARK_MESOS_CACHE: '/nowhere' })).rejects.toMatchObject({
      code: 'DISPATCHER_COMMAND_NO_SPARK',
    });
  }
});

test('the Spark that nobody named is that of spark-submit on PATH, for its drivers too', async () => {
  const home = await folder();
  const program = path.join(home, 'bin', 'spark-submit');
  await mkdir(path.dirname(program), { recursive: true });
  await writeFile(program, '#!/bin/sh\n', { mode: 0o755 });
  const found = await readConfiguration(options(undefined), { PATH: path.dirname(program) });
  expect(found.sparkHomes).toEqual([home]);
  expect(found.properties.get('spark.home')).toBe(home);
});

test('several Sparks are named one after the other, and drivers that do not say otherwise have the first', async () => {
  const [one, other] = [await folder(), await folder()];
  const found = await readConfiguration(options(one, { sparkHome: [one, other, one] }), { SPARK_HOME: '/x' });
  expect(found.sparkHomes).toEqual([one, other]);
  expect(found.properties.get('spark.home')).toBe(one);
  const around = path.join(other, 'pip');
  await mkdir(path.join(around, 'pyspark', 'jars'), { recursive: true });
  const relative = path.relative(process.cwd(), around);
  const pip = await readConfiguration(options(one, { sparkHome: [relative] }), {});
  expect(pip.sparkHomes).toEqual([path.join(around, 'pyspark')]);
  expect(pip.properties.get('spark.home')).toBe(path.join(around, 'pyspark'));
  const wrong = readConfiguration(options(one, { sparkHome: [one, '/nowhere'] }), {});
  await expect(wrong).rejects.toMatchObject({ code: 'DISPATCHER_COMMAND_NO_SPARK' });
});

test('of Sparks that nobody named, all that were fetched are taken, the newest first', async () => {
  const cache = await folder();
  const homes = ['4.3.0', '3.5.6'].map((version) => path.join(cache, `spark-${version}`, 'pyspark'));
  for (const home of homes) {
    await mkdir(path.join(home, 'jars'), { recursive: true });
    await mkdir(path.join(home, 'bin'));
    await writeFile(path.join(home, 'bin', 'spark-submit'), '');
  }
  const environment = { SPARK_MESOS_CACHE: cache, PATH: '/nowhere' };
  expect((await readConfiguration(options(undefined), environment)).sparkHomes).toEqual(homes);
  const [, old = ''] = homes;
  const said = await readConfiguration(options(undefined), { ...environment, SPARK_HOME: old });
  expect(said.sparkHomes).toEqual([old]);
});

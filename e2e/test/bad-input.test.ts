import { chmod, cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { NOBODY, silentServer, takenPort, webServer } from '../harness/fake-masters.ts';
import { jarOf, newestSpark, Scene, TEST_SPARKS } from '../harness/index.ts';

/** In how long the user is to know, on a machine that has time for it. */
const toldWithinMs = () => 15_000 * Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());

const spark = newestSpark();
const piArguments = async () => [
  '--class',
  'org.sparkmesos.examples.SparkPi',
  await jarOf('sparkPi', spark),
  '4',
];

/** A command that is to fail within 15 s; gives what it said. */
async function refusal(
  words: readonly string[],
  environment: NodeJS.ProcessEnv = { SPARK_HOME: spark.home },
): Promise<string> {
  const scene = await Scene.withoutCluster();
  onTestFinished(() => scene.close({ warningsExpected: true }));
  const { status, stdout, stderr, tookMs } = await scene.run(words, { environment });
  expect(status, stderr).not.toBe(0);
  expect(tookMs).toBeLessThan(toldWithinMs());
  // A user is told, not shown our stack.
  expect(stderr).not.toMatch(/^\s+at .*\.(js|ts):\d+/m);
  await scene.expectNothingRuns();
  return `${stdout}\n${stderr}`;
}

describe('the master', () => {
  test('where nobody listens, the address is named', async () => {
    const said = await refusal(['submit', '--master', `mesos://${NOBODY}`, ...(await piArguments())]);
    expect(said).toContain(NOBODY);
    expect(said).toMatch(/master/i);
  });

  test('whose host does not exist is named', async () => {
    const said = await refusal([
      'submit',
      '--master',
      'mesos://no-such-host.invalid:5050',
      ...(await piArguments()),
    ]);
    expect(said).toContain('no-such-host.invalid');
  });

  test('that never answers is given up within 15 s', async () => {
    const address = await silentServer();
    const said = await refusal(['submit', '--master', `mesos://${address}`, ...(await piArguments())]);
    expect(said).toContain(address);
  });

  test('that is some other web server is told apart', async () => {
    const address = await webServer(404, 'nothing here');
    const said = await refusal(['submit', '--master', `mesos://${address}`, ...(await piArguments())]);
    expect(said).toContain(address);
    expect(said).toMatch(/404|not a Mesos/i);
  });

  test.each([
    [401, 'Unauthenticated'],
    [403, 'Not allowed'],
  ])('that refuses with %i is quoted', async (status, body) => {
    const address = await webServer(status, body);
    const said = await refusal(['submit', '--master', `mesos://${address}`, ...(await piArguments())]);
    expect(said).toContain(address);
    expect(said).toMatch(new RegExp(`${status}|${body}|credential|principal`, 'i'));
  });

  test.each(['yarn', 'mesos://', 'mesos://local[two]'])('%s is explained', async (master) => {
    const said = await refusal(['submit', '--master', master, ...(await piArguments())]);
    expect(said).toContain(master);
    expect(said).toMatch(/mesos:\/\/\w+/);
  });
});

describe('the machine', () => {
  const words = ['submit', '--master', 'mesos://local[2]', '--class', 'Main', '/tmp'];

  test('without a Spark is told where one was looked for', async () => {
    const said = await refusal(words, { PATH: '/usr/bin:/bin', SPARK_MESOS_CACHE: '/nowhere' });
    expect(said).toMatch(/no Spark/i);
    expect(said).toMatch(/SPARK_HOME/);
    expect(said).toMatch(/install/i);
  });

  test('with a SPARK_HOME that is none is told so', async () => {
    expect(await refusal(words, { SPARK_HOME: '/nowhere' })).toMatch(/SPARK_HOME.*\/nowhere/);
  });

  test('without a Java is told what to install', async () => {
    const said = await refusal(words, { SPARK_HOME: spark.home, PATH: '/nowhere', JAVA_HOME: undefined });
    expect(said).toMatch(/Java/);
    expect(said).toMatch(/install|JAVA_HOME/i);
  });

  test('with a Java that is too old for the Spark is told which is needed', async () => {
    const scene = await Scene.withoutCluster();
    onTestFinished(() => scene.close());
    const home = scene.path('jdk-11');
    await mkdir(join(home, 'bin'), { recursive: true });
    await writeFile(join(home, 'bin', 'java'), `#!/bin/sh\necho 'openjdk version "11.0.2"' >&2\n`);
    await chmod(join(home, 'bin', 'java'), 0o755);
    const said = await refusal(words, { SPARK_HOME: spark.home, JAVA_HOME: home });
    expect(said).toMatch(/needs Java 17/);
    expect(said).toMatch(/Java 11/);
  });

  test('with a Spark that is too old for the Java is told so', async () => {
    const scene = await Scene.withoutCluster();
    onTestFinished(() => scene.close());
    const home = await sparkOfOldScala(scene.path('spark-2.4.8'));
    const said = await refusal(words, { SPARK_HOME: home });
    expect(said).toMatch(/Spark 2\.4\.8/);
    expect(said).toMatch(/Java 8/);
  });
});

/** What is looked at of a Spark 2.4, made of a newer one's parts: its jars' names say Scala 2.11. */
async function sparkOfOldScala(home: string): Promise<string> {
  await mkdir(join(home, 'bin'), { recursive: true });
  await mkdir(join(home, 'jars'));
  await cp(join(spark.home, 'bin', 'spark-submit'), join(home, 'bin', 'spark-submit'));
  const jars = join(spark.home, 'jars');
  for (const name of ['spark-launcher', 'spark-core']) {
    const jar = (await readdir(jars)).find((file) => file.startsWith(`${name}_`));
    if (jar === undefined) throw new Error(`${jars} has no ${name}`);
    await cp(join(jars, jar), join(home, 'jars', `${name}_2.11-2.4.8.jar`));
  }
  return home;
}

describe('a port that is taken', () => {
  test('by another program, where the gateway should listen', async () => {
    const port = await takenPort();
    const words = [
      'submit',
      '--gateway-port',
      String(port),
      '--master',
      'mesos://local[2]',
      ...(await piArguments()),
    ];
    const said = await refusal(words);
    expect(said).toContain(String(port));
    expect(said).toMatch(/taken|in use/i);
  });

  test('by another program, where the embedded master should listen', async () => {
    const port = await takenPort();
    const said = await refusal([
      'submit',
      '--master',
      `mesos://local[2,port=${port}]`,
      ...(await piArguments()),
    ]);
    expect(said).toContain(String(port));
    expect(said).toMatch(/taken|in use/i);
  });
});

describe.each(TEST_SPARKS)('an application for Spark $name', ({ home }) => {
  test('whose jar does not exist is named', async () => {
    const words = ['submit', '--master', 'mesos://local[2]', '--class', 'Main', '/nowhere/application.jar'];
    const said = await refusal(words, { SPARK_HOME: home });
    expect(said).toContain('/nowhere/application.jar');
    expect(said).toMatch(/not exist|no such file|not found/i);
  });
});

describe('an application that waits for resources', () => {
  test('with more memory than any agent has says so within 15 s, and again', async () => {
    const scene = await Scene.withCluster([
      { cpus: 2, memMiB: 1024, hostname: 'small' },
      { cpus: 2, memMiB: 2048, hostname: 'large' },
    ]);
    onTestFinished(() => scene.close({ warningsExpected: true }));
    const words = ['submit', '--master', scene.master, '--executor-memory', '4G', ...(await piArguments())];
    const command = scene.start(words, { spark });
    // Some seconds pass before the driver asks for executors; until then there is nothing to wait for.
    const sentence = /no offer has .*\(4 GiB heap .*; the largest is 2 GiB on agent large/;
    await command.printed(sentence, 30_000);
    await command.printed(new RegExp(`${sentence.source}[^]*${sentence.source}`), 16_000);
    command.interrupt();
    await command.ended;
    await scene.expectNothingRuns();
  });

  test('in a role for which no resources are there says so within 15 s', async () => {
    const scene = await Scene.withCluster([
      { cpus: 2, memMiB: 4096, resources: 'cpus(prod):2;mem(prod):4096' },
    ]);
    onTestFinished(() => scene.close({ warningsExpected: true }));
    const role = ['--conf', 'spark.mesos.role=dev'];
    const words = ['submit', '--master', scene.master, ...role, ...(await piArguments())];
    const command = scene.start(words, { spark });
    await command.printed(/no offers for role dev/, 30_000);
    command.interrupt();
    await command.ended;
    await scene.expectNothingRuns();
  });
});

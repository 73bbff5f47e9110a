import { chmod, writeFile } from 'node:fs/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  eventually,
  type HeldShuffle,
  heldShuffle,
  makeKeys,
  newestSpark,
  Scene,
  SECRETS,
  ShuffleService,
  TEST_SPARKS,
  type TestSpark,
  WITH_TLS,
} from '../harness/index.ts';

const { application: SECRET, cluster: CLUSTER_SECRET, keyStorePassword, trustStorePassword } = SECRETS;
/** How long a silent driver counts as alive, where a test has it killed. */
const TIMEOUT_MS = 4000;
/** Settings with which a service hears of drivers often. */
const OFTEN = {
  'spark.executor.heartbeatInterval': '500ms',
  // Spark wants it below the timeout.
  'spark.network.timeoutInterval': '1s',
};
/** Each has one core, so the two executors of a job run on different agents, and neither agent loses two. */
const AGENTS = [1, 2].map(() => ({ cpus: 1, memMiB: 2048 }));

/** Settings in a file that only the user can read. */
async function secretFile(
  scene: Scene,
  name: string,
  secret: string,
  more: Readonly<Record<string, string>> = {},
): Promise<string> {
  const file = scene.path(name);
  const all = { 'spark.authenticate': 'true', 'spark.authenticate.secret': secret, ...more };
  await writeFile(
    file,
    Object.entries(all).map(([setting, value]) => `${setting} ${value}\n`),
  );
  await chmod(file, 0o600);
  return file;
}

/** `kill -9` for all executors that there are; resolves when they are gone. */
async function killExecutors(scene: Scene, count = 2): Promise<void> {
  await eventually(`there are ${count} executors`, () => scene.executors().length === count);
  const executors = scene.executors();
  for (const { pid } of executors) process.kill(pid, 'SIGKILL');
  await eventually('the executors are gone', () => {
    const left = new Set(scene.executors().map(({ pid }) => pid));
    return executors.every(({ pid }) => !left.has(pid));
  });
}

/** Lets the job reduce, and asserts that it is right, with what the map stage has left and nothing else. */
async function expectReduced(scene: Scene, { command, gate, directories }: HeldShuffle): Promise<void> {
  await scene.open(gate);
  const { status, stdout } = await command.ended;
  expect(stdout).toContain('Sum is 200010000');
  // None has run again, and each of the 200 partitions has a block of each.
  expect(stdout).toContain('Ran 10 map tasks, fetched 2000 blocks\n');
  expect(status).toBe(0);
  // The service was told of the end.
  await eventually('its files are gone', () => directories().length === 0, 5_000);
}

/** A job that authenticates itself with its own secret, and a service that has `ofService`. */
async function authenticatedJob(
  scene: Scene,
  spark: TestSpark,
  ofService: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<{ job: HeldShuffle; service: ShuffleService }> {
  const service = await ShuffleService.start(scene, {
    propertiesFile: await secretFile(scene, 'service.conf', ofService),
  });
  const job = await heldShuffle(scene, spark, service, 'job', {
    settings,
    propertiesFile: await secretFile(scene, 'job.conf', SECRET),
    ...(ofService === SECRET ? {} : { environment: { SPARK_MESOS_SHUFFLE_SERVICE_SECRET: ofService } }),
  });
  return { job, service };
}

describe.each(TEST_SPARKS)('with the shuffle service, on Spark $name', (spark) => {
  test('C56: kill -9 of all executors of the map stage: the reduce stage has their files from the service', async () => {
    const scene = await Scene.withCluster(AGENTS);
    onTestFinished(() => scene.close());
    const service = await ShuffleService.start(scene);
    const job = await heldShuffle(scene, spark, service, 'job');
    await killExecutors(scene);
    expect(job.directories().length).toBeGreaterThanOrEqual(2);
    await expectReduced(scene, job);
  });

  test('the same with spark.authenticate, and one secret for all', async () => {
    const scene = await Scene.withCluster(AGENTS);
    onTestFinished(() => scene.close());
    const { job, service } = await authenticatedJob(scene, spark, SECRET);
    await killExecutors(scene);
    await expectReduced(scene, job);
    expect(service.log).not.toContain(SECRET);
  });
});

describe('with the shuffle service', () => {
  const spark = newestSpark();

  test('an application with a secret of its own has it handed to the service, and encrypts', async () => {
    const scene = await Scene.withCluster(AGENTS);
    onTestFinished(() => scene.close());
    const crypto = { 'spark.network.crypto.enabled': 'true' };
    const { job, service } = await authenticatedJob(scene, spark, CLUSTER_SECRET, crypto);
    await killExecutors(scene);
    await expectReduced(scene, job);
    for (const secret of [SECRET, CLUSTER_SECRET]) expect(service.log).not.toContain(secret);
  });

  test('kill -9 of the service too, and its next start, between map and reduce: the same', async () => {
    const scene = await Scene.withCluster(AGENTS);
    // An executor that comes up while the service is away has the gateway say that it is.
    onTestFinished(() => scene.close({ warningsExpected: true }));
    const service = await ShuffleService.start(scene);
    const job = await heldShuffle(scene, spark, service, 'job');
    await killExecutors(scene);
    await service.killAndRestart();
    await expectReduced(scene, job);
  });

  test('kill -9 of a standing gateway: the next one goes on telling the service that the driver lives', async () => {
    const scene = await Scene.withCluster(AGENTS);
    onTestFinished(() => scene.close({ warningsExpected: true }));
    const service = await ShuffleService.start(scene, {
      settings: { 'spark.shuffle.cleaner.interval': '500ms' },
    });
    const startGateway = async () => {
      const folders = ['--port', '0', '--work-dir', scene.path('gateway')];
      const gateway = scene.startAlone(['gateway', '--master', scene.master, ...folders], {
        spark,
        deadlineMs: 170_000,
      });
      const [, url = ''] = await gateway.printed(/takes drivers: --master (\S+)/);
      return { gateway, url };
    };
    const first = await startGateway();
    const timeoutMs = 15_000;
    const job = await heldShuffle(scene, spark, service, 'job', {
      gateway: first.url,
      settings: { 'spark.storage.blockManagerHeartbeatTimeoutMs': `${timeoutMs}`, ...OFTEN },
    });
    const killedAt = Date.now();
    first.gateway.kill('SIGKILL');
    const { gateway } = await startGateway();
    await gateway.printed(/driver is back/);
    await killExecutors(scene);
    await eventually(
      'nobody was heard for the whole timeout',
      () => Date.now() - killedAt > timeoutMs + 2000,
    );
    await expectReduced(scene, job);
    gateway.kill('SIGTERM');
    expect((await gateway.ended).status).toBe(0);
  });

  test('kill -9 of a driver and its gateway: its files go after the timeout, a living application’s do not', async () => {
    const scene = await Scene.withCluster([...AGENTS, ...AGENTS]);
    onTestFinished(() => scene.close());
    const service = await ShuffleService.start(scene, {
      settings: { 'spark.shuffle.cleaner.interval': '500ms' },
    });
    const settings = {
      'spark.storage.blockManagerHeartbeatTimeoutMs': `${TIMEOUT_MS}`,
      ...OFTEN,
      'spark.dynamicAllocation.maxExecutors': '1',
    };
    const killed = await heldShuffle(scene, spark, service, 'killed', { settings });
    const [driver] = scene.drivers();
    const living = await heldShuffle(scene, spark, service, 'living', { settings });
    const kept = living.directories();
    expect(kept).toHaveLength(1);
    expect(killed.directories()).toHaveLength(1);

    const killedAt = Date.now();
    killed.command.kill('SIGKILL');
    if (driver !== undefined) process.kill(driver.pid, 'SIGKILL');
    await eventually('the files are gone', () => killed.directories().length === 0, 30_000);
    // What was told last before the end may be an interval old.
    expect(Date.now() - killedAt).toBeGreaterThan(TIMEOUT_MS - 1000);
    expect(living.directories()).toEqual(kept);
    expect(service.log).toMatch(/driver-silent/);
    await killExecutors(scene, 1);
    await expectReduced(scene, living);
  });

  test('kill -9 of a driver alone: its gateway sees it, and its files go at once', async () => {
    const scene = await Scene.withCluster(AGENTS);
    onTestFinished(() => scene.close());
    const service = await ShuffleService.start(scene);
    const job = await heldShuffle(scene, spark, service, 'job');
    expect(job.directories()).not.toEqual([]);
    for (const { pid } of scene.drivers()) process.kill(pid, 'SIGKILL');
    expect((await job.command.ended).status).not.toBe(0);
    await eventually('the files are gone', () => job.directories().length === 0, 5_000);
    await scene.expectNothingRuns();
  });
});

describe.each(WITH_TLS.slice(0, 1))('with the shuffle service and spark.ssl.rpc, on Spark $name', (spark) => {
  test('executors and gateway reach the service within TLS', async () => {
    const scene = await Scene.withCluster(AGENTS);
    onTestFinished(() => scene.close());
    const [keyStore, trustStore] = [scene.path('keys.p12'), scene.path('trusted.p12')];
    await makeKeys(keyStore, keyStorePassword, trustStore, trustStorePassword);
    const propertiesFile = await secretFile(scene, 'all.conf', SECRET, {
      'spark.ssl.rpc.enabled': 'true',
      'spark.ssl.rpc.keyStore': keyStore,
      'spark.ssl.rpc.keyStorePassword': keyStorePassword,
      'spark.ssl.rpc.trustStore': trustStore,
      'spark.ssl.rpc.trustStorePassword': trustStorePassword,
    });
    const service = await ShuffleService.start(scene, { propertiesFile });
    const job = await heldShuffle(scene, spark, service, 'job', { propertiesFile });
    await killExecutors(scene);
    await expectReduced(scene, job);
    expect(service.log).toContain('"tls":true');
    expect(service.log).not.toContain('changeit');
  });
});

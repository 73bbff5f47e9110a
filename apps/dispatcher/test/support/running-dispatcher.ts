import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LocalCluster } from '@spark-mesos/mesos-local';
import { silentLogger } from '@spark-mesos/scheduler-utils';
import { onTestFinished } from 'vitest';
import { readConfiguration } from '../../src/configuration.ts';
import { startService } from '../../src/service.ts';
import { pretendedSpark, testSpark } from './pretended-driver.ts';

/** A dispatcher in this process, with a Mesos of its own, until the test has ended. */
export async function runningDispatcher(
  conf: ReadonlyMap<string, string> = new Map(),
  sparkHome: readonly string[] = [testSpark()],
) {
  const folder = await mkdtemp(path.join(tmpdir(), 'dispatcher-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const cluster = await LocalCluster.start({ agents: [{ cpus: 4, memMiB: 8192 }], allocationIntervalMs: 50 });
  onTestFinished(() => cluster.close());
  const { host, port } = cluster.master;
  const options = {
    master: `mesos://${host}:${port}`,
    host: '127.0.0.1',
    port: 0,
    webuiPort: 0,
    name: 'Spark Cluster',
    conf,
    workDir: path.join(folder, 'state'),
    sparkHome,
    maxBody: 100_000,
    logLevel: 'silent',
  } as const;
  const configuration = await readConfiguration(options, {});
  const service = await startService({
    configuration,
    environment: {},
    sparks: sparkHome.map((one) => ({ home: one, version: one === testSpark() ? '3.5.6' : undefined })),
    version: '1.0.0',
    logger: silentLogger,
  });
  onTestFinished(() => service.close());
  return { service, folder, home: await pretendedSpark(folder) };
}

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ZooKeeperConnector } from '@spark-mesos/durable-store';
import { FakeEnsemble, type ZooKeeperTestServer } from '@spark-mesos/durable-store/testing';
import { LocalCluster } from '@spark-mesos/mesos-local';
import { silentLogger } from '@spark-mesos/scheduler-utils';
import { expect, onTestFinished } from 'vitest';
import { readConfiguration } from '../../src/configuration.ts';
import { startService } from '../../src/service.ts';
import { pretendedSpark, testSpark } from './pretended-driver.ts';

/** A dispatcher that stands for election, as a test sees it. */
export interface Contender {
  readonly url: string;
  readonly webUrl: string;
  /** Its present session with a ZooKeeper in memory. */
  readonly session: FakeEnsemble['sessions'][number];
  ask(at: string, body?: object): Promise<Record<string, unknown>>;
  /** Where it sends requests to; null where it answers itself. */
  sendsTo(): Promise<string | null>;
  isReady(): Promise<boolean>;
  close(): Promise<void>;
}

/** A real ZooKeeper for {@link contention}. */
export interface ContentionOptions {
  /** Where the masters of Mesos are found as well; one in memory where none is given. */
  readonly zooKeeper?: ZooKeeperTestServer;
  /** `user:password`, for whom alone nodes are made. */
  readonly credentials?: string;
}

/** A Mesos and a ZooKeeper of a test's own, and dispatchers that stand for election there, until the test has ended. */
export async function contention({ zooKeeper, credentials }: ContentionOptions = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'dispatcher-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  // A path of the test's own.
  const directory = `/${path.basename(folder)}`;
  const masters =
    zooKeeper && `zk://${credentials ? `${credentials}@` : ''}${zooKeeper.address}${directory}/mesos`;
  const cluster = await LocalCluster.start({
    agents: [{ cpus: 4, memMiB: 8192 }],
    allocationIntervalMs: 50,
    ...(masters === undefined ? {} : { masters: 2, zookeeper: masters }),
  });
  onTestFinished(() => cluster.close());
  const ensemble = new FakeEnsemble();
  const home = await pretendedSpark(folder);
  await writeFile(path.join(folder, 'app.jar'), 'no jar');
  const stand = async (): Promise<Contender> => {
    const { host, port } = cluster.master;
    const environment = { SPARK_MESOS_ZOOKEEPER_CREDENTIALS: credentials };
    const options = {
      master: `mesos://${masters ?? `${host}:${port}`}`,
      host: '127.0.0.1',
      port: 0,
      webuiPort: 0,
      name: 'Spark Cluster',
      zk: zooKeeper?.address ?? 'z:2181',
      conf: new Map([['spark.deploy.zookeeper.dir', `${directory}/dispatcher`]]),
      workDir: path.join(folder, 'unused'),
      sparkHome: [testSpark()],
      maxBody: 100_000,
      logLevel: 'silent',
    } as const;
    let sessions: Contender['session'][] = [];
    const connectZooKeeper: ZooKeeperConnector = (tell) => {
      const opened = ensemble.connector(tell);
      sessions = [...sessions, ...ensemble.sessions.slice(-1)];
      return opened;
    };
    const service = await startService({
      configuration: await readConfiguration(options, environment),
      environment,
      sparks: [{ home: testSpark(), version: '3.5.6' }],
      version: '1.0.0',
      logger: silentLogger,
      ...(zooKeeper === undefined ? { connectZooKeeper } : {}),
    });
    onTestFinished(() => service.close());
    return contender(service, () => {
      const session = sessions.at(-1);
      if (session === undefined) throw new Error('no session was opened');
      return session;
    });
  };
  const submission = (...appArgs: string[]) => ({
    action: 'CreateSubmissionRequest',
    appArgs,
    appResource: `file:${path.join(folder, 'app.jar')}`,
    mainClass: 'org.example.Main',
    clientSparkVersion: '3.5.6',
    environmentVariables: {},
    sparkProperties: {
      'spark.app.name': 'example',
      'spark.driver.memory': '512m',
      'spark.mesos.executor.home': home,
    },
  });
  return { cluster, ensemble, directory, stand, submission, folder, home };
}

/** Waits for something to become true. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  await expect.poll(holds, { timeout: 30_000, interval: 50 }).toBe(true);
}

function contender(
  { url, webUrl, close }: Awaited<ReturnType<typeof startService>>,
  session: () => Contender['session'],
): Contender {
  const base = url.replace('spark:', 'http:');
  return {
    url,
    webUrl,
    get session() {
      return session();
    },
    ask: async (at, body) => {
      const headers = { 'content-type': 'application/json' };
      const init = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) };
      return (await (await fetch(`${base}${at}`, init)).json()) as Record<string, unknown>;
    },
    sendsTo: async () =>
      (await fetch(`${base}/v1/submissions/status/x`, { redirect: 'manual' })).headers.get('location'),
    isReady: async () => (await fetch(`${webUrl}/readyz`)).status === 200,
    close,
  };
}

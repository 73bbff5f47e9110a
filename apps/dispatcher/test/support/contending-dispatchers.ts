import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FakeEnsemble } from '@spark-mesos/durable-store/testing';
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
  /** Its present session with ZooKeeper. */
  readonly session: FakeEnsemble['sessions'][number];
  ask(at: string, body?: object): Promise<Record<string, unknown>>;
  /** Where it sends requests to; null where it answers itself. */
  sendsTo(): Promise<string | null>;
  isReady(): Promise<boolean>;
  close(): Promise<void>;
}

/** A Mesos and a ZooKeeper of a test's own, and dispatchers that stand for election there, until the test has ended. */
export async function contention() {
  const folder = await mkdtemp(path.join(tmpdir(), 'dispatcher-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const cluster = await LocalCluster.start({ agents: [{ cpus: 4, memMiB: 8192 }], allocationIntervalMs: 50 });
  onTestFinished(() => cluster.close());
  const ensemble = new FakeEnsemble();
  const home = await pretendedSpark(folder);
  await writeFile(path.join(folder, 'app.jar'), 'no jar');
  const stand = async (): Promise<Contender> => {
    const { host, port } = cluster.master;
    const options = {
      master: `mesos://${host}:${port}`,
      host: '127.0.0.1',
      port: 0,
      webuiPort: 0,
      name: 'Spark Cluster',
      zk: 'z:2181',
      conf: new Map<string, string>(),
      workDir: path.join(folder, 'unused'),
      sparkHome: testSpark(),
      maxBody: 100_000,
      logLevel: 'silent',
    } as const;
    let sessions: Contender['session'][] = [];
    const service = await startService({
      configuration: await readConfiguration(options, {}),
      environment: {},
      sparkVersion: '3.5.6',
      version: '1.0.0',
      logger: silentLogger,
      connectZooKeeper: (tell) => {
        const opened = ensemble.connector(tell);
        sessions = [...sessions, ...ensemble.sessions.slice(-1)];
        return opened;
      },
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
  return { cluster, ensemble, stand, submission, folder, home };
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

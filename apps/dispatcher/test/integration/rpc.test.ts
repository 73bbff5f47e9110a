import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ClassPath, JavaObject, type JavaValue, readObjectStream } from '@spark-mesos/java-serialization';
import { LocalCluster } from '@spark-mesos/mesos-local';
import { silentLogger } from '@spark-mesos/scheduler-utils';
import { ANSWER_CLASSES, parseRpcAddress, RpcClient } from '@spark-mesos/spark-rpc';
import { expect, onTestFinished, test } from 'vitest';
import { readConfiguration } from '../../src/configuration.ts';
import { type DispatcherProcess, startService } from '../../src/service.ts';
import { pretendedSpark, testSpark } from '../support/pretended-driver.ts';

const REQUEST = new URL('../fixtures/request-submit-driver-3.5.6.bin', import.meta.url);

async function dispatcher() {
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
    conf: new Map<string, string>(),
    workDir: path.join(folder, 'state'),
    sparkHome: testSpark(),
    maxBody: 100_000,
    logLevel: 'silent',
  } as const;
  const configuration = await readConfiguration(options, {});
  const service = await startService({
    configuration,
    environment: {},
    sparkVersion: '3.5.6',
    version: '1.0.0',
    logger: silentLogger,
  });
  onTestFinished(() => service.close());
  return { service, folder, home: await pretendedSpark(folder) };
}

/** Somebody who speaks as spark-submit does. */
async function submitter({ url }: DispatcherProcess): Promise<RpcClient> {
  const classPath = await ClassPath.open(path.join(testSpark(), 'jars'));
  onTestFinished(() => classPath.close());
  const address = parseRpcAddress(url.replace('spark://', ''));
  const classes = await classPath.descriptors(ANSWER_CLASSES);
  const client = await RpcClient.connect({ address, classes, logger: silentLogger });
  onTestFinished(() => client.close());
  return client;
}

function objectIn(value: JavaValue | undefined): JavaObject {
  if (value instanceof JavaObject) return value;
  throw new Error('that is no object');
}

/** What a real spark-submit sent, with another jar and its Spark where we have one. */
async function request(folder: string, home: string): Promise<JavaObject> {
  const message = objectIn(readObjectStream(await readFile(REQUEST)));
  const driver = objectIn(message.fields.get('driverDescription'));
  const jar = path.join(folder, 'app.jar');
  await writeFile(jar, 'no jar');
  driver.setField('jarUrl', `file:${jar}`);
  driver.setField('mem', 512);
  driver.setField('cores', 1);
  driver.setField('supervise', false);
  const command = objectIn(driver.fields.get('command'));
  command.setField('mainClass', 'org.apache.spark.deploy.worker.DriverWrapper');
  replaceText(objectIn(command.fields.get('javaOpts')), `-Dspark.mesos.executor.home=${home}`);
  return message;
}

/** Puts a text in place of the first one in a Scala list. */
function replaceText(list: JavaObject, text: string): void {
  const annotations = list.annotations() as unknown[];
  const at = list.annotations().findIndex(({ kind, ...rest }) => kind === 'value' && 'value' in rest);
  annotations[at] = { kind: 'value', value: text };
}

test('D15: a driver that spark-submit sends by RPC is run, asked for and ended', async () => {
  const { service, folder, home } = await dispatcher();
  const client = await submitter(service);
  const message = await request(folder, home);
  const answer = objectIn(await client.ask('Master', () => message));
  expect(answer.fields.get('message')).toMatch(/^Driver successfully submitted as driver-/);
  expect(answer.fields.get('success')).toBe(true);
  const [driver] = service.dispatcher.list().submissions;
  const id = driver?.id ?? '';
  await expect
    .poll(() => service.dispatcher.status(id)?.attempts[0]?.taskState, { timeout: 20_000 })
    .toBe('TASK_FINISHED');
  expect(service.dispatcher.status(id)).toMatchObject({
    name: 'Main',
    finalState: 'FINISHED',
    request: { mainClass: 'Main', environment: {}, properties: { 'spark.driver.memory': '512m' } },
  });
});

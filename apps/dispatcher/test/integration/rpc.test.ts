import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ClassPath, JavaObject, type JavaValue, readObjectStream } from '@spark-mesos/java-serialization';
import { silentLogger } from '@spark-mesos/scheduler-utils';
import { ANSWER_CLASSES, parseRpcAddress, RpcClient } from '@spark-mesos/spark-rpc';
import { expect, onTestFinished, test } from 'vitest';
import type { DispatcherProcess } from '../../src/service.ts';
import { testSpark } from '../support/pretended-driver.ts';
import { runningDispatcher } from '../support/running-dispatcher.ts';

const REQUEST = new URL('../fixtures/request-submit-driver-3.5.6.bin', import.meta.url);

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
  const { service, folder, home } = await runningDispatcher();
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

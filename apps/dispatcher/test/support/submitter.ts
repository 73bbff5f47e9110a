import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ClassPath, JavaObject, type JavaValue, readObjectStream } from '@spark-mesos/java-serialization';
import { silentLogger } from '@spark-mesos/scheduler-utils';
import { ANSWER_CLASSES, parseRpcAddress, RpcClient } from '@spark-mesos/spark-rpc';
import { onTestFinished } from 'vitest';
import { testSpark } from './pretended-driver.ts';

const REQUEST = new URL('../fixtures/request-submit-driver-3.5.6.bin', import.meta.url);

/** Somebody who speaks as spark-submit does. */
export async function submitter(url: string): Promise<RpcClient> {
  const classPath = await ClassPath.open(path.join(testSpark(), 'jars'));
  onTestFinished(() => classPath.close());
  const address = parseRpcAddress(url.replace('spark://', ''));
  const classes = await classPath.descriptors(ANSWER_CLASSES);
  const client = await RpcClient.connect({ address, classes, logger: silentLogger });
  onTestFinished(() => client.close());
  return client;
}

/** The object that a value is. */
export function objectIn(value: JavaValue | undefined): JavaObject {
  if (value instanceof JavaObject) return value;
  throw new Error('that is no object');
}

/** What a real spark-submit sent, with another jar and its Spark where we have one. */
export async function request(folder: string, home: string): Promise<JavaObject> {
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

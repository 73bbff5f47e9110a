import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { driverEnvironment } from '../src/driver-environment.ts';

let sparkHome: string;
beforeEach(async () => {
  sparkHome = await mkdtemp(path.join(tmpdir(), 'spark-mesos-environment-'));
  await mkdir(path.join(sparkHome, 'python', 'lib'), { recursive: true });
  await mkdir(path.join(sparkHome, 'python', 'pyspark'));
  await writeFile(path.join(sparkHome, 'python', 'lib', 'pyspark.zip'), '');
});
afterEach(() => rm(sparkHome, { recursive: true }));

const of = (changes: Partial<Parameters<typeof driverEnvironment>[0]>) =>
  driverEnvironment({ command: 'submit', sparkHome, local: true, environment: {}, ...changes });

describe('the environment of a driver', () => {
  test('is the user’s, with the Spark that was found', async () => {
    const environment = { COLOUR: 'blue', SPARK_HOME: '/another' };
    expect(await of({ local: false, environment })).toEqual({ COLOUR: 'blue', SPARK_HOME: sparkHome });
  });

  test('keeps the driver of an embedded cluster on the loopback interface, unless the user says otherwise', async () => {
    expect(await of({})).toMatchObject({ SPARK_LOCAL_IP: '127.0.0.1' });
    expect(await of({ environment: { SPARK_LOCAL_IP: '10.0.0.1' } })).toMatchObject({
      SPARK_LOCAL_IP: '10.0.0.1',
    });
  });

  test('lets the Python shell find the package of a Spark that pip put into a folder of its own', async () => {
    const archive = path.join(sparkHome, 'python', 'lib', 'pyspark.zip');
    expect(await of({ command: 'pyspark' })).toMatchObject({ PYTHONPATH: archive });
    const mine = { PYTHONPATH: '/mine' };
    expect(await of({ command: 'pyspark', environment: mine })).toMatchObject({
      PYTHONPATH: `/mine:${archive}`,
    });
  });

  test('leaves Python’s path alone where the package is in its place, and in other commands', async () => {
    expect(await of({ command: 'submit' })).not.toHaveProperty('PYTHONPATH');
    await writeFile(path.join(sparkHome, 'python', 'pyspark', '__init__.py'), '');
    expect(await of({ command: 'pyspark' })).not.toHaveProperty('PYTHONPATH');
  });
});

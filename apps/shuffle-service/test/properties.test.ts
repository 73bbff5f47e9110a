import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { javaOptionProperties, readAllProperties } from '../src/properties.ts';

const NONE: ReadonlyMap<string, string> = new Map();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'shuffle-service-properties-'));
  await mkdir(path.join(folder, 'home', 'conf'), { recursive: true });
  await mkdir(path.join(folder, 'conf'));
  await writeFile(path.join(folder, 'home', 'conf', 'spark-defaults.conf'), 'spark.from home\n');
  await writeFile(path.join(folder, 'conf', 'spark-defaults.conf'), 'spark.from=conf\n');
  await writeFile(path.join(folder, 'given.properties'), 'spark.from: given\nspark.port 1\n');
});

afterAll(() => rm(folder, { recursive: true }));

describe('properties', () => {
  test('come from spark-defaults.conf of SPARK_CONF_DIR, or else of SPARK_HOME', async () => {
    const SPARK_HOME = path.join(folder, 'home');
    const SPARK_CONF_DIR = path.join(folder, 'conf');
    expect((await readAllProperties(undefined, NONE, { SPARK_HOME })).get('spark.from')).toBe('home');
    expect((await readAllProperties(undefined, NONE, { SPARK_HOME, SPARK_CONF_DIR })).get('spark.from')).toBe(
      'conf',
    );
  });

  test('need no file unless one is named', async () => {
    expect(await readAllProperties(undefined, NONE, {})).toEqual(new Map());
    expect(await readAllProperties(undefined, NONE, { SPARK_CONF_DIR: path.join(folder, 'none') })).toEqual(
      new Map(),
    );
    await expect(readAllProperties(path.join(folder, 'none'), NONE, {})).rejects.toMatchObject({
      code: 'SHUFFLE_SERVICE_FILE',
      message: expect.stringContaining(path.join(folder, 'none')),
    });
  });

  test('of --conf go before those of SPARK_SHUFFLE_OPTS, and these before those of the file', async () => {
    const given = path.join(folder, 'given.properties');
    const environment = { SPARK_SHUFFLE_OPTS: '-Dspark.from=options -Dspark.port=2' };
    const properties = await readAllProperties(given, new Map([['spark.port', '3']]), environment);
    expect(properties).toEqual(
      new Map([
        ['spark.from', 'options'],
        ['spark.port', '3'],
      ]),
    );
  });

  test('among Java options are found between other options, with their quotes dropped', () => {
    const properties = javaOptionProperties({
      SPARK_DAEMON_JAVA_OPTS: '-Xmx1g -Dspark.a=1 -Dother=2',
      SPARK_SHUFFLE_OPTS: `-Dspark.b="two words" '-Dspark.c=x=y' -Dspark.a=last`,
    });
    expect(Object.fromEntries(properties)).toEqual({
      'spark.a': 'last',
      'spark.b': 'two words',
      'spark.c': 'x=y',
    });
  });

  test('are found behind whatever else stands among the options', () => {
    fc.assert(
      fc.property(fc.string(), (junk) => {
        const others = junk.replace(/["']/g, '');
        const properties = javaOptionProperties({ SPARK_SHUFFLE_OPTS: `${others} -Dspark.last=1` });
        expect(properties.get('spark.last')).toBe('1');
      }),
    );
  });
});

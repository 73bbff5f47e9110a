import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cacheDirectory, findSpark, findSparks } from '../src/spark-home.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'spark-mesos-home-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function program(file: string, text = '#!/bin/sh\n'): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, text);
  await chmod(file, 0o755);
}

async function makeSpark(name: string): Promise<string> {
  const home = path.join(folder, name);
  await mkdir(path.join(home, 'jars'), { recursive: true });
  await program(path.join(home, 'bin', 'spark-submit'));
  return home;
}

const nothing = () => ({
  SPARK_MESOS_CACHE: path.join(folder, 'no-cache'),
  PATH: path.join(folder, 'empty'),
});

describe('a Spark', () => {
  test('that is named goes before all others', async () => {
    const named = await makeSpark('named');
    const other = await makeSpark('other');
    expect(await findSpark(named, { SPARK_HOME: other })).toEqual({
      directory: named,
      foundBy: '--spark-home',
    });
  });

  test('is that of SPARK_HOME before one on PATH', async () => {
    const home = await makeSpark('home');
    const other = await makeSpark('other');
    const found = await findSpark(undefined, { SPARK_HOME: home, PATH: path.join(other, 'bin') });
    expect(found).toEqual({ directory: home, foundBy: 'SPARK_HOME' });
  });

  test('is found through a link on PATH', async () => {
    const home = await makeSpark('spark-3.5.6');
    await mkdir(path.join(folder, 'bin'));
    await symlink(path.join(home, 'bin', 'spark-submit'), path.join(folder, 'bin', 'spark-submit'));
    const found = await findSpark(undefined, { ...nothing(), PATH: `/nowhere:${path.join(folder, 'bin')}` });
    expect(found).toEqual({ directory: home, foundBy: 'PATH' });
  });

  test("is found through pip's scripts, whose Spark is elsewhere", async () => {
    const home = await makeSpark('lib/python3/site-packages/pyspark');
    await program(path.join(folder, 'bin', 'spark-submit'));
    await program(path.join(folder, 'bin', 'find_spark_home.py'), `#!/bin/sh\necho '${home}'\n`);
    const found = await findSpark(undefined, { ...nothing(), PATH: path.join(folder, 'bin') });
    expect(found).toEqual({ directory: home, foundBy: 'PATH' });
  });

  test('on PATH that is none is passed over', async () => {
    await program(path.join(folder, 'broken', 'bin', 'spark-submit'));
    const home = await makeSpark('good');
    const PATH = [path.join(folder, 'broken', 'bin'), path.join(home, 'bin')].join(':');
    expect(await findSpark(undefined, { ...nothing(), PATH })).toMatchObject({ directory: home });
  });

  test('that was fetched is used last, the newest of several', async () => {
    await makeSpark('cache/spark-3.5.6/pyspark');
    const newest = await makeSpark('cache/spark-4.10.0/pyspark');
    await makeSpark('cache/spark-4.9.1/pyspark');
    await mkdir(path.join(folder, 'cache', 'spark-5.0.0'));
    const found = await findSpark(undefined, { ...nothing(), SPARK_MESOS_CACHE: path.join(folder, 'cache') });
    expect(found).toEqual({ directory: newest, foundBy: 'cache' });
  });

  test('is each of those that are named, once, for a service of several', async () => {
    const one = await makeSpark('one');
    const other = await makeSpark('target/pyspark');
    const found = await findSparks([one, path.join(folder, 'target'), one], { SPARK_HOME: '/nowhere' });
    expect(found).toEqual([
      { directory: one, foundBy: '--spark-home' },
      { directory: other, foundBy: '--spark-home' },
    ]);
    await expect(findSparks([one, '/nowhere'], {})).rejects.toMatchObject({ code: 'GATEWAY_NO_SPARK' });
  });

  test('is each that was fetched for a service of several, the newest first, where there is no other', async () => {
    const old = await makeSpark('cache/spark-3.5.6/pyspark');
    const newest = await makeSpark('cache/spark-4.10.0/pyspark');
    const environment = { ...nothing(), SPARK_MESOS_CACHE: path.join(folder, 'cache') };
    const directories = async (more = {}) =>
      (await findSparks([], { ...environment, ...more })).map(({ directory }) => directory);
    expect(await directories()).toEqual([newest, old]);
    expect(await directories({ SPARK_HOME: old })).toEqual([old]);
    expect(await directories({ PATH: path.join(old, 'bin') })).toEqual([old]);
  });

  test('of a pip target folder is found inside it', async () => {
    const home = await makeSpark('target/pyspark');
    expect(await findSpark(path.join(folder, 'target'), {})).toMatchObject({ directory: home });
  });

  test('that is named and is none is an error, with what is expected there', async () => {
    await expect(findSpark('/nowhere', nothing())).rejects.toThrow(
      /--spark-home is \/nowhere.*bin\/spark-submit/,
    );
    await expect(findSpark(undefined, { ...nothing(), SPARK_HOME: '/nowhere' })).rejects.toThrow(
      /SPARK_HOME is \/nowhere/,
    );
  });

  test('that is nowhere is told with where it was looked for', async () => {
    await expect(findSpark(undefined, nothing())).rejects.toThrow(
      /no Spark was found.*SPARK_HOME.*PATH.*no-cache.*pip install pyspark/,
    );
  });
});

describe('the cache', () => {
  test.each([
    [{ SPARK_MESOS_CACHE: '/a' }, '/a'],
    [{ XDG_CACHE_HOME: '/b', HOME: '/c' }, '/b/spark-mesos'],
    [{ HOME: '/c' }, '/c/.cache/spark-mesos'],
  ])('of %o is %s', (environment, expected) => {
    expect(cacheDirectory(environment)).toBe(expected);
  });
});

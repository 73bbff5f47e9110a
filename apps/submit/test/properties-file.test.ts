import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCommandLine } from '../src/command-line.ts';
import { readDefaults } from '../src/properties-file.ts';

describe('the defaults of a Spark', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'spark-mesos-submit-'));
    await mkdir(path.join(folder, 'conf'));
    await writeFile(path.join(folder, 'conf', 'spark-defaults.conf'), 'spark.a defaults\nspark.b defaults\n');
    await writeFile(path.join(folder, 'mine.conf'), 'spark.a mine\n');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const read = async (words: string[], environment: NodeJS.ProcessEnv = {}) =>
    Object.fromEntries(await readDefaults(readCommandLine('submit', words), folder, environment));

  test('are in its conf folder', async () => {
    expect(await read([])).toEqual({ 'spark.a': 'defaults', 'spark.b': 'defaults' });
  });

  test('are in SPARK_CONF_DIR where that is set', async () => {
    expect(await read([], { SPARK_CONF_DIR: '/nowhere' })).toEqual({});
  });

  test('are not read beside a file that was named', async () => {
    expect(await read(['--properties-file', path.join(folder, 'mine.conf')])).toEqual({ 'spark.a': 'mine' });
  });

  test('are read beneath it with --load-spark-defaults', async () => {
    const words = ['--load-spark-defaults', '--properties-file', path.join(folder, 'mine.conf')];
    expect(await read(words)).toEqual({ 'spark.a': 'mine', 'spark.b': 'defaults' });
  });

  test('that were named and are not there are an error', async () => {
    await expect(read(['--properties-file', '/nowhere/x.conf'])).rejects.toThrow(
      /\/nowhere\/x\.conf does not exist/,
    );
  });
});

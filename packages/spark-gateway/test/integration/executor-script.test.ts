import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EXECUTOR_SCRIPT, NO_JAVA_STATUS, NO_SPARK_STATUS } from '../../src/executor-script.ts';

let sandbox: string;
beforeEach(async () => {
  sandbox = await realpath(await mkdtemp(path.join(tmpdir(), 'spark-mesos-executor-')));
  await mkdir(path.join(sandbox, 'opt', 'jars'), { recursive: true });
  await program(path.join(sandbox, 'jdk', 'bin', 'java'));
});
afterEach(() => rm(sandbox, { recursive: true }));

/** A Java that tells what it was started with. */
async function program(file: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(
    file,
    `#!/bin/sh
printf '%s\\n' "$PWD" "$HOME" "$LC_ALL" "$SPARK_LOCAL_DIRS" "$SPARK_HOME" "$@"
`,
  );
  await chmod(file, 0o755);
}

interface Outcome {
  readonly status: number;
  readonly cwd?: string | undefined;
  readonly home?: string | undefined;
  readonly locale?: string | undefined;
  readonly localDirs?: string | undefined;
  readonly sparkHome?: string | undefined;
  readonly words: readonly string[];
  readonly errors: string;
}

/** Runs the script as Mesos's command executor does: in the sandbox, with few variables. */
function run(environment: Record<string, string>, words: readonly string[]): Promise<Outcome> {
  const variables = { PATH: '/usr/bin:/bin', MESOS_SANDBOX: sandbox, ...environment };
  return new Promise((resolve) => {
    execFile(
      '/bin/sh',
      ['-c', EXECUTOR_SCRIPT, 'spark-executor', ...words],
      { cwd: sandbox, env: variables },
      (error, stdout, errors) => {
        const [cwd, home, locale, localDirs, sparkHome, ...rest] = stdout.split('\n');
        const status = error === null ? 0 : Number(error.code);
        resolve({ status, cwd, home, locale, localDirs, sparkHome, words: rest.slice(0, -1), errors });
      },
    );
  });
}

const installed = () => ({ SPARK_HOME: path.join(sandbox, 'opt'), JAVA_HOME: path.join(sandbox, 'jdk') });

describe('the script of an executor', () => {
  test('gives Java every word as it came, behind the class path', async () => {
    const words = ['-Da=$(date) "x" \'y\' `z`', 'Main', '', 'two words', '*'];
    const home = path.join(sandbox, 'opt');
    expect(await run(installed(), ['', '', ...words])).toMatchObject({
      status: 0,
      words: ['-cp', `${home}/conf/:${home}/jars/*`, ...words],
    });
  });

  test('puts the application’s class path first and that of a Spark without Hadoop last', async () => {
    const { words } = await run(
      { ...installed(), SPARK_DIST_CLASSPATH: '/hadoop/*', SPARK_CONF_DIR: '/etc/spark' },
      ['', '/a b.jar:/c', 'Main'],
    );
    expect(words[1]).toBe(`/a b.jar:/c:/etc/spark/:${path.join(sandbox, 'opt')}/jars/*:/hadoop/*`);
  });

  test('gives what the command executor does not: locale, home, scratch folder in the sandbox', async () => {
    expect(await run(installed(), ['', '', 'Main'])).toMatchObject({
      home: '.',
      locale: 'C.UTF-8',
      localDirs: sandbox,
      cwd: sandbox,
    });
  });

  test('keeps what is given', async () => {
    const given = { HOME: '/home/ada', LC_ALL: 'de_DE.UTF-8', SPARK_LOCAL_DIRS: '/scratch' };
    expect(await run({ ...installed(), ...given }, ['', '', 'Main'])).toMatchObject({
      home: '/home/ada',
      locale: 'de_DE.UTF-8',
      localDirs: '/scratch',
    });
    expect(await run({ ...installed(), LANG: 'C' }, ['', '', 'Main'])).toMatchObject({ locale: '' });
  });

  test('takes the java of PATH without JAVA_HOME', async () => {
    const { JAVA_HOME, SPARK_HOME } = installed();
    const PATH = `${JAVA_HOME}/bin:/usr/bin:/bin`;
    expect(await run({ SPARK_HOME, PATH }, ['', '', 'Main'])).toMatchObject({ status: 0 });
  });

  test('finds the Spark in the folder of a fetched package, beside its archive', async () => {
    await writeFile(path.join(sandbox, 'spark-3.5.6-bin.tgz'), '');
    await mkdir(path.join(sandbox, 'spark-3-notes'));
    await mkdir(path.join(sandbox, 'spark-3.5.6-bin', 'jars'), { recursive: true });
    const folder = path.join(sandbox, 'spark-3.5.6-bin');
    expect(await run({ JAVA_HOME: installed().JAVA_HOME }, ['spark-3', '', 'Main'])).toMatchObject({
      status: 0,
      cwd: folder,
      sparkHome: folder,
      localDirs: sandbox,
      words: ['-cp', `${folder}/conf/:${folder}/jars/*`, 'Main'],
    });
  });

  test('says that there is no Spark, where, and what to set', async () => {
    const outcome = await run({ ...installed(), SPARK_HOME: '/nowhere' }, ['', '', 'Main']);
    expect(outcome.status).toBe(NO_SPARK_STATUS);
    expect(outcome.errors).toMatch(/no Spark in '\/nowhere'.*spark\.mesos\.executor\.home/);
  });

  test('says that there is no Java, and what to set', async () => {
    const outcome = await run({ ...installed(), JAVA_HOME: '/nowhere' }, ['', '', 'Main']);
    expect(outcome.status).toBe(NO_JAVA_STATUS);
    expect(outcome.errors).toMatch(/no '\/nowhere\/bin\/java'.*spark\.executorEnv\.JAVA_HOME/);
  });
});

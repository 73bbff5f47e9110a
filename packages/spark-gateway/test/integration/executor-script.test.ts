import { execFile } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  NO_JAVA_STATUS,
  NO_SPARK_STATUS,
  OTHER_SPARK_STATUS,
  type ScriptArguments,
  scriptArguments,
} from '../../src/executor-script.ts';

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
printf '%s\\n' "$PWD" "$HOME" "$LC_ALL" "$SPARK_LOCAL_DIRS" "$SPARK_HOME" "$LD_LIBRARY_PATH" "$@"
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
  readonly libraryPath?: string | undefined;
  readonly words: readonly string[];
  readonly errors: string;
}

/** Runs the script as Mesos's command executor does: in the sandbox, with few variables. */
function run(environment: Record<string, string>, told: Partial<ScriptArguments> = {}): Promise<Outcome> {
  const variables = { PATH: '/usr/bin:/bin', MESOS_SANDBOX: sandbox, ...environment };
  const words = scriptArguments({ java: ['Main'], ...told });
  return new Promise((resolve) => {
    execFile('/bin/sh', words, { cwd: sandbox, env: variables }, (error, stdout, errors) => {
      const [cwd, home, locale, localDirs, sparkHome, libraryPath, ...rest] = stdout.split('\n');
      const status = error === null ? 0 : Number(error.code);
      const places = { cwd, home, locale, localDirs, sparkHome, libraryPath };
      resolve({ status, ...places, words: rest.slice(0, -1), errors });
    });
  });
}

const installed = () => ({ SPARK_HOME: path.join(sandbox, 'opt'), JAVA_HOME: path.join(sandbox, 'jdk') });

/** A Spark in a folder of the sandbox. */
async function spark(folder: string, version?: string): Promise<string> {
  const home = path.join(sandbox, folder);
  await mkdir(path.join(home, 'jars'), { recursive: true });
  await mkdir(path.join(home, 'conf'), { recursive: true });
  if (version !== undefined) await writeFile(path.join(home, 'jars', `spark-core_2.13-${version}.jar`), '');
  return home;
}

describe('the script of an executor', () => {
  test('C18: gives Java every word as it came, behind the class path', async () => {
    const java = ['-Da=$(date) "x" \'y\' `z`', 'Main', '', 'two words', '*'];
    const home = path.join(sandbox, 'opt');
    expect(await run(installed(), { java })).toMatchObject({
      status: 0,
      words: ['-cp', `${home}/conf/:${home}/jars/*`, ...java],
    });
  });

  test('C10: puts the application’s class path first, and what spark-class adds of the agent’s last', async () => {
    const { words } = await run(
      {
        ...installed(),
        SPARK_DIST_CLASSPATH: '/hadoop/*',
        SPARK_CONF_DIR: '/etc/spark',
        HADOOP_CONF_DIR: '/etc/hadoop',
      },
      { classPath: '/a b.jar:/c' },
    );
    expect(words[1]).toBe(
      `/a b.jar:/c:/etc/spark/:${path.join(sandbox, 'opt')}/jars/*:/etc/hadoop:/hadoop/*`,
    );
  });

  test('gives what the command executor does not: locale, home, scratch folder in the sandbox', async () => {
    expect(await run(installed())).toMatchObject({
      home: '.',
      locale: 'C.UTF-8',
      localDirs: sandbox,
      cwd: sandbox,
    });
  });

  test('leaves scratch files to Spark’s own settings where they must outlive the sandbox', async () => {
    expect(await run(installed(), { keptFiles: '/tmp' })).toMatchObject({ status: 0, localDirs: '' });
    const given = { ...installed(), SPARK_LOCAL_DIRS: '/scratch,/my disk' };
    expect(await run(given, { keptFiles: '/tmp' })).toMatchObject({ localDirs: '/scratch,/my disk' });
    const ofOthers = { ...installed(), SPARK_LOCAL_DIRS: `${sandbox}s/x` };
    expect(await run(ofOthers, { keptFiles: '/tmp' })).toMatchObject({ status: 0 });
  });

  test.each([
    [
      'a directory of the sandbox',
      (place: string) => ({ SPARK_LOCAL_DIRS: `/data,${place}/scratch` }),
      '/tmp',
    ],
    ['the sandbox itself', (place: string) => ({ SPARK_LOCAL_DIRS: place }), '/tmp'],
    ['a relative path', () => ({}), '/data,scratch'],
  ])('refuses %s where files must outlive the sandbox, and says so', async (_, variables, keptFiles) => {
    const { status, errors } = await run({ ...installed(), ...variables(sandbox) }, { keptFiles });
    expect(status).toBe(116);
    expect(errors).toMatch(
      /^spark-mesos: '\S+' lies in the sandbox, where a shuffle service cannot keep files: set/,
    );
  });

  test('keeps what is given', async () => {
    const given = { HOME: '/home/ada', LC_ALL: 'de_DE.UTF-8', SPARK_LOCAL_DIRS: '/scratch' };
    expect(await run({ ...installed(), ...given })).toMatchObject({
      home: '/home/ada',
      locale: 'de_DE.UTF-8',
      localDirs: '/scratch',
    });
    expect(await run({ ...installed(), LANG: 'C' })).toMatchObject({ locale: '' });
  });

  test('C11: puts the library path before that of the agent', async () => {
    const libraryPath = '/a:/b c';
    expect(await run(installed(), { libraryPath })).toMatchObject({ libraryPath });
    const agents = { ...installed(), LD_LIBRARY_PATH: '/native' };
    expect(await run(agents, { libraryPath })).toMatchObject({ libraryPath: '/a:/b c:/native' });
    expect(await run(agents)).toMatchObject({ libraryPath: '/native' });
  });

  test('takes the java of PATH without JAVA_HOME', async () => {
    const { JAVA_HOME, SPARK_HOME } = installed();
    const PATH = `${JAVA_HOME}/bin:/usr/bin:/bin`;
    expect(await run({ SPARK_HOME, PATH })).toMatchObject({ status: 0 });
  });

  test('runs in the sandbox, wherever a container begins', async () => {
    const words = scriptArguments({ java: ['Main'] });
    const env = { PATH: '/usr/bin:/bin', MESOS_SANDBOX: sandbox, ...installed() };
    const stdout = await new Promise<string>((resolve) => {
      execFile('/bin/sh', words, { cwd: '/', env }, (_, text) => resolve(text));
    });
    expect(stdout.split('\n')[0]).toBe(sandbox);
  });

  test('writes down the GPUs, and tells Spark where', async () => {
    const resources = '[{"id":{"componentName":"spark.executor","resourceName":"gpu"},"addresses":["0"]}]';
    const { words } = await run(installed(), { resources });
    const file = path.join(sandbox, 'spark-executor-resources.json');
    expect(words.slice(-3)).toEqual(['Main', '--resourcesFile', file]);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(JSON.parse(resources));
  });

  test('says that there is no Spark, where, and what to set', async () => {
    const outcome = await run({ ...installed(), SPARK_HOME: '/nowhere' });
    expect(outcome.status).toBe(NO_SPARK_STATUS);
    expect(outcome.errors).toMatch(/no Spark in '\/nowhere'.*spark\.mesos\.executor\.home/);
  });

  test('says that there is no Java, and what to set', async () => {
    const outcome = await run({ ...installed(), JAVA_HOME: '/nowhere' });
    expect(outcome.status).toBe(NO_JAVA_STATUS);
    expect(outcome.errors).toMatch(/no '\/nowhere\/bin\/java'.*spark\.executorEnv\.JAVA_HOME/);
  });
});

describe('the Spark of an executor', () => {
  test('C13: is in the folder of a fetched package, beside its archive', async () => {
    await writeFile(path.join(sandbox, 'spark-3.5.6-bin.tgz'), '');
    await mkdir(path.join(sandbox, 'spark-3-notes'));
    const folder = await spark('spark-3.5.6-bin');
    expect(await run({ JAVA_HOME: installed().JAVA_HOME }, { fetchedFolder: 'spark-3' })).toMatchObject({
      status: 0,
      cwd: folder,
      sparkHome: folder,
      localDirs: sandbox,
      words: ['-cp', `${folder}/conf/:${folder}/jars/*`, 'Main'],
    });
  });

  test('C13: is in the folder of a fetched package, whatever that is called', async () => {
    const folder = await spark('dist of ours');
    await rm(path.join(sandbox, 'opt'), { recursive: true });
    expect(await run({ JAVA_HOME: installed().JAVA_HOME }, { fetchedFolder: 'my-spark' })).toMatchObject({
      status: 0,
      cwd: folder,
      sparkHome: folder,
    });
  });

  test('C13: may lie in the sandbox itself, where the package has no folder', async () => {
    await rm(path.join(sandbox, 'opt'), { recursive: true });
    await spark('.');
    await mkdir(path.join(sandbox, 'bin'));
    await writeFile(path.join(sandbox, 'bin', 'spark-class'), '');
    expect(await run({ JAVA_HOME: installed().JAVA_HOME }, { fetchedFolder: 'my-spark' })).toMatchObject({
      status: 0,
      sparkHome: sandbox,
    });
  });

  test('C12: is that of the image, else that of the driver', async () => {
    const driver = await spark('driver');
    const { JAVA_HOME: java, SPARK_HOME: image } = installed();
    const told = { fallbackHome: driver };
    expect(await run({ JAVA_HOME: java, SPARK_HOME: image }, told)).toMatchObject({ sparkHome: image });
    expect(await run({ JAVA_HOME: java }, told)).toMatchObject({ sparkHome: driver });
    expect(await run({ JAVA_HOME: java, SPARK_HOME: '/nowhere' }, told)).toMatchObject({ sparkHome: driver });
  });

  test('C72: must be of the version of the driver’s, and both are named', async () => {
    const home = await spark('other', '3.5.6');
    await writeFile(path.join(home, 'jars', 'spark-core_2.13-3.5.6-tests.jar'), '');
    const environment = { ...installed(), SPARK_HOME: home };
    expect(await run(environment, { sparkVersion: '3.5.6' })).toMatchObject({ status: 0 });
    const outcome = await run(environment, { sparkVersion: '4.3.0' });
    expect(outcome.status).toBe(OTHER_SPARK_STATUS);
    expect(outcome.errors).toMatch(
      /^spark-mesos: the Spark in '.*other' .* is 3\.5\.6, .* driver is 4\.3\.0/,
    );
  });

  test('C72: is known by a distribution’s RELEASE file where its jars are named otherwise', async () => {
    const home = await spark('other');
    await writeFile(path.join(home, 'RELEASE'), 'Spark 3.5.1 (git revision 123) built for Hadoop 3.3.4\n');
    const outcome = await run({ ...installed(), SPARK_HOME: home }, { sparkVersion: '3.5.6' });
    expect(outcome.status).toBe(OTHER_SPARK_STATUS);
    expect(outcome.errors).toMatch(/is 3\.5\.1, .* is 3\.5\.6/);
  });

  test('C72: that tells nothing of its version is run', async () => {
    expect(await run(installed(), { sparkVersion: '3.5.6' })).toMatchObject({ status: 0 });
  });
});

describe('conf/spark-env.sh of the agent', () => {
  /** A Spark with this file. */
  async function withEnvironment(text: string) {
    const home = await spark('configured');
    await writeFile(path.join(home, 'conf', 'spark-env.sh'), text);
    return { JAVA_HOME: installed().JAVA_HOME, SPARK_HOME: home };
  }

  test('C12: is read as spark-class would, and what it sets is set', async () => {
    const environment = await withEnvironment(`
SPARK_LOCAL_DIRS=/disk1,/disk2
SPARK_DIST_CLASSPATH=$(echo '/hadoop/*')
LC_ALL=\${SPARK_HOME##*/}
`);
    const java = ['Main', 'two words', '$x'];
    const outcome = await run(environment, {
      java,
      classPath: '/a.jar',
      libraryPath: '/lib',
      resources: '[]',
    });
    const home = environment.SPARK_HOME;
    expect(outcome).toMatchObject({
      status: 0,
      cwd: sandbox,
      localDirs: '/disk1,/disk2',
      locale: 'configured',
      libraryPath: '/lib',
      words: [
        '-cp',
        `/a.jar:${home}/conf/:${home}/jars/*:/hadoop/*`,
        ...java,
        '--resourcesFile',
        path.join(sandbox, 'spark-executor-resources.json'),
      ],
    });
  });

  test('is read by bash, for which it is written', async () => {
    const environment = await withEnvironment(
      `dirs=(/x /y); [[ -n "$dirs" ]] && SPARK_LOCAL_DIRS="\${dirs[1]}"\n`,
    );
    expect(await run(environment)).toMatchObject({ status: 0, localDirs: '/y' });
  });

  test('may say where Java is', async () => {
    const environment = await withEnvironment(`export JAVA_HOME=${installed().JAVA_HOME}\n`);
    expect(await run({ SPARK_HOME: environment.SPARK_HOME })).toMatchObject({ status: 0 });
  });

  test('is left alone where it has been read', async () => {
    const environment = await withEnvironment('SPARK_LOCAL_DIRS=/disk1\n');
    expect(await run({ ...environment, SPARK_ENV_LOADED: '1' })).toMatchObject({ localDirs: sandbox });
  });

  test('C13: of a fetched package is read in its folder', async () => {
    await withEnvironment('LC_ALL=$PWD\n');
    await rm(path.join(sandbox, 'opt'), { recursive: true });
    const folder = path.join(sandbox, 'configured');
    expect(await run({ JAVA_HOME: installed().JAVA_HOME }, { fetchedFolder: './' })).toMatchObject({
      cwd: folder,
      locale: folder,
    });
  });
});

import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkJava, findJava, type JavaRuntime, parseJavaMajor } from '../src/java.ts';

describe('a Java version', () => {
  test.each([
    ['17.0.15', 17],
    ['1.8.0_392', 8],
    ['21', 21],
    ['9-ea', 9],
    ['nonsense', undefined],
  ])('%s is major %s', (text, expected) => {
    expect(parseJavaMajor(text)).toBe(expected);
  });
});

describe('a Java', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'spark-mesos-java-'));
    await mkdir(path.join(folder, 'bin'));
    await writeFile(
      path.join(folder, 'bin', 'java'),
      '#!/bin/sh\necho \'openjdk version "11.0.2" 2019\' >&2\n',
    );
    await chmod(path.join(folder, 'bin', 'java'), 0o755);
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('is that of JAVA_HOME, by the version in its release file', async () => {
    await writeFile(path.join(folder, 'release'), 'IMPLEMENTOR="x"\nJAVA_VERSION="17.0.1"\n');
    expect(await findJava({ JAVA_HOME: folder, PATH: '' })).toEqual({
      home: folder,
      major: 17,
      foundBy: 'JAVA_HOME',
    });
  });

  test('without a release file is asked', async () => {
    expect(await findJava({ JAVA_HOME: folder })).toMatchObject({ major: 11 });
  });

  test('is the first on PATH without JAVA_HOME', async () => {
    const found = await findJava({ PATH: `/nowhere:${path.join(folder, 'bin')}` });
    expect(found).toMatchObject({ major: 11, foundBy: 'PATH' });
  });

  test('that JAVA_HOME does not hold is told, and PATH not asked', async () => {
    const environment = { JAVA_HOME: '/nowhere', PATH: path.join(folder, 'bin') };
    await expect(findJava(environment)).rejects.toThrow(
      /JAVA_HOME is \/nowhere, where there is no bin\/java/,
    );
  });

  test('that is nowhere is told with what to install', async () => {
    await expect(findJava({ PATH: '/nowhere' })).rejects.toThrow(/no Java was found.*install a Java 17/);
  });

  test('that does not run is told', async () => {
    await writeFile(path.join(folder, 'bin', 'java'), '#!/bin/sh\nexit 1\n');
    await expect(findJava({ JAVA_HOME: folder })).rejects.toThrow(/does not/);
  });
});

describe('whether a Spark runs on a Java', () => {
  const java = (major: number): JavaRuntime => ({ home: '/jdk', major, foundBy: 'JAVA_HOME' });
  const spark24 = { version: '2.4.8', scalaBinary: '2.11', classFileMajor: 52, hasModuleOptions: false };
  const spark31 = { version: '3.1.3', scalaBinary: '2.12', classFileMajor: 52, hasModuleOptions: false };
  const spark35 = { version: '3.5.6', scalaBinary: '2.12', classFileMajor: 52, hasModuleOptions: true };
  const spark43 = { version: '4.3.0', scalaBinary: '2.13', classFileMajor: 61, hasModuleOptions: true };

  test.each([
    [spark24, 8],
    [spark31, 8],
    [spark31, 11],
    [spark35, 8],
    [spark35, 17],
    [spark43, 17],
    [spark43, 21],
    [spark43, 25],
    [{ ...spark43, needsSecurityManager: false }, 25],
    [{ ...spark35, needsSecurityManager: true }, 21],
  ])('%o on Java %i does', (spark, major) => {
    expect(() => checkJava(java(major), spark, false)).not.toThrow();
  });

  test.each([
    [spark43, 11, /Spark 4\.3\.0 needs Java 17 or newer, and JAVA_HOME \(\/jdk\) is Java 11/],
    [spark35, 7, /needs Java 8/],
    [spark24, 11, /Spark 2\.4\.8 runs on Java 8 only/],
    [{ ...spark35, needsSecurityManager: true }, 25, /Spark 3\.5\.6 does not run on Java 24 or newer/],
    [spark31, 17, /Spark 3\.1\.3 does not run on Java 16 or newer/],
  ])('%o on Java %i does not, and says what to do', (spark, major, message) => {
    expect(() => checkJava(java(major), spark, false)).toThrow(message);
    expect(() => checkJava(java(major), spark, false)).toThrow(/set JAVA_HOME to a Java/);
  });

  test('a user who opens the modules by hand is let go on', () => {
    expect(() => checkJava(java(17), spark31, true)).not.toThrow();
  });
});

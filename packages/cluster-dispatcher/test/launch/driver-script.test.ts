import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseProperties } from '@spark-mesos/scheduler-utils';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { driverScriptArguments, NO_SPARK_STATUS, type SparkPlace } from '../../src/launch/driver-script.ts';
import { propertiesText } from '../../src/launch/hidden-properties.ts';

describe('the script of a driver', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'driver script '));
    mkdirSync(path.join(folder, 'sandbox'));
    mkdirSync(path.join(folder, 'work'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** A Spark whose spark-submit says what it sees. */
  function makeSpark(...parts: string[]): string {
    const home = path.join(folder, ...parts);
    mkdirSync(path.join(home, 'bin'), { recursive: true });
    const program = path.join(home, 'bin', 'spark-submit');
    writeFileSync(program, '#!/bin/sh\nprintf "%s\\n" "$SPARK_HOME" "$PWD" "$LD_LIBRARY_PATH" "$#" "$@"\n');
    chmodSync(program, 0o755);
    return home;
  }

  const words = (spark: SparkPlace, libraryPath = '', sparkSubmit: string[] = ['--', 'a b', '']) =>
    driverScriptArguments({ spark, libraryPath, sparkSubmit });

  function run(spark: SparkPlace, libraryPath = '', environment: Record<string, string> = {}): string[] {
    const text = execFileSync('/bin/sh', words(spark, libraryPath), {
      cwd: path.join(folder, 'work'),
      env: { PATH: process.env.PATH, MESOS_SANDBOX: path.join(folder, 'sandbox'), ...environment },
      encoding: 'utf8',
    });
    return text.split('\n').slice(0, -1);
  }

  test('D72: at home: in the sandbox, with that SPARK_HOME and no other', () => {
    const home = makeSpark('my spark');
    const told = run({ kind: 'home', text: home }, '', { SPARK_HOME: '/elsewhere' });
    expect(told).toEqual([home, path.join(folder, 'sandbox'), '', '3', '--', 'a b', '']);
  });

  test('D72, U82: in the folder that the package unpacks to, whatever else is there', () => {
    makeSpark('sandbox', 'other');
    const home = makeSpark('sandbox', 'spark-3.5.6-bin');
    mkdirSync(path.join(folder, 'sandbox', 'spark-3-empty'));
    const told = run({ kind: 'fetched', text: 'spark-3' }, '/a/lib:/b/lib', { LD_LIBRARY_PATH: '/c/lib' });
    expect(told.slice(0, 3)).toEqual([home, path.join(folder, 'sandbox'), '/a/lib:/b/lib:/c/lib']);
  });

  test('U83: a package that unpacks to another name is found all the same', () => {
    const home = makeSpark('sandbox', 'renamed');
    expect(run({ kind: 'fetched', text: 'spark-3' })[0]).toBe(home);
  });

  test('D72: in an image: where its work directory is, else in its SPARK_HOME, else where the settings say', () => {
    const named = makeSpark('named');
    expect(run({ kind: 'image', text: named })[0]).toBe(named);
    const own = makeSpark('own');
    expect(run({ kind: 'image', text: named }, '', { SPARK_HOME: own })[0]).toBe(own);
    const work = makeSpark('work');
    expect(run({ kind: 'image', text: named }, '', { SPARK_HOME: own })[0]).toBe(work);
  });

  describe('with properties that nobody else is to read', () => {
    const HIDDEN = { SPARK_MESOS_DRIVER_PROPERTIES: propertiesText([['spark.some.password', ' a\\b=\nä']]) };

    /** A Spark whose spark-submit reads its properties twice, as the real one does, and looks around. */
    function makeReader(): string {
      const home = makeSpark('reader');
      const lines = [
        '#!/bin/sh',
        'printf "%s\\n" "$1" "$(printenv SPARK_MESOS_DRIVER_PROPERTIES || echo unset)" "$3" "$(ls -A)" ---',
        '[ "$(cat "$2")" = "$(cat "$2")" ] && cat "$2"',
      ];
      writeFileSync(path.join(home, 'bin', 'spark-submit'), lines.join('\n'));
      return home;
    }

    test('U24: hands them over in a file that is in no folder, behind the defaults of the agent', () => {
      const home = makeReader();
      mkdirSync(path.join(home, 'conf'));
      // It ends as if it went on.
      writeFileSync(
        path.join(home, 'conf', 'spark-defaults.conf'),
        'spark.some.password agents\nspark.own 1\\',
      );
      const [first, file] = run({ kind: 'home', text: home }, '', HIDDEN).join('\n').split('\n---\n');
      expect(first?.split('\n')).toEqual(['--properties-file', 'unset', '--', '']);
      expect(parseProperties(file ?? '')).toEqual(
        new Map([
          ['spark.some.password', 'a\\b=\nä'],
          ['spark.own', '1'],
        ]),
      );
    });

    test('takes the defaults from where the agent says that they are, and does without any', () => {
      const home = makeReader();
      const own = path.join(folder, 'own conf');
      mkdirSync(own);
      writeFileSync(path.join(own, 'spark-defaults.conf'), 'spark.own 2\n');
      expect(run({ kind: 'home', text: home }, '', { ...HIDDEN, SPARK_CONF_DIR: own })).toContain(
        'spark.own 2',
      );
      expect(run({ kind: 'home', text: home }, '', HIDDEN).at(-1)).toMatch(/^spark\.some\.password=/);
    });

    test('writes every text so that it is read as it was, but for blanks at its ends', () => {
      const unit = fc.constantFrom(...' \\=:#!\n\r\t\0ä€~-.ab', '😀');
      const text = fc.string({ unit, maxLength: 8 });
      const name = fc.string({ unit, minLength: 1, maxLength: 8 });
      fc.assert(
        fc.property(fc.dictionary(name, text, { maxKeys: 3 }), (properties) => {
          const written = propertiesText(Object.entries(properties));
          expect(written).toMatch(/^[\n -~]*$/);
          const trimmed = Object.entries(properties).map(
            ([name, value]) => [name, value.replace(/^[ \t\f\v]+|[ \t\f\v]+$/g, '')] as const,
          );
          expect(parseProperties(written)).toEqual(new Map(trimmed));
        }),
      );
    });
  });

  test('where there is no Spark it says so, and where to say where there is one', () => {
    const { status, stderr } = spawnSync('/bin/sh', words({ kind: 'home', text: '/nowhere' }), {
      encoding: 'utf8',
    });
    expect(status).toBe(NO_SPARK_STATUS);
    expect(stderr).toContain('spark-mesos: there is no Spark on this agent (home /nowhere)');
  });
});

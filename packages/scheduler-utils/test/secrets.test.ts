import { mesos } from '@spark-mesos/mesos-proto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  driverContainer,
  driverSecretVariables,
  executorContainer,
  isSecretSetting,
  REDACTED,
  redactProperties,
  redactProperty,
  secretVariables,
} from '../src/index.ts';
import { problemsOf, settingsOf, warningsOf } from './support/settings.ts';

const { REFERENCE, VALUE } = mesos.v1.Secret.Type;
const SECRET_VARIABLE = mesos.v1.Environment.Variable.Type.SECRET;
const EXECUTOR = 'spark.mesos.executor.secret';
const DRIVER = 'spark.mesos.driver.secret';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('secrets', () => {
  test('U100, U101: values reach executors as environment variables, in their order', () => {
    const settings = settingsOf({ [`${EXECUTOR}.values`]: 'v1, v2', [`${EXECUTOR}.envkeys`]: 'K1,K2' });
    expect(secretVariables(settings)).toEqual([
      { name: 'K1', type: SECRET_VARIABLE, secret: { type: VALUE, value: { data: bytes('v1') } } },
      { name: 'K2', type: SECRET_VARIABLE, secret: { type: VALUE, value: { data: bytes('v2') } } },
    ]);
    expect(executorContainer(settings)).not.toHaveProperty('volumes');
  });

  test('U100, U101: names reach drivers as variables and as files at once', () => {
    const settings = settingsOf({
      [`${DRIVER}.names`]: '/a,/b',
      [`${DRIVER}.envkeys`]: 'A,B',
      [`${DRIVER}.filenames`]: 'a.txt,/etc/b',
    });
    expect(driverSecretVariables(settings).map(({ name, secret }) => [name, secret])).toEqual([
      ['A', { type: REFERENCE, reference: { name: '/a' } }],
      ['B', { type: REFERENCE, reference: { name: '/b' } }],
    ]);
    expect(driverContainer(settings).volumes).toEqual([
      {
        containerPath: 'a.txt',
        mode: mesos.v1.Volume.Mode.RO,
        source: {
          type: mesos.v1.Volume.Source.Type.SECRET,
          secret: { type: REFERENCE, reference: { name: '/a' } },
        },
      },
      expect.objectContaining({ containerPath: '/etc/b' }),
    ]);
    expect(secretVariables(settings)).toEqual([]);
  });

  test('U100: values and names at once are refused in the words of the original', () => {
    expect(problemsOf({ [`${EXECUTOR}.values`]: 'a', [`${EXECUTOR}.names`]: 'b' })).toEqual([
      'CONFIG_CONFLICT spark.mesos.executor.secret.*: ' +
        'Cannot specify both value-type and reference-type secrets.',
    ]);
  });

  test('U101: each secret needs one variable and one file, if there are any; all is told at once', () => {
    const properties = {
      [`${EXECUTOR}.values`]: 'a,b',
      [`${EXECUTOR}.envkeys`]: 'A',
      [`${DRIVER}.filenames`]: 'x',
    };
    expect(problemsOf(properties)).toEqual([
      'CONFIG_CONFLICT spark.mesos.executor.secret.*: ' +
        'there are 2 secrets, but 1 environment variables (envkeys): one for each',
      'CONFIG_CONFLICT spark.mesos.driver.secret.*: there are 0 secrets, but 1 files (filenames): one for each',
    ]);
  });

  test('U101: secrets that reach nobody are warned of', () => {
    expect(warningsOf({ [`${EXECUTOR}.names`]: 'a' })).toEqual([
      'spark.mesos.executor.secret.*: the secrets reach nobody: set spark.mesos.executor.secret.envkeys ' +
        'or spark.mesos.executor.secret.filenames',
    ]);
  });

  test('U102: files are warned of where the Docker daemon would leave them out', () => {
    const properties = {
      'spark.mesos.executor.docker.image': 'x',
      [`${EXECUTOR}.names`]: 'a',
      [`${EXECUTOR}.filenames`]: 'f',
    };
    expect(warningsOf(properties)).toEqual([
      'spark.mesos.executor.secret.filenames: the Docker daemon leaves such files out: ' +
        'set spark.mesos.containerizer=mesos',
    ]);
    expect(warningsOf({ ...properties, 'spark.mesos.containerizer': 'mesos' })).toEqual([]);
  });

  test('U24, U103: what is secret is never shown, whatever its name', () => {
    const shown = redactProperties(
      new Map([
        ['spark.mesos.secret', 'x'],
        ['spark.mesos.executor.secret.values', 'x'],
        ['spark.mesos.executor.secret.names', '/path'],
        ['spark.mesos.principal.file', '/f'],
        ['spark.ssl.rpc.keyPassword', 'x'],
        ['spark.hadoop.fs.s3a.access.key', 'x'],
        ['spark.my.Token', 'x'],
        ['spark.executor.extraJavaOptions', '-Da=b -Dmy.password="p q" -Dspark.authenticate.secret=x -Dz=1'],
        ['spark.app.name', 'Pi'],
      ]),
    );
    expect(Object.fromEntries(shown)).toEqual({
      'spark.mesos.secret': REDACTED,
      'spark.mesos.executor.secret.values': REDACTED,
      'spark.mesos.executor.secret.names': '/path',
      'spark.mesos.principal.file': '/f',
      'spark.ssl.rpc.keyPassword': REDACTED,
      'spark.hadoop.fs.s3a.access.key': REDACTED,
      'spark.my.Token': REDACTED,
      'spark.executor.extraJavaOptions': `-Da=b -Dmy.password=${REDACTED} -Dspark.authenticate.secret=${REDACTED} -Dz=1`,
      'spark.app.name': 'Pi',
    });
    expect(isSecretSetting('spark.mesos.driver.secret.values')).toBe(true);
  });

  test('U24: secrets among options are found as an expression would find them, however long the text is', () => {
    const inside =
      /([\w.-]*(?:secret|password|token|access[.]?key)[\w.-]*\s*=\s*)("[^"]*"|'[^']*'|[^\s,;]+)/gi;
    const part = fc.constantFrom(
      'token',
      'x.Password',
      'access.key',
      '=',
      ' = ',
      '"',
      "'",
      ' ',
      ',',
      '-D',
      'v',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 14 }), (parts) => {
        const text = parts.join('');
        expect(redactProperty('spark.x', text)).toBe(text.replace(inside, `$1${REDACTED}`));
      }),
      { numRuns: 500 },
    );
    // The expression itself would take hours for either of these.
    const long = 'tokens'.repeat(100_000);
    expect(redactProperty('spark.x', long)).toBe(long);
    expect(redactProperty('spark.x', `${long}=${long}`)).toBe(`${long}=${REDACTED}`);
  });

  test('U24: a secret that cannot be read is not in the message either', () => {
    expect(
      JSON.stringify(problemsOf({ 'spark.mesos.secret': 'hush', 'spark.cores.max': 'x' })),
    ).not.toContain('hush');
  });
});

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  APPLICATION_SETTINGS,
  CONFIG_ERROR_CODES,
  driverHeartbeatTimeoutMs,
  driverMemoryMiB,
  managedPorts,
  mergeProperties,
  parseConf,
  parseDispatcherSettings,
  parseProperties,
  parseSettings,
  SETTINGS,
  type Setting,
  settingsTable,
} from '../../src/index.ts';
import { problemsOf, settingsOf, warningsOf } from '../support/settings.ts';

const ALL: readonly Setting<unknown>[] = Object.values(SETTINGS);

const ORIGINAL = readFileSync(new URL('../fixtures/original-settings.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split(' ') as [name: string, defaultText: string]);

describe('the schema of settings', () => {
  test.each(ORIGINAL)('knows %s of the original, whose default is %s', (name, defaultText) => {
    const setting = ALL.find((candidate) => candidate.name === name || candidate.aliases.includes(name));
    expect(setting).toBeDefined();
    const theirs = defaultText === '-' ? undefined : setting?.schema.parse(defaultText);
    const text = setting?.default === '' ? undefined : setting?.default;
    expect(text === undefined ? undefined : setting?.schema.parse(text)).toEqual(theirs);
  });

  test('none of them is refused as not supported but I/O encryption', () => {
    const refused = ALL.filter(({ kind }) => kind !== 'family').flatMap(({ name, schema, aliases }) => {
      const samples = ['true', '1', 'x', 'a:b', '{}', 'docker', 'host', 'client', 'NONE', 'mesos'];
      const value = samples.find((sample) => schema.safeParse(sample).success) ?? '';
      return [name, ...aliases].flatMap((label) => {
        const result = parseDispatcherSettings({ [label]: value });
        return result.ok ? [] : result.problems.filter(({ code }) => code === 'NOT_SUPPORTED');
      });
    });
    expect(refused.map(({ setting }) => setting)).toEqual(['spark.io.encryption.enabled']);
  });

  test('settings of a dispatcher alone are read by a dispatcher, and no application is refused for them', () => {
    const properties = {
      'spark.mesos.maxDrivers': 'many',
      'spark.deploy.recoveryMode': 'FILESYSTEM',
      'spark.mesos.driver.constraints': 'rack',
    };
    expect(problemsOf(properties)).toEqual([
      expect.stringContaining('spark.mesos.driver.constraints: Bad constraint string: rack'),
    ]);
    const result = parseDispatcherSettings(properties);
    expect(result.ok ? [] : result.problems.map(({ setting }) => setting)).toEqual([
      'spark.mesos.driver.constraints',
      'spark.mesos.maxDrivers',
      'spark.deploy.recoveryMode',
    ]);
  });

  test('families of settings are maps from what follows to the value', () => {
    const result = parseDispatcherSettings({
      'spark.mesos.driverEnv.A': '1',
      'spark.mesos.dispatcher.driverDefault.spark.cores.max': '4',
      'spark.mesos.dispatcher.queue': 'urgent',
      'spark.mesos.dispatcher.queue.urgent': '2.5',
      'spark.mesos.dispatcher.queue.night': '-1',
      'spark.ssl.mesos.keyStore': '/k',
    });
    expect(result).toMatchObject({
      ok: true,
      warnings: [],
      settings: {
        driverEnvironment: new Map([['A', '1']]),
        driverDefaults: new Map([['spark.cores.max', '4']]),
        queue: 'urgent',
        queues: new Map([
          ['urgent', 2.5],
          ['night', -1],
        ]),
        sslMesos: new Map([['keyStore', '/k']]),
      },
    });
    expect(parseDispatcherSettings({ 'spark.mesos.dispatcher.queue.a': 'high' })).toMatchObject({
      problems: [{ setting: 'spark.mesos.dispatcher.queue.a', code: 'CONFIG_MALFORMED' }],
    });
  });

  test('old names work with a warning, and the new one goes before', () => {
    const old = { 'spark.mesos.deploy.recoveryMode': 'zookeeper' };
    expect(parseDispatcherSettings(old)).toMatchObject({
      settings: { recoveryMode: 'ZOOKEEPER' },
      warnings: [
        'spark.mesos.deploy.recoveryMode is an old name of spark.deploy.recoveryMode: use the new one',
      ],
    });
    const both = {
      'spark.storage.blockManagerSlaveTimeoutMs': '1',
      'spark.storage.blockManagerHeartbeatTimeoutMs': '2',
    };
    expect(settingsOf(both).blockManagerHeartbeatTimeoutMs).toBe(2);
    expect(warningsOf(both)).toHaveLength(1);
  });

  test('U3: coarse mode is the default', () => {
    expect(settingsOf({}).coarse).toBe(true);
    expect(settingsOf({ 'spark.mesos.coarse': 'FALSE' }).coarse).toBe(false);
  });

  test('U40: the fixed port of block managers is managed; that of executors before Spark 2.3 is not', () => {
    expect(managedPorts(settingsOf({}))).toEqual([]);
    expect(
      managedPorts(settingsOf({ 'spark.blockManager.port': '7079', 'spark.executor.port': '7080' })),
    ).toEqual([7079]);
  });

  test('U59, U113: constraints and labels of drivers are checked with everything else', () => {
    expect(
      problemsOf({
        'spark.mesos.driver.constraints': 'os:a;os:b',
        'spark.mesos.driver.labels': 'key:',
        'spark.mesos.network.labels': 'x',
      }).map((problem) => problem.split(':')[0]),
    ).toEqual([
      'CONFIG_MALFORMED spark.mesos.network.labels',
      'CONFIG_MALFORMED spark.mesos.driver.constraints',
      'CONFIG_MALFORMED spark.mesos.driver.labels',
    ]);
  });

  test('U72: the memory of a driver has one overhead', () => {
    expect(driverMemoryMiB(settingsOf({}))).toBe(1408);
    expect(driverMemoryMiB(settingsOf({ 'spark.driver.memory': '8g' }))).toBe(8192 + 819);
    expect(
      driverMemoryMiB(
        settingsOf({ 'spark.driver.memory': '5000m', 'spark.driver.memoryOverheadFactor': '0.2' }),
      ),
    ).toBe(6000);
    const both = { 'spark.driver.memoryOverhead': '100', 'spark.mesos.driver.memoryOverhead': '50' };
    expect(driverMemoryMiB(settingsOf({ ...both, 'spark.driver.memory': '600m' }))).toBe(650);
    expect(driverMemoryMiB(settingsOf({ 'spark.driver.memoryOverhead': '1g' }))).toBe(2048);
  });

  test('a driver counts as alive with shuffle services for spark.network.timeout, unless told otherwise', () => {
    expect(driverHeartbeatTimeoutMs(settingsOf({}))).toBe(120_000);
    expect(driverHeartbeatTimeoutMs(settingsOf({ 'spark.network.timeout': '8' }))).toBe(8000);
    expect(
      driverHeartbeatTimeoutMs(settingsOf({ 'spark.storage.blockManagerHeartbeatTimeoutMs': '9000' })),
    ).toBe(9000);
  });

  test('a limit of memory below one executor, and two ways to say the role, are problems', () => {
    expect(
      problemsOf({ 'spark.mem.max': '1400m', 'spark.mesos.role': 'a', 'spark.mesos.roles': 'b' }),
    ).toEqual([
      expect.stringContaining(
        'CONFIG_CONFLICT spark.mem.max: 1400 MiB are less than the 1408 MiB of one executor',
      ),
      expect.stringContaining('CONFIG_CONFLICT spark.mesos.roles: spark.mesos.role is set, too'),
    ]);
  });

  test('the table for people names every setting', () => {
    const table = settingsTable();
    for (const { name } of ALL) {
      expect(table).toContain(`\`${name}\``);
    }
    expect(Object.keys(SETTINGS)).toEqual(expect.arrayContaining(Object.keys(APPLICATION_SETTINGS)));
  });

  test('whatever text a setting has, it is read or refused with a coded problem', () => {
    const names = ALL.map(({ name }) => name.replace('[Name]', 'x'));
    const anything = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('1', 'a', ':', ',', ';', '=', '{', '}', '"', '\\', ' ', '#', '-') }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...names), anything, (name, value) => {
        const result = parseSettings({ [name]: value });
        expect(result.ok || result.problems.every(({ code }) => CONFIG_ERROR_CODES.includes(code))).toBe(
          true,
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe('where settings come from', () => {
  test.each([
    ['spark.master mesos://a:5050', { 'spark.master': 'mesos://a:5050' }],
    ['spark.master=mesos://a:5050', { 'spark.master': 'mesos://a:5050' }],
    ['spark.master : mesos://a:5050', { 'spark.master': 'mesos://a:5050' }],
    ['  spark.name \t two words  ', { 'spark.name': 'two words' }],
    ['# no\n! no\n\na b', { a: 'b' }],
    ['a b\\\n   c', { a: 'bc' }],
    ['a b\\\\\nc d', { a: 'b\\', c: 'd' }],
    ['a b\\\n# c', { a: 'b# c' }],
    ['a b\\', { a: 'b' }],
    ['a\\ b=c', { 'a b': 'c' }],
    ['a=\\u00e9\\t.', { a: 'é\t.' }],
    ['a=b=c', { a: 'b=c' }],
    ['lonely', { lonely: '' }],
    ['a=1\r\na=2', { a: '2' }],
  ])('%j of a properties file is read as Java does', (text, expected) => {
    expect(Object.fromEntries(parseProperties(text))).toEqual(expected);
  });

  test('a properties file is read as Java reads it, with the values trimmed as Spark does', () => {
    const text = [
      '# comment',
      '! another',
      '',
      'spark.master            mesos://h:5050',
      'spark.app.name = My app\t',
      'spark.x:y',
      '  spark.mesos.uris  a,\\',
      '      b,c',
      'spark.executor.extraJavaOptions  -Da="b c" -Dd=e',
      'spark.path=C:\\\\dir\\ttab \\u00e9',
      'spark.name\\ with\\:escapes v',
      'spark.empty',
      'spark.x:last',
    ].join('\r\n');
    expect(Object.fromEntries(parseProperties(text))).toEqual({
      'spark.master': 'mesos://h:5050',
      'spark.app.name': 'My app',
      'spark.x': 'last',
      'spark.mesos.uris': 'a,b,c',
      'spark.executor.extraJavaOptions': '-Da="b c" -Dd=e',
      'spark.path': 'C:\\dir\ttab é',
      'spark.name with:escapes': 'v',
      'spark.empty': '',
    });
  });

  test('a --conf option is split at the first =, and goes before the file', () => {
    expect(parseConf('spark.x=a=b')).toEqual(['spark.x', 'a=b']);
    expect(() => parseConf('spark.x')).toThrowError('write it as name=value');
    expect(() => parseConf('=x')).toThrowError('write it as name=value');
    const file = parseProperties('spark.cores.max 1\nspark.executor.cores 1');
    const merged = mergeProperties(file, new Map([parseConf('spark.cores.max=4')]));
    expect(settingsOf(merged)).toMatchObject({ coresMax: 4, executorCores: 1 });
  });

  test('any text is a properties file', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '\\', '\n', '\r', '=', ':', ' ', '#', 'u0', '1') }),
        (text) => {
          expect(parseProperties(text)).toBeInstanceOf(Map);
        },
      ),
    );
  });

  test('what is written with escapes is read as it was', () => {
    const escaped = (text: string) =>
      [...text].map((character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
    const word = fc.string({ unit: 'grapheme-ascii', minLength: 1 });
    fc.assert(
      fc.property(word, word, (name, value) => {
        const [entry] = parseProperties(`${escaped(name)}=${escaped(value)}`);
        expect(entry).toEqual([name, value.replace(/^[ \t\f\v]+|[ \t\f\v]+$/g, '')]);
      }),
    );
  });
});

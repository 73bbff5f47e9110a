import { describe, expect, test } from 'vitest';
import {
  archiveFolderPrefix,
  argvCommand,
  ConfigError,
  executorUris,
  fetcherUris,
  parseUris,
} from '../src/index.ts';
import { settingsOf } from './support/settings.ts';

describe('uris', () => {
  test('U80: a list is split at commas, trimmed, kept in order, with the cache flag', () => {
    expect(fetcherUris({ uris: parseUris(' a.jar, http://h/b.tgz ,,'), cache: true })).toEqual([
      { value: 'a.jar', cache: true },
      { value: 'http://h/b.tgz', cache: true },
    ]);
  });

  test('U83: behind a # stands what to do with a file; any other fragment is part of the URI', () => {
    const uris = parseUris(
      'http://h/a.tgz?sig=x#extract=false&output=data.bin,s#executable=true&cache=false,u#top',
    );
    expect(fetcherUris({ uris, cache: true })).toEqual([
      { value: 'http://h/a.tgz?sig=x', cache: true, extract: false, outputFile: 'data.bin' },
      { value: 's', cache: false, executable: true },
      { value: 'u#top', cache: true },
    ]);
    expect(parseUris('#output=x')).toEqual([{ uri: '#output=x' }]);
    expect(parseUris('a#constructor=x')).toEqual([{ uri: 'a#constructor=x' }]);
    expect(() => parseUris('a#extract=maybe')).toThrowError('extract is either true or false');
    expect(() => parseUris('a#output=../x')).toThrowError('a name inside the sandbox');
  });

  test('U80, U84: the files of an executor come with the cache flag of the settings, in every mode', () => {
    const properties = {
      'spark.executor.uri': 's.tgz',
      'spark.mesos.uris': 'a',
      'spark.mesos.fetcherCache.enable': 'true',
    };
    expect(executorUris(settingsOf(properties))).toEqual([
      { value: 's.tgz', cache: true },
      { value: 'a', cache: true },
    ]);
  });

  test('U82: the package with Spark comes first', () => {
    expect(
      fetcherUris({ executorUri: 's.tgz', uris: [{ uri: 'a' }], cache: false }).map(({ value }) => value),
    ).toEqual(['s.tgz', 'a']);
  });

  test.each([
    ['hdfs:///test-app-1.0.0.tgz', 'test-app-1'],
    ['http://h/x.tgz?sig=a/b.c', 'x'],
    ['/opt/.hidden.tgz', '.hidden'],
    ['spark', 'spark'],
  ])('U82, U83: the folder of %s begins with %s', (uri, prefix) => {
    expect(archiveFolderPrefix(uri)).toBe(prefix);
  });
});

describe('commands', () => {
  test('C18: arguments reach the program as they are, through no shell', () => {
    const command = argvCommand({
      program: '/bin/sh',
      programName: 'sh',
      arguments: ['-c', 'exec "$@"', '$(reboot)', 'a b', "it's", ''],
      environment: new Map([['GREETING', 'hello "you"']]),
      uris: [{ value: 'u' }],
      user: 'nobody',
    });
    expect(command).toEqual({
      shell: false,
      value: '/bin/sh',
      arguments: ['sh', '-c', 'exec "$@"', '$(reboot)', 'a b', "it's", ''],
      environment: { variables: [{ name: 'GREETING', value: 'hello "you"' }] },
      uris: [{ value: 'u' }],
      user: 'nobody',
    });
  });

  test('C18: refuses what no program can be given', () => {
    expect(() => argvCommand({ program: 'a', arguments: ['b\0'] })).toThrowError(ConfigError);
    const named = (name: string) => () =>
      argvCommand({ program: 'a', arguments: [], environment: new Map([[name, 'x']]) });
    expect(named('A=B')).toThrowError(ConfigError);
    expect(named('')).toThrowError(ConfigError);
  });
});

import { describe, expect, test } from 'vitest';
import { readCommandLine } from '../src/command-line.ts';
import { chooseMaster, masterUrlOf } from '../src/master-url.ts';

describe('the master', () => {
  const defaults = new Map([['spark.master', 'mesos://of-the-file']]);
  const environment = { MASTER: 'mesos://of-the-environment' };

  test.each([
    [['--master', 'mesos://a', '--conf', 'spark.master=mesos://b'], 'mesos://a'],
    [['--conf', 'spark.master=mesos://b'], 'mesos://b'],
    [[], 'mesos://of-the-file'],
  ])('of %j is %s', (words, expected) => {
    expect(masterUrlOf(readCommandLine('submit', words), defaults, environment)).toBe(expected);
  });

  test('comes from the environment last', () => {
    expect(masterUrlOf(readCommandLine('submit', []), new Map(), environment)).toBe(
      'mesos://of-the-environment',
    );
  });

  test('U1: is an embedded one or a real one', () => {
    expect(chooseMaster('mesos://local[3]')).toMatchObject({ kind: 'local', local: { agents: 3 } });
    expect(chooseMaster('mesos://localhost:5050')).toMatchObject({ kind: 'remote' });
    expect(chooseMaster('mesos://zk://a:2181/mesos')).toMatchObject({ kind: 'remote' });
  });

  test.each([
    undefined,
    'yarn',
    'spark://a:7077',
    'zk://a:2181/mesos',
    'mesos',
    'mesosx',
    'mesos://',
    'mesos:a',
  ])('U2, U5: %s is refused with examples', (url) => {
    expect(() => chooseMaster(url)).toThrow(/mesos:\/\/host:5050.*mesos:\/\/local\[2\]/);
  });

  test('U5: zk:// is told how it is written, without the password in it', () => {
    expect(() => chooseMaster('zk://ada:pass@a/mesos')).toThrow(/^(?!.*pass).*mesos:\/\/zk:\/\/host1:2181/);
  });
});

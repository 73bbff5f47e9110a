import { describe, expect, test } from 'vitest';
import { ConfigError, isMesosMaster, mesosMasterAddress } from '../src/index.ts';

describe('the URL of a master', () => {
  test.each([
    ['mesos://host:5050', 'host:5050'],
    ['mesos://h1:5050,h2:5050', 'h1:5050,h2:5050'],
    ['mesos://[::1]:5050', '[::1]:5050'],
    ['mesos://zk://h1:2181,h2:2181/mesos', 'zk://h1:2181,h2:2181/mesos'],
    ['mesos://zk://user:secret@h1:2181/a/b', 'zk://user:secret@h1:2181/a/b'],
  ])('U1: behind mesos:// of %s stands %s', (url, address) => {
    expect(mesosMasterAddress(url)).toBe(address);
    expect(isMesosMaster(url)).toBe(true);
  });

  test.each([
    ['mesos', 'write mesos://host:5050'],
    ['mesosx', 'write mesos://host:5050'],
    ['mesos://', 'it names no host'],
    ['mesos://host', "'host' of 'host' is not host:port"],
    ['mesos://zk://h:2181', 'a path must follow'],
    ['mesos://zk:///mesos', 'it names no host'],
    ['mesos://h1:5050,,h2:5050', 'is not host:port'],
  ])('U2: %s is refused with what to write instead', (url, why) => {
    expect(() => mesosMasterAddress(url)).toThrowError(ConfigError);
    expect(() => mesosMasterAddress(url)).toThrowError(why);
  });

  test('U5: ZooKeeper alone is no master', () => {
    expect(isMesosMaster('zk://h:2181/mesos')).toBe(false);
    expect(() => mesosMasterAddress('zk://h:2181/mesos')).toThrowError('write mesos://zk://h:2181/mesos');
  });
});

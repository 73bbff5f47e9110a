import { describe, expect, it } from 'vitest';
import {
  createMasterDetector,
  describeZooKeeper,
  parseMaster,
  parseZooKeeperAddress,
} from '../../src/index.ts';

describe('parseZooKeeperAddress', () => {
  it.each([
    ['zk://a:2181/mesos', 'zk://a:2181/mesos'],
    ['zk://a,b:1,10.0.0.1/x/y/', 'zk://a:2181,b:1,10.0.0.1:2181/x/y'],
    ['zk://me:secret@a/mesos', 'zk://a:2181/mesos'],
    ['zk://me:with:colons@and@signs/@a/mesos', 'zk://a:2181/mesos'],
  ])('reads %j', (text, expected) => {
    expect(describeZooKeeper(parseZooKeeperAddress(text))).toBe(expected);
  });

  it('keeps all of a password', () => {
    expect(parseZooKeeperAddress('zk://me:p:q@r/s@a:1,b:2/mesos').credentials).toEqual({
      user: 'me',
      password: 'p:q@r/s',
    });
  });

  it.each([
    'zk://',
    'zk:///mesos',
    'zk://a:2181',
    'zk://a:2181/',
    'zk://a:0/mesos',
    'zk://a:x/mesos',
    'zk://a,,b/mesos',
    'zk://a/x//y',
    'zk://a/../y',
    'zk://secret@a/mesos',
    'zk://:secret@a/mesos',
  ])('refuses %j, says what to write, and shows no password', (text) => {
    const error = expect.objectContaining({
      code: 'MESOS_ADDRESS_INVALID',
      message: expect.stringMatching(/zk:\/\/host1:2181,host2:2181\/path/),
    });
    expect(() => parseZooKeeperAddress(text)).toThrow(error);
    expect(() => parseMaster(`mesos://${text}`)).toThrow(error);
    expect(() => parseZooKeeperAddress(text)).not.toThrow(/secret/);
  });
});

describe('createMasterDetector', () => {
  it.each([
    ['a:1,b', 'a:1,b:5050'],
    ['mesos://a', 'a:5050'],
    ['https://a:1,b:2/', 'a:1,b:2'],
    ['zk://me:secret@a,b/mesos', 'zk://a:2181,b:2181/mesos'],
    ['mesos://zk://a/mesos', 'zk://a:2181/mesos'],
  ])('takes %j', (master, description) => {
    expect(createMasterDetector(master).description).toBe(description);
  });
});

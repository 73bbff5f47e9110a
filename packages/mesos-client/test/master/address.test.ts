import { describe, expect, it } from 'vitest';
import { formatAddress, ListedMasters, parseMasterAddresses } from '../../src/index.ts';

describe('parseMasterAddresses', () => {
  it.each([
    ['10.0.0.1:5051', ['10.0.0.1:5051']],
    ['master', ['master:5050']],
    ['mesos://master:1', ['master:1']],
    [' mesos://a:1, b:2,c ', ['a:1', 'b:2', 'c:5050']],
    ['[::1]:5050', ['[::1]:5050']],
  ])('U1: reads %j', (text, expected) => {
    expect(parseMasterAddresses(text).map(formatAddress)).toEqual(expected);
  });

  it.each([
    '',
    'mesos://',
    'a:0',
    'a:65536',
    'a:b',
    'a:1,,b:2',
    'http://a:1',
    'a b:1',
    'a:1/mesos',
    '::1:5050',
  ])('U2: refuses %j and says what to write', (text) => {
    expect(() => parseMasterAddresses(text)).toThrow(
      expect.objectContaining({
        code: 'MESOS_ADDRESS_INVALID',
        message: expect.stringContaining('host:port'),
      }),
    );
  });

  it.each(['zk://a:2181/mesos', 'mesos://zk://a:2181,b:2181/mesos'])('does not support %s', (text) => {
    expect(() => parseMasterAddresses(text)).toThrow(
      expect.objectContaining({ code: 'MESOS_NOT_SUPPORTED' }),
    );
  });
});

describe('ListedMasters', () => {
  it('goes on to the next one when one has failed, round and round', async () => {
    const detector = new ListedMasters(parseMasterAddresses('a:1,b:2'));
    const first = await detector.detect(undefined);
    const second = await detector.detect(first);
    const third = await detector.detect(second);
    expect([first, second, third].map((address) => address.host)).toEqual(['a', 'b', 'a']);
    expect(detector.description).toBe('a:1,b:2');
    await detector.close();
  });
});

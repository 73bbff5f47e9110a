import { describe, expect, test } from 'vitest';
import { ConfigError, parseLabels } from '../src/index.ts';

describe('labels', () => {
  test('U110: reads keys and values, and a backslash before a colon or a comma', () => {
    expect(parseLabels('a:b\\:c,d:e\\,f').labels).toEqual([
      { key: 'a', value: 'b:c' },
      { key: 'd', value: 'e,f' },
    ]);
    expect(parseLabels('').labels).toEqual([]);
  });

  test.each(['key', 'key:', 'a:b:c', 'a:b,c', ':b'])('U111: refuses %j and names the entry', (text) => {
    expect(() => parseLabels(text)).toThrowError(ConfigError);
    expect(() => parseLabels(text)).toThrowError('Malformed label: ');
  });
});

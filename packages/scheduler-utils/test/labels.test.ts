import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigError, executorContainer, parseLabels } from '../src/index.ts';
import { settingsOf } from './support/settings.ts';

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

  test('U112: executors, drivers and networks have labels of this form', () => {
    const settings = settingsOf({
      'spark.mesos.task.labels': 'a:1',
      'spark.mesos.driver.labels': 'b:2',
      'spark.mesos.network.labels': 'c:3',
      'spark.mesos.network.name': 'net',
    });
    expect(settings.taskLabels).toEqual({ labels: [{ key: 'a', value: '1' }] });
    expect(settings.driverLabels).toEqual({ labels: [{ key: 'b', value: '2' }] });
    expect(executorContainer(settings).networkInfos).toEqual([
      { name: 'net', labels: { labels: [{ key: 'c', value: '3' }] } },
    ]);
  });

  test('U110, U111: any text is read or refused with a coded error', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ':', ',', '\\', ' ') }), (text) => {
        try {
          expect(Array.isArray(parseLabels(text).labels)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(ConfigError);
        }
      }),
    );
  });

  test('U110: what is written with backslashes is read as it was', () => {
    const word = fc.string({ unit: fc.constantFrom('a', ':', ',', 'b'), minLength: 1 });
    const escaped = (text: string) => text.replace(/[:,]/g, '\\$&');
    fc.assert(
      fc.property(fc.array(fc.record({ key: word, value: word }), { minLength: 1 }), (labels) => {
        const text = labels.map(({ key, value }) => `${escaped(key)}:${escaped(value)}`).join(',');
        expect(parseLabels(text)).toEqual({ labels });
      }),
    );
  });
});

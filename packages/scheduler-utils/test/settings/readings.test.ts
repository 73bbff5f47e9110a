import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDispatcherSettings } from '../../src/index.ts';
import { Readings } from '../../src/settings/readings.ts';

const reading = { settings: {}, names: [], crossed: [] };

test('settings that differ in nothing that a setting is about are read once', () => {
  const properties = { 'spark.driver.cores': '2', 'my.own': 'one', 'spark.mesos.typo': '1' };
  const first = parseDispatcherSettings(properties);
  const again = parseDispatcherSettings({
    ...properties,
    'my.own': 'other',
    'spark.mesos.typa': '1',
  });
  expect(first.ok && again.ok && first.settings === again.settings).toBe(true);
  expect(first.warnings).toEqual([expect.stringContaining('typo')]);
  expect(again.warnings).toEqual([expect.stringContaining('typo'), expect.stringContaining('typa')]);
});

test('warnings of settings that were read before are told again', () => {
  const properties = { 'spark.mesos.driver.memoryOverhead': '400', 'spark.yarn.stagingDir': 'x' };
  expect(parseDispatcherSettings(properties)).toEqual(parseDispatcherSettings(properties));
});

test('settings are told apart, whatever stands in their names and values', () => {
  const text = fc.string({
    unit: fc.constantFrom('1', ' ', '$', '\0', 'A', '=', 'spark.mesos.driverEnv.'),
    maxLength: 8,
  });
  const properties = fc
    .dictionary(
      text.map((name) => `spark.mesos.driverEnv.A${name}`),
      text.filter((value) => value !== ''),
      { maxKeys: 3, noNullPrototype: true },
    )
    .map((map) => ({ 'spark.driver.cores': '1', ...map }));
  const environmentOf = (given: Record<string, string>) => {
    const parsed = parseDispatcherSettings(given);
    return parsed.ok ? Object.fromEntries(parsed.settings.driverEnvironment) : undefined;
  };
  fc.assert(
    fc.property(properties, properties, (one, other) => {
      for (const given of [one, other, one]) {
        const { 'spark.driver.cores': _, ...named } = given;
        const members = Object.entries(named).map(([name, value]) => [
          name.slice('spark.mesos.driverEnv.'.length),
          value,
        ]);
        expect(environmentOf(given)).toEqual(Object.fromEntries(members));
      }
    }),
    { numRuns: 300 },
  );
});

test('what is secret is not remembered', () => {
  const properties = { 'spark.mesos.driverEnv.PASSWORD': 'geheim', 'spark.driver.cores': '3' };
  const [first, again] = [parseDispatcherSettings(properties), parseDispatcherSettings(properties)];
  expect(first).toEqual(again);
  expect(first.ok && again.ok && first.settings === again.settings).toBe(false);
});

test('no more than a bounded part of what anybody submits is remembered', () => {
  const readings = new Readings();
  readings.add('x'.repeat(4097), reading);
  expect(readings.get('x'.repeat(4097))).toBeUndefined();
  for (let number = 0; number <= 200; number += 1) readings.add(String(number), reading);
  expect(readings.get('0')).toBeUndefined();
  expect(readings.get('200')).toBe(reading);
});

import { describe, expect, test } from 'vitest';
import { relayPlace } from '../src/executor-relay.ts';

const driver = (properties: Record<string, string> = {}) => ({
  address: { host: 'laptop', port: 40_001 },
  properties: new Map(Object.entries(properties)),
});

describe('executors reach a relay', () => {
  test('where drivers reach the gateway', () => {
    expect(relayPlace({ host: '10.0.0.7' }, driver())).toEqual({ host: '10.0.0.7' });
    const place = relayPlace({ host: '0.0.0.0', advertisedHost: 'gateway' }, driver());
    expect(place).toEqual({ host: '0.0.0.0', advertisedHost: 'gateway' });
  });

  test.each(['127.0.0.1', '::1', 'localhost'])(
    'where they would come to the driver, if the gateway is for drivers of its own machine (%s)',
    (host) => {
      expect(relayPlace({ host }, driver())).toEqual({ host: 'laptop', advertisedHost: 'laptop' });
      const bound = driver({ 'spark.driver.bindAddress': '0.0.0.0' });
      expect(relayPlace({ host }, bound)).toEqual({ host: '0.0.0.0', advertisedHost: 'laptop' });
    },
  );
});

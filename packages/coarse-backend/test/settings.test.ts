import { parseSettings } from '@spark-mesos/scheduler-utils';
import { describe, expect, test } from 'vitest';
import { type CoarseSettings, coarseSettings, DEFAULT_COARSE_SETTINGS } from '../src/index.ts';

function settings(properties: Record<string, string>): CoarseSettings {
  const parsed = parseSettings({ 'spark.driver.host': '127.0.0.1', ...properties });
  if (!parsed.ok) {
    throw new Error('the settings of this test are wrong');
  }
  return coarseSettings(parsed.settings);
}

describe('the settings of the backend', () => {
  test('where nothing is set, are those that it has without any', () => {
    expect(settings({})).toEqual(DEFAULT_COARSE_SETTINGS);
  });

  test('C27: say when agents are left out, and for how long', () => {
    const prefix = 'spark.mesos.coarse.excludeOnFailure';
    expect(
      settings({
        [`${prefix}.maxFailedExecutorsPerAgent`]: '5',
        [`${prefix}.failuresValidityInterval`]: '10min',
        [`${prefix}.timeout`]: '1min',
      }),
    ).toMatchObject({ agentMaxFailures: 5, agentFailureWindowMs: 600_000, agentExclusionMs: 60_000 });
    expect(settings({ [`${prefix}.enabled`]: 'false' }).agentMaxFailures).toBe(Number.POSITIVE_INFINITY);
  });

  test('U133, C32, C57, C81: say how long to wait for what', () => {
    expect(
      settings({
        'spark.mesos.coarse.unreachableTimeout': '2min',
        'spark.mesos.coarse.maintenance.leadTime': '1h',
        'spark.mesos.coarse.shutdownTimeout': '3s',
        'spark.mesos.scheduler.revive.interval': '0',
      }),
    ).toMatchObject({
      unreachableTimeoutMs: 120_000,
      drainLeadMs: 3_600_000,
      shutdownTimeoutMs: 3000,
      reviveIntervalMs: 0,
    });
  });
});

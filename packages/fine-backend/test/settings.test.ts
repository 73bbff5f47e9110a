import { parseSettings } from '@spark-mesos/scheduler-utils';
import { describe, expect, test } from 'vitest';
import { DEFAULT_FINE_SETTINGS, type FineSettings, fineSettings } from '../src/index.ts';

function settingsOf(properties: Record<string, string>): FineSettings {
  const parsed = parseSettings({ 'spark.mesos.coarse': 'false', ...properties });
  if (!parsed.ok) {
    throw new Error(parsed.problems.map(({ message }) => message).join('; '));
  }
  return fineSettings(parsed.settings);
}

describe('the settings of fine mode', () => {
  test('F12: are those of the original where nothing is set', () => {
    expect(settingsOf({})).toEqual({ ...DEFAULT_FINE_SETTINGS, taskLabels: expect.anything() });
  });

  test('F12, F62: an executor may hold a part of a core', () => {
    expect(settingsOf({ 'spark.mesos.mesosExecutor.cores': '0.1', 'spark.task.cpus': '2' })).toMatchObject({
      executorCores: 0.1,
      taskCpus: 2,
    });
  });

  test('F30: a task may need a part of a core, to three decimals, as Spark 4.3 has it', () => {
    expect(settingsOf({ 'spark.task.cpus': '0.25' }).taskCpus).toBe(0.25);
    expect(settingsOf({ 'spark.task.cpus': '0.33333' }).taskCpus).toBe(0.333);
    expect(() => settingsOf({ 'spark.task.cpus': '0.0004' })).toThrow('too small');
  });

  test('F60: an idle timeout of 0 lets no executor go', () => {
    expect(settingsOf({ 'spark.mesos.fine.executorIdleTimeout': '0' }).executorIdleMs).toBe(
      Number.POSITIVE_INFINITY,
    );
    expect(settingsOf({ 'spark.mesos.fine.executorIdleTimeout': '30s' }).executorIdleMs).toBe(30_000);
  });

  test('F30: the lease is that of the carrier unless one is set, and exact mode asks more often', () => {
    expect(settingsOf({ 'spark.mesos.fine.carrier': 'executor' })).toMatchObject({
      carrier: 'executor',
      leaseMs: 250,
    });
    expect(settingsOf({ 'spark.mesos.fine.lease': '1s', 'spark.mesos.fine.hold': '20ms' })).toMatchObject({
      carrier: 'command',
      leaseMs: 1000,
      holdMs: 20,
    });
    expect(settingsOf({ 'spark.mesos.fine.exact': 'true' })).toMatchObject({
      exact: true,
      reviveSpacingMs: 4,
    });
  });

  test('F63, F66: limits, constraints, labels and what an executor is made of come from the same settings', () => {
    const settings = settingsOf({
      'spark.cores.max': '8',
      'spark.mesos.gpus.max': '2',
      'spark.mesos.constraints': 'rack:r1',
      'spark.mesos.task.labels': 'team:a',
      'spark.executor.memory': '2g',
      'spark.blockManager.port': '7000',
      'spark.mesos.coarse.excludeOnFailure.enabled': 'false',
    });
    expect(settings).toMatchObject({
      coresMax: 8,
      gpusMax: 2,
      executorMemoryMiB: 2048,
      ports: [7000],
      agentMaxFailures: Number.POSITIVE_INFINITY,
      taskLabels: { labels: [{ key: 'team', value: 'a' }] },
    });
    expect(settings.constraints).toHaveLength(1);
  });
});

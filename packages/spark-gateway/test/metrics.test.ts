import { describe, expect, test } from 'vitest';
import { metricsText } from '../src/metrics.ts';

const PI = {
  id: 'f-1',
  name: 'pi "quoted"\n',
  user: 'me',
  phase: 'running',
  registeredAt: '2026-01-01T00:00:00.000Z',
  sentence: 'has what it wants',
  executors: 2,
  cores: 0.1,
};

describe('the figures of a gateway', () => {
  test('are of its applications together', () => {
    const waiting = { ...PI, executors: 1, cores: 0.2, waitingSince: '2026-01-01T00:00:00.000Z' };
    const applications = [PI, waiting, { ...PI, phase: 'asking', executors: 0, cores: 0 }];
    const text = metricsText(applications, Date.parse('2026-01-01T00:01:30.500Z'));
    expect(text.split('\n').filter((line) => !line.startsWith('#'))).toEqual([
      'spark_mesos_gateway_applications{phase="running"} 2',
      'spark_mesos_gateway_applications{phase="asking"} 1',
      'spark_mesos_gateway_waiting_applications 1',
      'spark_mesos_gateway_longest_wait_seconds 90.5',
      'spark_mesos_gateway_executors 3',
      'spark_mesos_gateway_cores 0.3',
      '',
    ]);
    expect(text).toContain('# TYPE spark_mesos_gateway_cores gauge\n');
    expect(text).not.toContain('quoted');
  });

  test('are there without applications', () => {
    expect(metricsText([], 0)).toContain('spark_mesos_gateway_longest_wait_seconds 0\n');
  });
});

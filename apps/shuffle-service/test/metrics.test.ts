import { describe, expect, test } from 'vitest';
import { metricsOf, type ServiceCounters } from '../src/metrics.ts';

const FIGURES = {
  blockBytesTotal: 5,
  registeredExecutors: 2,
  chunksTotal: 1,
  connections: 3,
  exceptionsTotal: 0,
  openBlockRequestsTotal: 4,
  openBlockRequestMillisecondsTotal: 2,
  registerExecutorRequestsTotal: 0,
  registerExecutorRequestMillisecondsTotal: 0,
};

describe('metrics', () => {
  test('name counters and gauges for what they are, with what they are at that moment', async () => {
    // Those that are not named here do not matter to it.
    let counters = FIGURES as unknown as ServiceCounters;
    const metrics = metricsOf(() => counters);
    counters = { ...counters, blockBytesTotal: 7 };
    const text = await metrics.metrics();
    expect(text).toContain('# TYPE spark_mesos_shuffle_block_bytes_total counter');
    expect(text).toMatch(/^spark_mesos_shuffle_block_bytes_total 7$/m);
    expect(text).toContain('# TYPE spark_mesos_shuffle_registered_executors gauge');
    expect(text).toMatch(/^spark_mesos_shuffle_registered_executors 2$/m);
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  });

  test('are there by the names of Spark, too', async () => {
    const full = FIGURES as unknown as ServiceCounters;
    const text = await metricsOf(() => full).metrics();
    expect(text).toMatch(/^metrics_shuffleService_blockTransferRateBytes_Count 5$/m);
    expect(text).toMatch(/^metrics_shuffleService_registeredExecutorsSize_Value 2$/m);
    expect(text).toMatch(/^metrics_shuffleService_openBlockRequestLatencyMillis_Count 4$/m);
    expect(text).toMatch(/^metrics_shuffleService_registerExecutorRequestLatencyMillis_Count 0$/m);
    expect(text).toMatch(/^metrics_shuffleService_blockTransferMessageRate_Count 4$/m);
    expect(text).toMatch(/^metrics_shuffleService_openBlockRequestLatencyMillis_Mean 0.5$/m);
    expect(text).toMatch(/^metrics_shuffleService_registerExecutorRequestLatencyMillis_Mean 0$/m);
  });
});

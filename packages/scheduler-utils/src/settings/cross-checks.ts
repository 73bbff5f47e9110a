import type { SettingProblem, SparkSettings } from './parse.ts';

/** What no single setting shows: those that contradict each other, or that ask for what there is not. */
export function crossCheck(settings: SparkSettings): SettingProblem[] {
  const problems: SettingProblem[] = [];
  const { coresMax, executorCores, executorGpus, gpusMax } = settings;
  if (coresMax !== undefined && executorCores !== undefined && coresMax < executorCores) {
    problems.push({
      setting: 'spark.cores.max',
      code: 'CONFIG_CONFLICT',
      message:
        `spark.cores.max=${coresMax} is less than spark.executor.cores=${executorCores}: ` +
        'no executor could be started; raise the first or lower the second',
    });
  }
  if (executorGpus !== undefined && executorGpus > gpusMax) {
    problems.push({
      setting: 'spark.mesos.executor.gpus',
      code: 'CONFIG_CONFLICT',
      message:
        `spark.mesos.executor.gpus=${executorGpus} is more than spark.mesos.gpus.max=${gpusMax}: ` +
        'no executor could be started; raise the second',
    });
  }
  if (settings.offHeapEnabled && settings.offHeapSizeMiB === 0) {
    problems.push({
      setting: 'spark.memory.offHeap.size',
      code: 'CONFIG_CONFLICT',
      message: 'spark.memory.offHeap.enabled needs spark.memory.offHeap.size: set it, to 1g for example',
    });
  }
  if (settings.ioEncryptionEnabled) {
    problems.push({
      setting: 'spark.io.encryption.enabled',
      code: 'NOT_SUPPORTED',
      message: 'spark.io.encryption.enabled: I/O encryption is currently not supported in Mesos.',
    });
  }
  return problems;
}

import type { DeclineSeconds } from '../decline-durations.ts';
import { declineSeconds } from '../decline-durations.ts';
import type { ExecutorMemoryRules } from '../executor-memory.ts';
import type { SparkSettings } from './parse.ts';

/** What the settings say of an executor's memory beside its heap. */
export function memoryRules(settings: SparkSettings): ExecutorMemoryRules {
  return {
    overheadFactor: settings.executorMemoryOverheadFactor,
    minimumOverheadMiB: settings.executorMinimumMemoryOverheadMiB,
    ...defined('mesosOverheadMiB', settings.mesosExecutorMemoryOverheadMiB),
    ...defined('overheadMiB', settings.executorMemoryOverheadMiB),
    ...defined('offHeapMiB', settings.offHeapEnabled ? settings.offHeapSizeMiB : undefined),
    ...defined('pysparkMiB', settings.executorPysparkMemoryMiB),
  };
}

/** What the settings say of how long offers are declined. */
export function declineRules(settings: SparkSettings): DeclineSeconds {
  return declineSeconds({
    rejectOfferSeconds: settings.rejectOfferSeconds,
    unmetConstraintsSeconds: settings.rejectOfferForUnmetConstraintsSeconds,
    reachedMaxCoresSeconds: settings.rejectOfferForReachedMaxCoresSeconds,
  });
}

/** Ports that each executor needs to find in its offer (rule U40). */
export function managedPorts(settings: SparkSettings): readonly number[] {
  return settings.blockManagerPort === 0 ? [] : [settings.blockManagerPort];
}

function defined<Key extends string>(key: Key, value: number | undefined): { [K in Key]?: number } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]: number });
}

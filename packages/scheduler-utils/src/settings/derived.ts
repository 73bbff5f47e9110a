import type { DeclineSeconds } from '../decline-durations.ts';
import { declineSeconds } from '../decline-durations.ts';
import type { ExecutorMemoryRules } from '../executor-memory.ts';
import { driverTaskMemoryMiB } from '../executor-memory.ts';
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

/** The memory that a driver's task must hold in cluster mode (rule U72). */
export function driverMemoryMiB(settings: SparkSettings): number {
  return driverTaskMemoryMiB({
    heapMiB: settings.driverMemoryMiB,
    mesosOverheadMiB: settings.mesosDriverMemoryOverheadMiB,
    overheadMiB: settings.driverMemoryOverheadMiB,
    overheadFactor: settings.driverMemoryOverheadFactor,
  });
}

/** How long a silent driver counts as alive with the shuffle services. */
export function driverHeartbeatTimeoutMs(settings: SparkSettings): number {
  return settings.blockManagerHeartbeatTimeoutMs ?? settings.networkTimeoutMs;
}

function defined<Key extends string>(key: Key, value: number | undefined): { [K in Key]?: number } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]: number });
}

import {
  type DispatcherSettings,
  driverMemoryMiB,
  type ParsedSettings,
  parseDispatcherSettings,
  type SparkSettings,
} from '@spark-mesos/scheduler-utils';
import type { DriverResources } from '../model/submission.ts';
import type { SubmissionRequest } from '../model/submission-request.ts';
import type { DispatcherRules } from '../settings.ts';

/**
 * The Spark properties that hold for a submission: the dispatcher's defaults, its role, and what the submission says.
 * The original merged them on the driver's command line alone, so that they were nothing to the launch (rule D79).
 */
export function effectiveProperties(
  { properties }: SubmissionRequest,
  { driverDefaults, role }: DispatcherRules,
): Record<string, string> {
  const namesRole = properties['spark.mesos.role'] || properties['spark.mesos.roles'];
  return {
    ...driverDefaults,
    ...(role === undefined || namesRole ? {} : { 'spark.mesos.role': role }),
    ...properties,
  };
}

/** Reads the settings of a submission; where a setting is unset, a variable that it sets for its driver counts. */
export function readSettings(
  request: SubmissionRequest,
  properties: Readonly<Record<string, string>>,
): ParsedSettings<DispatcherSettings> {
  return parseDispatcherSettings(properties, { environment: request.environment });
}

/** What a driver takes of an agent. With the dispatcher's switch, memory is what the original made of it (rule D24). */
export function driverResources(
  settings: SparkSettings,
  { originalMemory }: DispatcherRules,
): DriverResources {
  const shared = { cpus: settings.driverCores, diskMiB: settings.driverDiskMiB };
  const heapMiB = settings.driverMemoryMiB;
  if (!originalMemory) {
    return { ...shared, heapMiB, memMiB: driverMemoryMiB(settings) };
  }
  const toldMiB =
    heapMiB +
    (settings.driverMemoryOverheadMiB ?? originalOverheadMiB(settings.driverMemoryOverheadFactor, heapMiB));
  const memMiB =
    toldMiB + (settings.mesosDriverMemoryOverheadMiB ?? originalOverheadMiB(ORIGINAL_FACTOR, toldMiB));
  return { ...shared, heapMiB: toldMiB, memMiB };
}

const ORIGINAL_FACTOR = 0.1;
const LEAST_OVERHEAD_MIB = 384;

function originalOverheadMiB(factor: number, memoryMiB: number): number {
  return Math.max(Math.trunc(factor * memoryMiB), LEAST_OVERHEAD_MIB);
}

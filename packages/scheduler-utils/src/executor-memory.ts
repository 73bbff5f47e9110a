/** What the settings say of an executor's memory beside its heap. All in MiB; what is unset is left out. */
export interface ExecutorMemoryRules {
  /** `spark.mesos.executor.memoryOverhead`. */
  readonly mesosOverheadMiB?: number;
  /** `spark.executor.memoryOverhead`. */
  readonly overheadMiB?: number;
  /** `spark.executor.memoryOverheadFactor`. */
  readonly overheadFactor: number;
  /** `spark.executor.minMemoryOverhead`. */
  readonly minimumOverheadMiB: number;
  /** `spark.memory.offHeap.size`, if `spark.memory.offHeap.enabled`. */
  readonly offHeapMiB?: number;
  /** `spark.executor.pyspark.memory`. */
  readonly pysparkMiB?: number;
}

/** What one executor's own request (a resource profile) says; it goes before the settings. */
export interface ExecutorMemoryRequest {
  readonly memoryMiB: number;
  readonly memoryOverheadMiB?: number | undefined;
  readonly offHeapMiB?: number | undefined;
  readonly pysparkMemoryMiB?: number | undefined;
}

/** The parts of an executor's memory, and their sum: what its Mesos task must hold. All in MiB. */
export interface ExecutorMemory {
  readonly heapMiB: number;
  readonly overheadMiB: number;
  readonly offHeapMiB: number;
  readonly pysparkMiB: number;
  readonly totalMiB: number;
}

/** The rules where nothing is set: a tenth of the heap, 384 MiB at least (rule U70). */
export const DEFAULT_MEMORY_RULES: ExecutorMemoryRules = { overheadFactor: 0.1, minimumOverheadMiB: 384 };

/**
 * The memory that an executor's task must hold (rules U70, U71).
 *
 * Overhead: the Mesos setting if there is one, else the profile's or the common setting, else the factor with its
 * floor. Off-heap memory and that of Python workers come on top, which the original left out.
 */
export function executorMemory(
  request: ExecutorMemoryRequest,
  rules: ExecutorMemoryRules = DEFAULT_MEMORY_RULES,
): ExecutorMemory {
  const heapMiB = request.memoryMiB;
  const overheadMiB =
    rules.mesosOverheadMiB ??
    request.memoryOverheadMiB ??
    rules.overheadMiB ??
    computedOverhead(heapMiB, rules);
  const offHeapMiB = request.offHeapMiB ?? rules.offHeapMiB ?? 0;
  const pysparkMiB = request.pysparkMemoryMiB ?? rules.pysparkMiB ?? 0;
  return {
    heapMiB,
    overheadMiB,
    offHeapMiB,
    pysparkMiB,
    totalMiB: heapMiB + overheadMiB + offHeapMiB + pysparkMiB,
  };
}

function computedOverhead(heapMiB: number, rules: ExecutorMemoryRules): number {
  return Math.max(Math.trunc(rules.overheadFactor * heapMiB), rules.minimumOverheadMiB);
}

/** What the settings say of a driver's memory in cluster mode, in MiB. */
export interface DriverMemoryRules {
  readonly heapMiB: number;
  /** `spark.mesos.driver.memoryOverhead`. */
  readonly mesosOverheadMiB?: number | undefined;
  /** `spark.driver.memoryOverhead`. */
  readonly overheadMiB?: number | undefined;
  /** `spark.driver.memoryOverheadFactor`. */
  readonly overheadFactor: number;
}

/**
 * The memory that a driver's task must hold (rule U72): its heap and one overhead, by the same precedence as for
 * executors. The original's REST server and scheduler each added one.
 */
export function driverTaskMemoryMiB(rules: DriverMemoryRules): number {
  const overhead =
    rules.mesosOverheadMiB ??
    rules.overheadMiB ??
    Math.max(Math.trunc(rules.overheadFactor * rules.heapMiB), LEAST_DRIVER_OVERHEAD_MIB);
  return rules.heapMiB + overhead;
}

const LEAST_DRIVER_OVERHEAD_MIB = 384;

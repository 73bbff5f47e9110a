import type { JavaObject } from '@spark-mesos/java-serialization';
import { mapOf } from '../scala/maps.ts';
import { numberField, objectOf, placeOf, requiredField, textOf } from '../scala/values.ts';

/**
 * What an executor and a task of one kind need.
 *
 *     ResourceProfile         => _id:int executorResources:Map(String, ExecutorResourceRequest) taskResources:Map(String, TaskResourceRequest)
 *     ExecutorResourceRequest => resourceName:String amount:long discoveryScript:String vendor:String
 *     TaskResourceRequest     => resourceName:String amount:double
 *
 * Source: Spark's `org.apache.spark.resource.ResourceProfile`. What is not said is undefined: the
 * default profile has no cores when `spark.executor.cores` is not set, and a profile for tasks only
 * (`TaskResourceProfile`) says nothing of executors.
 */
export interface ResourceProfile {
  /** 0 is the application's default profile. */
  readonly id: number;
  /** The JVM's heap. */
  readonly memoryMiB?: number;
  readonly cores?: number;
  readonly offHeapMiB?: number;
  readonly memoryOverheadMiB?: number;
  readonly pysparkMemoryMiB?: number;
  /** GPUs and the like, by name, per executor. */
  readonly otherResources: ReadonlyMap<string, number>;
  /** Those of them that executors discover by a script of the application. */
  readonly discovered?: readonly string[];
  readonly taskCpus?: number;
}

/** The id of the profile that every application has. */
export const DEFAULT_PROFILE_ID = 0;

const EXECUTOR_RESOURCES = new Map<
  string,
  'memoryMiB' | 'cores' | 'offHeapMiB' | 'memoryOverheadMiB' | 'pysparkMemoryMiB'
>([
  ['memory', 'memoryMiB'],
  ['cores', 'cores'],
  ['offHeap', 'offHeapMiB'],
  ['memoryOverhead', 'memoryOverheadMiB'],
  ['pyspark.memory', 'pysparkMemoryMiB'],
]);

/** Reads a profile. */
export function decodeResourceProfile(profile: JavaObject): ResourceProfile {
  const known: Partial<
    Record<'memoryMiB' | 'cores' | 'offHeapMiB' | 'memoryOverheadMiB' | 'pysparkMemoryMiB', number>
  > = {};
  const otherResources = new Map<string, number>();
  const discovered: string[] = [];
  for (const [name, request] of requests(profile, 'executorResources')) {
    const property = EXECUTOR_RESOURCES.get(name);
    const amount = numberField(request, 'amount');
    if (property === undefined) {
      otherResources.set(name, amount);
      if (request.fields.get('discoveryScript')) discovered.push(name);
    } else known[property] = amount;
  }
  const taskCpus = requests(profile, 'taskResources').get('cpus');
  return {
    id: numberField(profile, '_id'),
    ...known,
    otherResources,
    ...(discovered.length === 0 ? {} : { discovered }),
    ...(taskCpus === undefined ? {} : { taskCpus: numberField(taskCpus, 'amount') }),
  };
}

function requests(profile: JavaObject, field: string): ReadonlyMap<string, JavaObject> {
  const place = placeOf(profile, field);
  const entries = mapOf(requiredField(profile, field), place);
  return new Map(entries.map(([name, request]) => [textOf(name, place), objectOf(request, place)]));
}

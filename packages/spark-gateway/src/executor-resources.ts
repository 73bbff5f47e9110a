import type { ResourceProfile } from '@spark-mesos/spark-rpc';

/** The only resource beside cpus, memory and disk that Mesos counts for Spark. */
export const GPU = 'gpu';

/** Part of Spark that the resources are for (`spark.executor.resource.gpu.amount`). */
const COMPONENT = 'spark.executor';

/**
 * The file that an executor finds its GPUs in (`--resourcesFile`), as a standalone worker writes it
 * (org.apache.spark.resource.ResourceAllocation): Mesos counts GPUs, and its isolator lets a task see its own alone,
 * numbered from 0. Empty where the application asked Spark for none, or names a script that discovers them: the
 * script knows better.
 */
export function executorResources(profile: ResourceProfile | undefined, gpus: number): string {
  const wanted = profile?.otherResources.get(GPU) ?? 0;
  if (wanted === 0 || profile?.discovered?.includes(GPU) === true) return '';
  const addresses = Array.from({ length: gpus }, (_, index) => String(index));
  return JSON.stringify([{ id: { componentName: COMPONENT, resourceName: GPU }, addresses }]);
}

/** Why no executor of a profile can ever be had; undefined where nothing stands against it. */
export function unmeetable(profile: ResourceProfile, gpusMax: number): string | undefined {
  const others = [...profile.otherResources.keys()].filter((name) => name !== GPU);
  if (others.length > 0) {
    return `executors cannot have ${others.join(' and ')}: of such resources there is only ${GPU}`;
  }
  const gpus = profile.otherResources.get(GPU) ?? 0;
  if (gpus <= gpusMax) return undefined;
  const asked = `each executor is to have ${gpus} ${gpus === 1 ? 'GPU' : 'GPUs'}${
    profile.id === 0 ? ' (spark.executor.resource.gpu.amount)' : ` (resource profile ${profile.id})`
  }`;
  return `${asked}, and spark.mesos.gpus.max allows ${gpusMax} to all together: raise it`;
}

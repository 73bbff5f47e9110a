import { join } from 'node:path';
import type { mesos } from '@spark-mesos/mesos-proto';
import { ResourceShape } from '../resources/resource-shape.ts';

/** A persistent volume in the sandbox of whoever uses it. */
export interface VolumeLink {
  /** Where its data are, for as long as it exists. */
  readonly source: string;
  /** Where they are found, within the sandbox. */
  readonly containerPath: string;
}

/** Where an agent keeps the data of a volume, as real agents do: by role and id. */
function volumeDirectory(workDir: string, resource: mesos.v1.IResource): string | undefined {
  const id = resource.disk?.persistence?.id;
  if (id === undefined) return undefined;
  const role = ResourceShape.of(resource).reservedRole.replaceAll('/', ' ');
  return join(workDir, 'volumes', 'roles', role, id);
}

/** The volumes among these resources. */
export function volumeLinks(workDir: string, resources: readonly mesos.v1.IResource[]): VolumeLink[] {
  return resources.flatMap((resource) => {
    const source = volumeDirectory(workDir, resource);
    const containerPath = resource.disk?.volume?.containerPath;
    return source === undefined || !containerPath ? [] : [{ source, containerPath }];
  });
}

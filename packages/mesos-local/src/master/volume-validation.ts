import { mesos } from '@spark-mesos/mesos-proto';
import { hasField } from '../message-fields.ts';
import { ResourceSet, resourceText } from '../resources/resource-set.ts';
import { ResourceShape } from '../resources/resource-shape.ts';
import { idProblem } from './framework-validation.ts';

const { RO } = mesos.v1.Volume.Mode;

/** What is wrong with the disk of one resource, in the words of a real master. */
export function diskProblem(resource: mesos.v1.IResource): string | undefined {
  const { disk } = resource;
  if (!disk) return undefined;
  const { persistence, volume, source } = disk;
  if (!persistence) {
    if (volume) return 'Non-persistent volume not supported';
    return source ? undefined : 'DiskInfo is set but empty';
  }
  if (resource.revocable) return 'Persistent volumes cannot be created from revocable resources';
  if (!ResourceShape.of(resource).isReserved) {
    return 'Persistent volumes cannot be created from unreserved resources';
  }
  if (!volume) return "Expecting 'volume' to be set for persistent volume";
  if (hasField(volume, 'hostPath')) return "Expecting 'host_path' to be unset for persistent volume";
  const problem = idProblem(persistence.id);
  return problem && `Invalid persistence ID for persistent volume: ${problem}`;
}

/** Why these volumes cannot be made of what an agent has. */
export function createProblem(
  volumes: readonly mesos.v1.IResource[],
  agent: ResourceSet,
  principal: string | undefined,
): string | undefined {
  const problem = notVolumesProblem(volumes) ?? uniqueProblem(volumes, agent);
  if (problem !== undefined) return problem;
  for (const volume of volumes) {
    if (volume.shared) return 'NOT_SUPPORTED: this embedded Mesos makes no shared volumes';
    const named = volume.disk?.persistence?.principal;
    if (principal === undefined || named === principal) continue;
    return named
      ? `Create volume operation attempted by authenticated principal '${principal}', which does not match a volume in the operation with principal '${named}' set in 'disk.persistence'`
      : `Create volume operation attempted by principal '${principal}', but there is a volume in the operation with no principal set in 'disk.persistence'`;
  }
  return undefined;
}

/** Why these volumes of an agent cannot be done away with. */
export function destroyProblem(
  volumes: readonly mesos.v1.IResource[],
  agent: ResourceSet,
): string | undefined {
  const problem = notVolumesProblem(volumes);
  if (problem !== undefined) return problem;
  const isThere = volumes.every((volume) => agent.contains(ResourceSet.of([volume]).unallocated()));
  return isThere ? undefined : 'Persistent volumes not found';
}

function notVolumesProblem(volumes: readonly mesos.v1.IResource[]): string | undefined {
  for (const volume of volumes) {
    const problem = notVolumeProblem(volume);
    if (problem !== undefined) return `Not a persistent volume: ${problem}`;
  }
  return undefined;
}

/** Why a resource is no persistent volume. */
export function notVolumeProblem(resource: mesos.v1.IResource): string | undefined {
  const { disk } = resource;
  if (!disk) return `Resource ${resourceText(resource)} does not have DiskInfo`;
  if (!disk.persistence) return "'persistence' is not set in DiskInfo";
  if (!disk.volume) return "Expecting 'volume' to be set for persistent volume";
  return disk.volume.mode === RO ? 'Read-only persistent volume not supported' : undefined;
}

/** Ids of volumes are their role's own. */
function uniqueProblem(volumes: readonly mesos.v1.IResource[], agent: ResourceSet): string | undefined {
  const known = new Set<string>();
  for (const resource of [...agent.toMessages(), ...volumes]) {
    const id = resource.disk?.persistence?.id;
    if (id === undefined) continue;
    const key = `${ResourceShape.of(resource).reservedRole}\u0000${id}`;
    if (known.has(key)) return `Persistence ID '${id}' is not unique`;
    known.add(key);
  }
  return undefined;
}

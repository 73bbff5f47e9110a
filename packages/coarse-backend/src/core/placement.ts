import type { mesos } from '@spark-mesos/mesos-proto';
import type { Refusal } from '@spark-mesos/scheduler-utils';
import {
  checkPorts,
  fromThousandths,
  partitionPorts,
  partitionResources,
  shortage,
  toThousandths,
  wholeUnits,
} from '@spark-mesos/scheduler-utils';
import type { CoarseSettings } from '../settings.ts';
import type { Candidate } from './candidate.ts';
import type { Demand, Profile } from './demand.ts';

/** What one executor takes of a candidate. */
export interface Share {
  readonly ok: true;
  readonly profile: Profile;
  readonly cores: number;
  readonly gpus: number;
}

/**
 * Holds one executor of a profile against what is left of an offer (rules C22, C24). A refusal names what is short.
 */
export function shareOf(
  candidate: Candidate,
  profile: Profile,
  demand: Demand,
  settings: CoarseSettings,
): Share | Refusal {
  const offeredCores = wholeUnits(candidate.cpusThousandths);
  const cores = profile.cores ?? Math.min(offeredCores, demand.coresLeft);
  const neededCores = profile.cores ?? 1;
  if (offeredCores < neededCores) {
    return shortage('cpus', neededCores, fromThousandths(candidate.cpusThousandths));
  }
  if (candidate.memThousandths < profile.memThousandths) {
    return shortage('mem', profile.memory.totalMiB, fromThousandths(candidate.memThousandths));
  }
  const offeredGpus = wholeUnits(candidate.gpusThousandths);
  const gpus = settings.executorGpus ?? Math.min(demand.gpusLeft, offeredGpus);
  if (offeredGpus < gpus) {
    return shortage('gpus', gpus, offeredGpus);
  }
  const ports = checkPorts(candidate.remaining, settings.ports);
  return ports.ok ? { ok: true, profile, cores, gpus } : ports;
}

/**
 * Takes an executor's share out of a candidate, in the order of rule C23: cpus, mem, ports, gpus. What is taken
 * carries role and reservation as offered.
 */
export function takeShare(
  candidate: Candidate,
  share: Share,
  settings: CoarseSettings,
): mesos.v1.IResource[] {
  const { profile, cores, gpus } = share;
  const cpus = partitionResources(candidate.remaining, 'cpus', cores);
  const mem = partitionResources(cpus.remaining, 'mem', profile.memory.totalMiB);
  const ports = partitionPorts(mem.remaining, settings.ports);
  const afterPorts = ports.ok ? ports : { used: [], remaining: mem.remaining };
  const taken = partitionResources(afterPorts.remaining, 'gpus', gpus);
  candidate.remaining = taken.remaining;
  candidate.cpusThousandths -= toThousandths(cores);
  candidate.memThousandths -= profile.memThousandths;
  candidate.gpusThousandths -= toThousandths(gpus);
  return [...cpus.used, ...mem.used, ...afterPorts.used, ...taken.used];
}

import type { MesosErrorCode } from '@spark-mesos/mesos-client';
import { type ExecutorMemory, formatMemoryMiB } from '@spark-mesos/scheduler-utils';
import { counted } from '../progress-words.ts';
import type {
  AgentFacts,
  Amounts,
  MasterFacts,
  RoleFacts,
  ServiceFacts,
  TrialFacts,
} from './cluster-probes.ts';
import { type Judgement, ok, problem, skipped, warning } from './finding.ts';
import type { Probed } from './within.ts';

/** How many of something are named one by one. */
const SHOWN = 5;

/** Errors of the Mesos client whose message ends with what to do. */
const SAYS_WHAT_TO_DO: ReadonlySet<string | undefined> = new Set<MesosErrorCode>([
  'MESOS_ADDRESS_INVALID',
  'MESOS_NOT_A_MASTER',
  'MESOS_TLS',
  'MESOS_UNAUTHENTICATED',
  'MESOS_UNREACHABLE',
]);

/** The master; `named` is how it was named, without a password. */
export function judgeMaster(named: string, master: Probed<MasterFacts>): Judgement {
  if (master.kind === 'late') {
    return problem(`the master ${named} ${master.message}`, 'check the address, and firewalls on the way');
  }
  if (master.kind === 'failed') {
    return SAYS_WHAT_TO_DO.has(master.code)
      ? problem(master.message)
      : problem(master.message, `check ${named}, and that a Mesos master runs there`);
  }
  const { leader, version, agents, away } = master.facts;
  const missing = away === 0 ? '' : `; ${counted(away, 'other')} known, but not there`;
  const what = `${leader} leads, Mesos ${version}, with ${counted(agents.length, 'agent')}${missing}`;
  if (agents.length > 0) return ok(what);
  return problem(what, 'start agents that know this master; without them nothing runs');
}

/** Whether a framework is let in. */
export function judgeRole(
  roles: readonly string[],
  principal: string | undefined,
  trial: Probed<TrialFacts>,
  known: readonly RoleFacts[] | undefined,
): Judgement {
  const as = `${roles.length === 1 ? 'role' : 'roles'} ${roles.join(', ')}${principal === undefined ? '' : `, principal ${principal}`}`;
  const cure =
    'check spark.mesos.role, spark.mesos.principal and spark.mesos.secret, and what the master allows them (--acls, --roles)';
  if (trial.kind !== 'found')
    return problem(`the subscription of a framework (${as}): ${trial.message}`, cure);
  if (!trial.facts.admitted) {
    return problem(`the master does not let a framework in (${as}): ${trial.facts.message}`, cure);
  }
  const { leftBehind } = trial.facts;
  if (leftBehind !== undefined) {
    return warning(
      `a framework is let in (${as}), but could not be torn down: ${leftBehind}`,
      'Mesos removes it by itself as soon as its connection is gone',
    );
  }
  const details = roles.flatMap((role) => (known ?? []).filter(({ name }) => name === role)).map(roleText);
  return ok(`a framework is let in (${as})${details.length === 0 ? '' : `: ${details.join('; ')}`}`);
}

function roleText({ name, weight, frameworks }: RoleFacts): string {
  return `${name} has weight ${weight} and ${counted(frameworks, 'framework')}`;
}

/** What was offered. `limitMs`: how long was waited. */
export function judgeOffers(
  trial: Probed<TrialFacts>,
  agents: readonly AgentFacts[],
  limitMs: number,
): Judgement {
  if (trial.kind !== 'found' || !trial.facts.admitted) return skipped('no framework is let in');
  const { offers, elapsedMs } = trial.facts;
  if (offers.length === 0) {
    return problem(
      `no offer came within ${limitMs / 1000} s, though there ${agents.length === 1 ? 'is' : 'are'} ${counted(agents.length, 'agent')}`,
      'others may hold everything, or the role may have no part in it: look at frameworks, quota and reservations in the ' +
        "page of the master, and at spark-mesos explain for one's own applications",
    );
  }
  const hosts = new Set(offers.map(({ agentId }) => agentId)).size;
  const biggest = biggestOf(offers);
  const what =
    `${counted(offers.length, 'offer')} from ${counted(hosts, 'agent')} within ${(elapsedMs / 1000).toFixed(1)} s; ` +
    `the biggest has ${amountText(biggest)} on ${biggest.hostname}`;
  const fitting = offers.filter(({ meetsConstraints }) => meetsConstraints).length;
  if (fitting === offers.length) return ok(what);
  if (fitting > 0) return ok(`${what}; ${fitting} of them meet spark.mesos.constraints`);
  return problem(
    `${what}; none meets spark.mesos.constraints`,
    'correct them, or give agents these attributes',
  );
}

/** What an executor needs. */
export interface ExecutorNeed {
  readonly cpus: number;
  readonly gpus: number;
  readonly memory: ExecutorMemory;
}

/** Whether an executor fits into what is offered, or at least into an agent that is free. */
export function judgeSize(
  need: ExecutorNeed,
  trial: Probed<TrialFacts>,
  agents: readonly AgentFacts[],
): Judgement {
  if (trial.kind !== 'found' || !trial.facts.admitted) return skipped('no framework is let in');
  const wanted: Amounts = { cpus: need.cpus, memMiB: need.memory.totalMiB, gpus: need.gpus };
  const what = `an executor of ${amountText(wanted)}${memoryText(need.memory)}`;
  const offers = trial.facts.offers.filter(({ meetsConstraints }) => meetsConstraints);
  if (offers.length === 0 && trial.facts.offers.length > 0)
    return skipped('no offer meets spark.mesos.constraints');
  const fitting = offers.filter((offer) => isAtLeast(offer, wanted));
  if (fitting.length > 0) {
    const times = fitting.reduce((sum, offer) => sum + timesIn(offer, wanted), 0);
    return ok(
      `${what} fits into ${fitting.length} of ${counted(offers.length, 'offer')}, ${counted(times, 'time')} in all`,
    );
  }
  const large = agents.filter((agent) => isAtLeast(agent, wanted));
  if (large.length > 0) {
    return warning(
      `${what} fits into no offer now; ${counted(large.length, 'agent')} ${large.length === 1 ? 'is' : 'are'} large enough when free`,
      'wait until others have ended, or ask for less',
    );
  }
  if (agents.length === 0) return skipped('there is no agent');
  const biggest = biggestOf(agents);
  return problem(
    `${what} fits into no agent; the biggest has ${amountText(biggest)} (${biggest.hostname})`,
    'ask for less with spark.executor.cores and spark.executor.memory',
  );
}

/** The shuffle services, where the application needs them. */
export function judgeShuffle(
  wanted: { readonly service: boolean; readonly dynamic: boolean; readonly port: number },
  services: Probed<readonly ServiceFacts[]> | undefined,
  agents: number,
): Judgement {
  const { service, dynamic, port } = wanted;
  if (!service) {
    if (!dynamic) return skipped('spark.shuffle.service.enabled is off');
    return warning(
      'spark.dynamicAllocation.enabled is on, and spark.shuffle.service.enabled is off: Spark keeps executors as long as ' +
        'their shuffle files are needed (spark.dynamicAllocation.shuffleTracking.enabled), or does not start',
      'run spark-mesos-shuffle-service on each agent, and switch it on',
    );
  }
  if (services === undefined) return skipped('which agents there are is not known');
  const cure = `run spark-mesos-shuffle-service on each agent, on port ${port} (spark.shuffle.service.port)`;
  if (services.kind !== 'found') return problem(`the shuffle services: ${services.message}`, cure);
  const silent = services.facts.filter(({ reason }) => reason !== undefined);
  if (silent.length === 0) {
    return ok(
      `one answers at port ${port} of each of ${counted(services.facts.length, 'host')} of ${counted(agents, 'agent')}`,
    );
  }
  const shown = silent.slice(0, SHOWN).map(({ hostname, reason }) => `${hostname} (${reason})`);
  const more = silent.length - shown.length;
  return problem(
    `no shuffle service at port ${port} of ${silent.length} of ${counted(services.facts.length, 'host')}: ` +
      `${shown.join(', ')}${more > 0 ? ` and ${counted(more, 'other')}` : ''}`,
    cure,
  );
}

/** `2 cpus, 4 GiB`. */
export function amountText({ cpus, memMiB, gpus }: Amounts): string {
  const ofGpus = gpus > 0 ? [counted(gpus, 'gpu')] : [];
  return [counted(cpus, 'cpu'), formatMemoryMiB(memMiB), ...ofGpus].join(', ');
}

function memoryText({ heapMiB, totalMiB }: ExecutorMemory): string {
  return ` (${formatMemoryMiB(heapMiB)} of heap and ${formatMemoryMiB(totalMiB - heapMiB)} beside it)`;
}

function isAtLeast(has: Amounts, needs: Amounts): boolean {
  return has.cpus >= needs.cpus && has.memMiB >= needs.memMiB && has.gpus >= needs.gpus;
}

function timesIn(has: Amounts, needs: Amounts): number {
  const ofGpus = needs.gpus === 0 ? [] : [has.gpus / needs.gpus];
  return Math.floor(Math.min(has.cpus / needs.cpus, has.memMiB / needs.memMiB, ...ofGpus));
}

/** By cpus, and among equals by memory. */
function biggestOf<Place extends Amounts>(places: readonly Place[]): Place {
  return places.reduce((best, place) =>
    place.cpus > best.cpus || (place.cpus === best.cpus && place.memMiB > best.memMiB) ? place : best,
  );
}

import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { createMasterDetector, MesosError, OperatorClient, SchedulerClient } from '@spark-mesos/mesos-client';
import {
  type Credentials,
  coarseFrameworkInfo,
  constraintMatcher,
  fromThousandths,
  type SparkSettings,
  sumScalars,
} from '@spark-mesos/scheduler-utils';

/** What can be had in one place. */
export interface Amounts {
  readonly cpus: number;
  readonly memMiB: number;
  readonly gpus: number;
}

/** An agent that is there, with all that it has. */
export interface AgentFacts extends Amounts {
  readonly id: string;
  readonly hostname: string;
}

/** The part that a role has of the cluster. */
export interface RoleFacts {
  readonly name: string;
  readonly weight: number;
  readonly frameworks: number;
}

/** The master that leads. */
export interface MasterFacts {
  /** `host:port`. */
  readonly leader: string;
  readonly version: string;
  readonly agents: readonly AgentFacts[];
  /** Agents that are known and not there: cut off, drained, or not yet back after a start of the master. */
  readonly away: number;
  /** Undefined: the master does not tell. */
  readonly roles: readonly RoleFacts[] | undefined;
}

/** How to get in. */
export interface MasterAccess {
  readonly master: string;
  readonly credentials: Credentials | undefined;
}

/** One offer. */
export interface OfferFacts extends Amounts {
  readonly agentId: string;
  readonly hostname: string;
  readonly meetsConstraints: boolean;
}

/** What became of a framework that did nothing but look. */
export type TrialFacts =
  | { readonly admitted: false; readonly message: string }
  | {
      readonly admitted: true;
      readonly offers: readonly OfferFacts[];
      readonly elapsedMs: number;
      /** Why the framework may still be there; undefined: it is gone. */
      readonly leftBehind: string | undefined;
    };

/** A shuffle service that was knocked at. */
export interface ServiceFacts {
  readonly hostname: string;
  /** Undefined: somebody listens. */
  readonly reason: string | undefined;
}

/** Asks the leading master who and what there is. */
export async function probeMaster(
  { master, credentials }: MasterAccess,
  limitMs: number,
): Promise<MasterFacts> {
  const detector = createMasterDetector(master, { detectTimeoutMs: limitMs * 0.7 });
  const client = new OperatorClient({
    master,
    detector,
    maxTries: 1,
    connectTimeoutMs: limitMs / 2,
    callTimeoutMs: limitMs / 2,
    ...(credentials?.secret === undefined
      ? {}
      : { credentials: { ...credentials, secret: credentials.secret } }),
  });
  try {
    const { masterInfo } = await client.getMaster();
    const [{ agents, recoveredAgents }, roles] = await Promise.all([
      client.getAgents(),
      client.getRoles().catch(() => undefined),
    ]);
    const all = agents ?? [];
    const there = all.filter(({ active, deactivated }) => active && deactivated !== true);
    const address = masterInfo?.address;
    return {
      leader: `${address?.hostname ?? masterInfo?.hostname ?? address?.ip ?? '?'}:${address?.port ?? masterInfo?.port ?? '?'}`,
      version: masterInfo?.version ?? '?',
      agents: there.map(({ agentInfo, totalResources }) => ({
        id: agentInfo.id?.value ?? '',
        hostname: agentInfo.hostname,
        ...amountsOf(totalResources ?? []),
      })),
      away: all.length - there.length + (recoveredAgents?.length ?? 0),
      roles: roles?.map(({ name, weight, frameworks }) => ({
        name,
        weight,
        frameworks: frameworks?.length ?? 0,
      })),
    };
  } finally {
    await client.close();
  }
}

/** What a trial goes by. */
export interface TrialOptions extends MasterAccess {
  readonly settings: SparkSettings;
  readonly registrationMs: number;
  /** How long offers are waited for, once the master has let the framework in. */
  readonly offersMs: number;
  /** When all of them have made an offer, no more is waited for. */
  readonly agents: number;
}

/**
 * Subscribes a framework as the application would, sees what it is offered, and tears it down. It has no failover timeout and no
 * id of its own: if this process is killed meanwhile, the master removes it as soon as the connection is gone.
 */
export async function tryFramework(options: TrialOptions): Promise<TrialFacts> {
  const { master, credentials, settings, registrationMs, offersMs, agents } = options;
  const { id: _, ...framework } = coarseFrameworkInfo(settings, {
    user: process.env.SPARK_USER || userInfo().username,
    name: 'spark-mesos doctor',
    principal: credentials?.principal,
  });
  const client = new SchedulerClient({
    master,
    framework: { ...framework, failoverTimeout: 0, checkpoint: false },
    registrationTimeoutMs: registrationMs,
    attemptTimeoutMs: registrationMs,
    ...(credentials?.secret === undefined
      ? {}
      : { credentials: { ...credentials, secret: credentials.secret } }),
  });
  const stop = new AbortController();
  const meets = constraintMatcher(settings.constraints);
  const offers = new Map<string, OfferFacts>();
  let admittedAtMs: number | undefined;
  let refusal: MesosError | undefined;
  let ending: Promise<string | undefined> | undefined;
  const end = () => {
    ending ??= client.teardown().then(
      () => undefined,
      (error: unknown) => (error instanceof MesosError ? error.message : String(error)),
    );
  };
  try {
    for await (const event of client.events()) {
      if (event.kind === 'failed') refusal = event.error;
      if (event.kind === 'subscribed') {
        admittedAtMs ??= performance.now();
        // The end of the framework ends its events, and this loop with them.
        delay(offersMs, undefined, { signal: stop.signal }).then(end, () => {});
      }
      if (event.kind !== 'mesos') continue;
      for (const { id } of event.event.rescind?.offerId ? [{ id: event.event.rescind.offerId }] : []) {
        offers.delete(id.value);
      }
      for (const offer of event.event.offers?.offers ?? []) {
        offers.set(offer.id.value, {
          agentId: offer.agentId.value,
          hostname: offer.hostname,
          meetsConstraints: meets(offer).ok,
          ...amountsOf(offer.resources ?? []),
        });
      }
      if (new Set([...offers.values()].map(({ agentId }) => agentId)).size >= Math.max(1, agents)) break;
    }
  } finally {
    stop.abort();
    end();
  }
  const elapsedMs = admittedAtMs === undefined ? 0 : performance.now() - admittedAtMs;
  const leftBehind = await ending;
  if (admittedAtMs === undefined || refusal !== undefined) {
    return { admitted: false, message: refusal?.message ?? leftBehind ?? 'the subscription has ended' };
  }
  return { admitted: true, offers: [...offers.values()], elapsedMs, leftBehind };
}

/** Knocks at the same port of each host, a few dozen at a time. */
export async function probeServices(
  hostnames: readonly string[],
  port: number,
  signal: AbortSignal,
): Promise<readonly ServiceFacts[]> {
  const facts: ServiceFacts[] = [];
  const waiting = [...new Set(hostnames)];
  const knockOn = async () => {
    for (let hostname = waiting.shift(); hostname !== undefined; hostname = waiting.shift()) {
      const reason = await knock(hostname, port, signal);
      facts.push({ hostname, reason });
    }
  };
  await Promise.all(Array.from({ length: KNOCKS_AT_ONCE }, knockOn));
  return facts.sort((one, other) => one.hostname.localeCompare(other.hostname));
}

const KNOCKS_AT_ONCE = 64;
const KNOCK_LIMIT_MS = 2000;

function knock(host: string, port: number, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(KNOCK_LIMIT_MS)]);
    const socket = connect({ host, port, signal: limit });
    socket.on('connect', () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      if (code === 'ECONNREFUSED') resolve('nothing listens there');
      else resolve(limit.aborted ? 'no answer' : message);
    });
  });
}

function amountsOf(resources: Parameters<typeof sumScalars>[0]): Amounts {
  const { cpus, mem, gpus } = sumScalars(resources);
  return { cpus: fromThousandths(cpus), memMiB: fromThousandths(mem), gpus: fromThousandths(gpus) };
}

import { fromThousandths, type Refusal } from '@spark-mesos/scheduler-utils';
import type { AgentRefusal, Explanation } from '../model/views.ts';
import type { CoreContext } from './context.ts';
import { currentAttempt, type DriverRecord } from './driver-record.ts';
import type { AgentLook } from './offer-pool.ts';

/** So many agents are told of. */
const MAX_AGENTS = 50;

type Answer = Pick<Explanation, 'reason' | 'sentence'> & { readonly agents?: readonly AgentRefusal[] };

/** Why a submission is where it is, from what was last seen (users' most frequent question). */
export function explain(context: CoreContext, record: DriverRecord): Explanation {
  const { agents = [], ...answer } = answerFor(context, record);
  const position = positionOf(context, record);
  return {
    submissionId: record.id,
    state: record.state,
    ...answer,
    ...(position === undefined ? {} : { position }),
    agents: agents.slice(0, MAX_AGENTS),
  };
}

function answerFor(context: CoreContext, record: DriverRecord): Answer {
  const { connection, fleet, isDraining, rules, nowMs, writes } = context;
  const { state, retry, plan } = record;
  if (state !== 'queued' && state !== 'retrying') return notWaiting(record);
  if (isDraining) return { reason: 'DRAINING', sentence: 'waits because the dispatcher is being shut down' };
  if (!connection.isSubscribed) {
    const why = connection.problem ?? 'it has not answered yet';
    return { reason: 'NOT_CONNECTED', sentence: `waits because there is no Mesos master: ${why}` };
  }
  if (!writes.isWritable) {
    const sentence = `waits because nothing can be written down: ${writes.lastProblem}`;
    return { reason: 'NOT_CONNECTED', sentence };
  }
  if (state === 'retrying' && retry !== undefined && retry.nextRetryAtMs > nowMs) {
    const seconds = Math.ceil((retry.nextRetryAtMs - nowMs) / 1000);
    return { reason: 'BACK_OFF', sentence: `is started again in ${seconds} s, after ${retry.lastFailure}` };
  }
  if (record.missingSpark !== undefined) {
    const cure = 'start the dispatcher with a --spark-home for it as well, or submit it again';
    const sentence = `waits because the dispatcher no longer has ${record.missingSpark}, which it was taken for: ${cure}`;
    return { reason: 'SPARK_MISSING', sentence };
  }
  if (fleet.isFull()) {
    const sentence = `waits because ${fleet.live.size} drivers run, as many as may (spark.mesos.maxDrivers)`;
    return { reason: 'MAX_DRIVERS_REACHED', sentence };
  }
  if (fleet.isQueueFull(plan.queue)) {
    const most = rules.queueMaxRunning.get(plan.queue);
    const sentence = `waits because ${most} drivers of the queue ${plan.queue} run, as many as may`;
    return { reason: 'QUEUE_LIMIT_REACHED', sentence };
  }
  return answerByOffers(context, record);
}

function notWaiting(record: DriverRecord): Answer {
  const attempt = currentAttempt(record);
  const where = attempt === undefined ? '' : ` on ${attempt.hostname}`;
  switch (record.state) {
    case 'finished':
      return {
        reason: 'NOT_WAITING',
        sentence: `has ended: ${record.finalState}${record.message ? `, ${record.message}` : ''}`,
      };
    case 'launching':
      return { reason: 'NOT_WAITING', sentence: `is being launched${where}` };
    case 'unreachable':
      return { reason: 'NOT_WAITING', sentence: `runs${where}, which is cut off from the Mesos master` };
    case 'killing':
      return { reason: 'NOT_WAITING', sentence: `was told to end${where}` };
    default:
      return { reason: 'NOT_WAITING', sentence: `runs${where}` };
  }
}

function answerByOffers(context: CoreContext, record: DriverRecord): Answer {
  const { pool, rules, fleet } = context;
  const ahead = rules.strictOrder ? firstInLine(context) : undefined;
  if (ahead !== undefined && ahead !== record) {
    return { reason: 'BEHIND_OTHERS', sentence: `waits behind ${ahead.id}, since the order is strict` };
  }
  const looks = [...pool.looks];
  if (looks.length === 0) {
    return { reason: 'NO_OFFERS', sentence: 'waits because Mesos has offered no agent yet' };
  }
  const refused = looks.flatMap((look) => {
    const refusal = pool.refusal(record.demand, look, look.place);
    return refusal === undefined ? [] : [{ look, refusal }];
  });
  if (refused.length < looks.length) {
    const others = fleet.due.size + fleet.lines.size > 1 ? ', or went to others' : '';
    const sentence = `waits for an offer of the size that was last seen; such offers are away${others}`;
    return { reason: 'WAITS_FOR_OFFERS', sentence };
  }
  return {
    reason: 'NO_SUITABLE_OFFER',
    sentence: sentenceOf(refused),
    agents: refused.map(({ look, refusal }) => agentRefusal(look, refusal)),
  };
}

interface Refused {
  readonly look: AgentLook;
  readonly refusal: Refusal;
}

/** 'waits because no offer has 4 cpus; the best was 2 on agent a3; 2 agents do not meet rack:r1'. */
function sentenceOf(refused: readonly Refused[]): string {
  const parts: string[] = [];
  for (const name of ['cpus', 'mem', 'disk'] as const) {
    const short = refused.filter(({ refusal }) => 'resource' in refusal && refusal.resource === name);
    const [first] = short;
    if (first === undefined) continue;
    const best = short.reduce((most, one) => (one.look[name] > most.look[name] ? one : most), first);
    const need = 'resource' in best.refusal ? best.refusal.need : 0;
    const whose = short.length === refused.length ? 'no offer has' : `${agents(short.length)} lack`;
    const most = amount(name, fromThousandths(best.look[name]));
    parts.push(`${whose} ${amount(name, need)}; the best was ${most} on ${best.look.hostname}`);
  }
  const unmet = refused.flatMap(({ refusal }) =>
    refusal.reason === 'CONSTRAINT_UNMET' ? [`${refusal.constraint}:${refusal.need.join(',')}`] : [],
  );
  const counts = new Map<string, number>();
  for (const constraint of unmet) counts.set(constraint, (counts.get(constraint) ?? 0) + 1);
  for (const [constraint, count] of counts) {
    parts.push(`${agents(count)} declined by constraint ${constraint}`);
  }
  return `waits because ${parts.join('; ')}`;
}

function agents(count: number): string {
  return count === 1 ? '1 agent' : `${count} agents`;
}

function amount(name: 'cpus' | 'mem' | 'disk', value: number): string {
  return name === 'cpus' ? `${value} cpus` : `${value} MiB of ${name === 'mem' ? 'memory' : 'disk'}`;
}

function agentRefusal(look: AgentLook, refusal: Refusal): AgentRefusal {
  return {
    agentId: look.agentId,
    hostname: look.hostname,
    reason: refusalText(refusal),
    cpus: fromThousandths(look.cpus),
    memMiB: fromThousandths(look.mem),
    offeredAtMs: look.offeredAtMs,
  };
}

function refusalText(refusal: Refusal): string {
  if ('resource' in refusal) {
    return `offers ${refusal.have} ${refusal.resource}, ${refusal.need} are needed`;
  }
  if (refusal.reason === 'PORTS_MISSING') return 'does not offer the ports';
  const need = refusal.need.join(',');
  return `its ${refusal.constraint} is ${refusal.have ?? 'not set'}, ${need || 'any value'} is needed`;
}

function firstInLine({ fleet }: CoreContext): DriverRecord | undefined {
  for (const line of [fleet.due, fleet.lines]) {
    for (const record of line) if (record.missingSpark === undefined) return record;
  }
  return undefined;
}

function positionOf({ fleet }: CoreContext, record: DriverRecord): number | undefined {
  let position = 0;
  for (const line of [fleet.due, fleet.lines]) {
    for (const other of line) {
      position += 1;
      if (other === record) return position;
    }
  }
  return undefined;
}

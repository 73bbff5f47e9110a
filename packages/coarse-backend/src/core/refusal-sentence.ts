import {
  type ConstraintUnmet,
  formatDuration,
  formatMemoryMiB,
  type PortRange,
  type ResourceShortage,
} from '@spark-mesos/scheduler-utils';
import type { AgentLook } from './agent-looks.ts';
import type { LimitReached } from './demand.ts';
import type { LocalityWait } from './locality.ts';
import type { AgentRefusal } from './refusals.ts';

/** Of long lists a person reads the beginning. */
const SHOWN_RANGES = 5;

/** What came of the last look at an agent, in one sentence. */
export function describeLook({ placed, refusal }: AgentLook, nowMs: number): string {
  const why = refusal === undefined ? undefined : describeRefusal(refusal, nowMs);
  if (placed === 0) {
    return why ?? 'not looked at';
  }
  const done = `took ${count(placed)}`;
  return why === undefined ? done : `${done}; then: ${why}`;
}

/** Why an agent's offer was not taken, in one sentence that names what was short by how much. */
function describeRefusal(refusal: AgentRefusal, nowMs: number): string {
  switch (refusal.reason) {
    case 'CPUS_SHORT':
    case 'MEM_SHORT':
    case 'GPUS_SHORT':
    case 'DISK_SHORT':
    case 'RESOURCE_SHORT':
      return describeShortage(refusal);
    case 'PORTS_MISSING':
      return `port ${refusal.need.join(' and ')} is not free, the offer has ${rangesText(refusal.have)}`;
    case 'CONSTRAINT_UNMET':
      return describeUnmet(refusal);
    case 'AGENT_FULL': {
      const { setting, max, held, need } = refusal;
      return `${setting}=${max}: ${held} held there, ${held + need - max} too many with one more executor`;
    }
    case 'LOCALITY_WAIT':
      return describeLocality(refusal, nowMs);
    case 'AGENT_DRAINING':
      return `drained or about to be under maintenance: executors there end within ${rest(refusal.untilMs, nowMs)}`;
    case 'AGENT_EXCLUDED':
      return `left out after failures, for another ${rest(refusal.untilMs, nowMs)}`;
  }
}

/** What a constraint asks for, and what there is instead. */
export function describeUnmet(unmet: ConstraintUnmet, who = 'it'): string {
  const { constraint, operator, need, have, placed } = unmet;
  if (operator !== undefined) {
    const asked = [constraint, operator, ...need].join(':');
    const here =
      placed === undefined ? '' : `, where ${count(placed)} of it ${placed === 1 ? 'runs' : 'run'}`;
    return `${asked} does not hold, ${who} has ${have ?? 'none'}${here}`;
  }
  const wanted = need.length === 0 ? 'be there' : `be ${need.join(' or ')}`;
  return `${constraint} must ${wanted}, ${who} has ${have ?? 'none'}`;
}

/** Which hosts are waited for, and for how long yet. */
export function describeLocality({ need, untilMs }: LocalityWait, nowMs: number): string {
  const hosts = need.length === 0 ? 'hosts with local data' : need.join(', ');
  return `waiting for ${hosts} (spark.locality.wait), for another ${rest(untilMs, nowMs)}`;
}

/** Which limit of the application allows no further executor. */
export function describeLimit({ setting, max, held, need, reason }: LimitReached): string {
  const amount = (value: number) => (reason === 'MAX_MEMORY_REACHED' ? formatMemoryMiB(value) : `${value}`);
  return `${setting} is ${amount(max)}: one executor needs ${amount(need)}, ${amount(held)} in use`;
}

function describeShortage({ resource, need, have }: ResourceShortage): string {
  const isMemory = resource === 'mem' || resource === 'disk';
  const amount = (value: number) => (isMemory ? formatMemoryMiB(value) : String(value));
  const short = Math.round((need - have) * 1000) / 1000;
  return `${resource}: needs ${amount(need)}, has ${amount(have)}, ${amount(short)} short`;
}

function rangesText(ranges: readonly PortRange[]): string {
  const shown = ranges.slice(0, SHOWN_RANGES).map(({ begin, end }) => `${begin}-${end}`);
  const more = ranges.length > SHOWN_RANGES ? ', …' : '';
  return ranges.length === 0 ? 'none' : `${shown.join(', ')}${more}`;
}

function count(executors: number): string {
  return `${executors} ${executors === 1 ? 'executor' : 'executors'}`;
}

function rest(untilMs: number, nowMs: number): string {
  return formatDuration(Math.max(0, untilMs - nowMs));
}

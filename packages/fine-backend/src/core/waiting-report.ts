import { formatDuration, toThousandths } from '@spark-mesos/scheduler-utils';
import type { FineWaitingReport } from '../model.ts';
import type { AgentLook, FineContext } from './context.ts';
import { isExecutorWanted } from './wishes.ts';

/** Whether anything is wanted that should be there by now. */
export function isWaiting(context: FineContext): boolean {
  const { phase, needy, executors, executorTotal } = context;
  if (phase !== 'active') {
    return false;
  }
  const isShort = executors.size === 0 || (executorTotal !== undefined && executors.size < executorTotal);
  return needy.size > 0 || (isShort && executorTotal !== 0);
}

/** Says what is wanted, and why it cannot be had. */
export function waitingReport(context: FineContext, sinceMs: number): FineWaitingReport {
  const { nowMs, executors, looks } = context;
  const heldTasks = countHeld(context);
  const refusals: Record<string, number> = {};
  for (const { refusal } of looks.values()) {
    refusals[refusal.reason] = (refusals[refusal.reason] ?? 0) + 1;
  }
  const sentence = `Waiting for ${wanted(context, heldTasks)}: ${why(context)}`;
  return { sentence, waitingMs: nowMs - sinceMs, heldTasks, executors: executors.size, refusals };
}

/** How many tasks wait for cores. */
export function countHeld({ executors }: Pick<FineContext, 'executors'>): number {
  let held = 0;
  for (const { queue } of executors.values()) {
    held += queue.size;
  }
  return held;
}

function wanted({ settings, memory, needy }: FineContext, heldTasks: number): string {
  if (needy.size > 0) {
    return `cores for ${plural(heldTasks, 'task')} on ${plural(needy.size, 'agent')}`;
  }
  const { executorCores, taskCpus } = settings;
  return `an executor with ${executorCores} + ${taskCpus} cpus and ${memory.totalMiB} MiB`;
}

function why(context: FineContext): string {
  const { disconnectedBecause, backoff, needy, settings, nowMs, health } = context;
  if (disconnectedBecause !== undefined) {
    return `no connection to the Mesos master (${disconnectedBecause})`;
  }
  const pausedUntilMs = backoff.pausedUntilMs(nowMs);
  if (needy.size === 0 && pausedUntilMs !== undefined) {
    const rest = formatDuration(pausedUntilMs - nowMs);
    return `the last one ended at once, trying again in ${rest} (${backoff.lastMessage})`;
  }
  const isLimited =
    needy.size > 0 ? !context.mayHold(toThousandths(settings.taskCpus)) : !isExecutorWanted(context);
  if (isLimited) {
    return `spark.cores.max=${settings.coresMax} is reached`;
  }
  if (needy.size > 0) {
    return 'all cores of these agents are in use';
  }
  const [excluded] = health.excluded(nowMs);
  if (excluded !== undefined) {
    return `executors failed on ${excluded.hostname}, among others: ${excluded.lastMessage}`;
  }
  const [look] = context.looks.values();
  return look === undefined ? `no offers for role ${settings.role}` : describeLook(look, context.looks.size);
}

/** In one sentence what stood against an executor or a slot there. */
export function describeLook({ hostname, refusal }: AgentLook, agents: number): string {
  const where = `${hostname}${agents > 1 ? ` (${agents} agents were looked at)` : ''}`;
  switch (refusal.reason) {
    case 'CONSTRAINT_UNMET':
      return `${where} does not meet ${refusal.constraint}`;
    case 'PORTS_MISSING':
      return `${where} does not offer the ports ${refusal.need.join(', ')}`;
    case 'AGENT_EXCLUDED':
      return `${where} is left out after failures`;
    case 'AGENT_DRAINING':
      return `${where} is drained, or about to be under maintenance`;
    default:
      return `${where} offers ${refusal.have} of ${refusal.resource}, ${refusal.need} are needed`;
  }
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

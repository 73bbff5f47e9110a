import type { AgentId, MaintenancePlan } from '@spark-mesos/scheduler-utils';
import type { CoarseContext } from './context.ts';

import type { Executor } from './executor.ts';
import { kill } from './executor-end.ts';
import { cutOff } from './executor-states.ts';
import type { AgentDraining, AgentExcluded } from './refusals.ts';

/** Mesos asks again after this time whether we have given up what is on an agent. */
const INVERSE_OFFER_REFUSE_SECONDS = 120;

/** Whether an agent is left out, whatever it offers: because it is drained, or after failures. */
export function closedAgent(
  context: CoarseContext,
  agentId: AgentId,
): AgentDraining | AgentExcluded | undefined {
  const { drains, health, nowMs } = context;
  const drain = drains.draining(agentId, nowMs);
  if (drain !== undefined) {
    return { ok: false, reason: 'AGENT_DRAINING', untilMs: drain.deadlineMs };
  }
  const untilMs = health.excludedUntilMs(agentId, nowMs);
  return untilMs === undefined ? undefined : { ok: false, reason: 'AGENT_EXCLUDED', untilMs };
}

/**
 * An agent failed, says the master. That is no end yet of what runs there: it may only be cut off. The update of each
 * executor says what became of it; since the master tells such an update only once, it is asked for.
 */
export function handleAgentLost(context: CoarseContext, agentId: AgentId): void {
  context.looks.forget(agentId);
  const doubtful = context.executors.onAgent(agentId).filter(({ status }) => status !== 'unreachable');
  for (const executor of doubtful) {
    cutOff(context, executor);
  }
  if (doubtful.length > 0) {
    context.reconciliation.request(doubtful, context.nowMs);
  }
}

/** Plans for maintenance: those that came as inverse offers are agreed to. */
export function handleMaintenance(context: CoarseContext, plans: readonly MaintenancePlan[]): void {
  const inverseOfferIds = context.drains.planned(plans, context.nowMs);
  if (inverseOfferIds.length > 0) {
    const refuseSeconds = INVERSE_OFFER_REFUSE_SECONDS;
    context.emit({ kind: 'acceptInverseOffers', inverseOfferIds, refuseSeconds });
  }
}

/** The agent ends this executor, because an operator drains it. */
export function drainedNow(context: CoarseContext, executor: Executor): void {
  const deadlineMs = context.drains.drainedNow(executor.agentId, context.nowMs);
  // It ends by the agent's own kill, which counts as little against anybody as ours.
  executor.killedAtMs ??= context.nowMs;
  tellDraining(context, executor, deadlineMs);
}

/** Tells of drains that have begun, and kills what is left at their deadlines. */
export function attendDrains(context: CoarseContext): void {
  for (const { drain, kind } of context.drains.due(context.nowMs)) {
    for (const executor of context.executors.onAgent(drain.agentId)) {
      if (executor.killedAtMs !== undefined) {
        continue;
      }
      if (kind === 'over') {
        kill(context, executor);
      } else {
        tellDraining(context, executor, drain.deadlineMs);
      }
    }
  }
}

function tellDraining(context: CoarseContext, executor: Executor, deadlineMs: number): void {
  if (executor.drainDeadlineMs === undefined) {
    executor.drainDeadlineMs = deadlineMs;
    context.emit({ kind: 'draining', executor: executor.placement, deadlineMs });
  }
}

import type { AgentId, MaintenancePlan } from '@spark-mesos/scheduler-utils';
import type { FineContext } from './context.ts';
import type { Executor } from './executor.ts';
import { kill } from './executor-end.ts';
import { endSlot } from './slots.ts';

/** Mesos asks again after this time whether we have given up what is on an agent. */
const INVERSE_OFFER_REFUSE_SECONDS = 120;

/**
 * An agent failed, says the master: it may only be cut off, so what was there is asked for (rule F33). The update of
 * each task says what became of it.
 */
export function handleAgentLost(context: FineContext, agentId: AgentId): void {
  context.looks.delete(agentId);
  const doubtful = [...context.everything()].filter((known) => known.agentId === agentId);
  if (doubtful.length > 0) {
    context.reconciliation.request(doubtful, context.nowMs);
  }
}

/** Plans for maintenance: those that came as inverse offers are agreed to. */
export function handleMaintenance(context: FineContext, plans: readonly MaintenancePlan[]): void {
  const inverseOfferIds = context.drains.planned(plans, context.nowMs);
  if (inverseOfferIds.length > 0) {
    const refuseSeconds = INVERSE_OFFER_REFUSE_SECONDS;
    context.emit({ kind: 'acceptInverseOffers', inverseOfferIds, refuseSeconds });
  }
}

/** The agent ends this executor, because an operator drains it. */
export function drainedNow(context: FineContext, executor: Executor): void {
  const deadlineMs = context.drains.drainedNow(executor.agentId, context.nowMs);
  // It ends by the agent's own kill, which counts as little against anybody as ours.
  executor.killedAtMs ??= context.nowMs;
  beginDraining(context, executor, deadlineMs);
}

/** Empties agents whose drain has begun, and kills what is left there at its deadline. */
export function attendDrains(context: FineContext): void {
  for (const { drain, kind } of context.drains.due(context.nowMs)) {
    const executor = context.executorsByAgent.get(drain.agentId);
    if (executor === undefined || executor.killedAtMs !== undefined) {
      continue;
    }
    beginDraining(context, executor, drain.deadlineMs);
    if (kind === 'over') {
      kill(context, executor);
    } else {
      settleDraining(context, executor);
    }
  }
}

/**
 * Ends an executor that is to leave once none of its tasks runs any more. Those that wait for it go with it, and run
 * elsewhere: here they would get no cores.
 */
export function settleDraining(context: FineContext, executor: Executor): void {
  const isDraining = executor.drainDeadlineMs !== undefined && executor.killedAtMs === undefined;
  if (isDraining && ![...executor.slots].some(({ status }) => status === 'busy')) {
    kill(context, executor);
  }
}

/** From here on it gets no slot, and its slots go back when their tasks end. */
function beginDraining(context: FineContext, executor: Executor, deadlineMs: number): void {
  if (executor.drainDeadlineMs !== undefined) {
    return;
  }
  executor.drainDeadlineMs = deadlineMs;
  context.draining.add(executor);
  context.needy.delete(executor);
  for (const slot of [...executor.slots]) {
    if (slot.status !== 'busy') {
      endSlot(context, slot);
    }
  }
  context.emit({ kind: 'draining', executor: executor.placement, deadlineMs });
}

import type { mesos } from '@spark-mesos/mesos-proto';
import {
  type Decline,
  DeclineBatch,
  type DeclineReason,
  fromThousandths,
  type Refusal,
  shortageSeconds,
  type TaskId,
} from '@spark-mesos/scheduler-utils';
import { asFineError } from '../errors.ts';
import type { FineExecutorPlacement } from '../model.ts';
import { type AgentOffer, agentOffers } from './agent-offer.ts';
import type { AgentLook, FineContext } from './context.ts';
import type { FineDeclineReason } from './events.ts';
import type { Executor } from './executor.ts';
import { mayBeRaised } from './hand-back.ts';
import { placeExecutor, taskCoresOf } from './place-executor.ts';
import { makeSlot } from './slots.ts';
import { slotTask } from './task-info.ts';
import { isExecutorWanted } from './wishes.ts';

/** With more tasks in one ACCEPT an agent is busy launching them for seconds, and others wait behind them. */
const MAX_LAUNCHES = 50;

/** The least decline of agents that are left out: Mesos's own. */
const LEAST_PAUSE_SECONDS = 5;

/** What was taken of the offers of one agent. */
interface Taken {
  readonly tasks: mesos.v1.ITaskInfo[];
  readonly executor?: FineExecutorPlacement;
}

/** Takes of the offers what is wanted and declines the rest, each with its reason (rules F20 to F24, F64). */
export function handleOffers(context: FineContext, offers: readonly mesos.v1.IOffer[]): void {
  const declines = new DeclineBatch<FineDeclineReason>();
  for (const offer of agentOffers(offers, context.settings.reservedFirst)) {
    const executor = context.executorsByAgent.get(offer.agentId);
    if (executor !== undefined) {
      settleTaskCores(context, executor, offer);
    }
    const taken = take(context, executor, offer);
    if ('reason' in taken) {
      declines.add(offer.offerIds, taken);
    } else {
      const taskIds = taken.tasks.map(({ taskId }) => taskId.value as TaskId);
      const { agentId, offerIds } = offer;
      context.flow.progressed();
      context.emit({ kind: 'accept', agentId, offerIds, taskIds, executor: undefined, ...taken });
    }
  }
  for (const effect of declines.effects()) {
    context.emit(effect);
  }
}

/** What is taken of an agent's offers, or why nothing is: of one that is to be empty, nothing ever. */
function take(
  context: FineContext,
  executor: Executor | undefined,
  offer: AgentOffer,
): Taken | Decline<FineDeclineReason> {
  const { drains, nowMs, settings } = context;
  if (drains.draining(offer.agentId, nowMs) !== undefined) {
    look(context, offer, { ok: false, reason: 'AGENT_DRAINING' });
    return { reason: 'AGENT_DRAINING', refuseSeconds: settings.longestDeclineSeconds };
  }
  return executor === undefined ? tryExecutor(context, offer) : takeSlots(context, executor, offer);
}

/** An agent without an executor: one is placed there, if one is wanted and fits. */
function tryExecutor(context: FineContext, offer: AgentOffer): Taken | Decline<DeclineReason> {
  const { settings, nowMs } = context;
  const match = context.meetsConstraints(offer.offer, context.places);
  if (!match.ok) {
    look(context, offer, match);
    return { reason: 'CONSTRAINTS_UNMET', refuseSeconds: settings.declineSeconds.CONSTRAINTS_UNMET };
  }
  if (!isExecutorWanted(context)) {
    return declineUnwanted(context);
  }
  const excludedUntilMs = context.health.excludedUntilMs(offer.agentId, nowMs);
  const untilMs = excludedUntilMs ?? context.backoff.pausedUntilMs(nowMs);
  if (untilMs !== undefined) {
    if (excludedUntilMs !== undefined) {
      look(context, offer, { ok: false, reason: 'AGENT_EXCLUDED' });
    }
    return {
      reason: 'PAUSED',
      refuseSeconds: Math.max(LEAST_PAUSE_SECONDS, Math.ceil((untilMs - nowMs) / 1000)),
    };
  }
  try {
    const placed = placeExecutor(context, offer);
    if (!placed.ok) {
      return declineShort(context, offer, placed);
    }
    context.looks.delete(offer.agentId);
    context.waiting.reset();
    return { tasks: [placed.task], executor: placed.executor.placement };
  } catch (cause) {
    context.fail(asFineError(cause));
    return declineUnwanted(context);
  }
}

/** An agent with an executor: slots for what is held there. */
function takeSlots(
  context: FineContext,
  executor: Executor,
  offer: AgentOffer,
): Taken | Decline<DeclineReason> {
  const { settings, nowMs, phase } = context;
  const isPaused = executor.slotStarts.pausedUntilMs(nowMs) !== undefined;
  if (phase !== 'active' || isPaused || !context.needy.has(executor)) {
    return declineUnwanted(context);
  }
  const tasks: mesos.v1.ITaskInfo[] = [];
  let refusal: Refusal | undefined;
  let isLimited = false;
  for (const { cpus, count } of executor.shortfalls()) {
    for (let made = 0; made < count && tasks.length < MAX_LAUNCHES; made += 1) {
      isLimited = !context.mayHold(cpus);
      const taking = isLimited ? undefined : offer.take({ cpus: fromThousandths(cpus) });
      if (!taking?.ok) {
        refusal ??= taking;
        break;
      }
      const slot = makeSlot(context, executor, cpus);
      tasks.push(slotTask(slot, taking.resources, executor.info, settings));
    }
  }
  if (tasks.length > 0) {
    return { tasks };
  }
  if (isLimited) {
    return { reason: 'MAX_CORES_REACHED', refuseSeconds: settings.declineSeconds.MAX_CORES_REACHED };
  }
  return refusal === undefined ? declineUnwanted(context) : declineShort(context, offer, refusal);
}

/**
 * The core count that an agent could give follows the cluster (rule F21): what it offers now, and what our own slots
 * have there. One whose tasks were handed back announces more when there is a core for one of them.
 */
function settleTaskCores(context: FineContext, executor: Executor, offer: AgentOffer): void {
  if (context.reduced.has(executor) && !mayBeRaised(context, offer.cpus)) {
    return;
  }
  context.reduced.delete(executor);
  const taskCores = taskCoresOf(context, offer.cpus + executor.slotCores, context.executors.size);
  if (taskCores !== executor.taskCores) {
    executor.taskCores = taskCores;
    context.emit({ kind: 'executorCores', executor: executor.placement, taskCores });
  }
}

/** The launch of these was not sent, or is known to have failed: what is free again is asked for anew. */
export function handleAcceptFailed(context: FineContext, taskIds: readonly TaskId[], reason: string): void {
  const doubtful = taskIds
    .map((taskId) => context.executorsByTask.get(taskId) ?? context.slots.get(taskId))
    .filter((known) => known !== undefined);
  for (const known of doubtful) {
    known.acceptProblem = reason;
  }
  context.reconciliation.request(doubtful, context.nowMs);
}

function declineUnwanted({ settings }: FineContext): Decline<DeclineReason> {
  // REVIVE clears it with the next task that is held; until then nobody need offer this again.
  return { reason: 'NOTHING_WANTED', refuseSeconds: settings.longestDeclineSeconds };
}

function declineShort(context: FineContext, offer: AgentOffer, refusal: Refusal): Decline<DeclineReason> {
  const earlier = look(context, offer, refusal);
  return {
    reason: 'DOES_NOT_FIT',
    refuseSeconds: shortageSeconds(earlier, context.settings.longestDeclineSeconds),
  };
}

/** Writes a refusal down; returns how many came directly before it. */
function look(context: FineContext, offer: AgentOffer, refusal: AgentLook['refusal']): number {
  const earlier = context.looks.get(offer.agentId)?.shortages ?? 0;
  const { agentId, hostname, cpus: cores, memMiB: memoryMiB, gpus } = offer;
  const atMs = context.nowMs;
  context.looks.set(agentId, { hostname, cores, memoryMiB, gpus, atMs, refusal, shortages: earlier + 1 });
  return earlier;
}

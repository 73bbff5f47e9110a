import type { mesos } from '@spark-mesos/mesos-proto';
import { DeclineBatch, offerIdOf } from '@spark-mesos/scheduler-utils';
import { Acceptance } from './acceptance.ts';
import type { Candidate } from './candidate.ts';
import { candidateOf, offerIdsOf } from './candidate.ts';
import type { CoarseContext } from './context.ts';
import {
  declineUntil,
  type OfferDecline,
  type OfferDeclineReason,
  type OfferDeclines,
  satisfiedDecline,
  shortageDecline,
} from './decline-reasons.ts';
import type { CoarseEvent } from './events.ts';
import { Executor, NO_PLACE } from './executor.ts';
import { forgetUnsent } from './executor-end.ts';
import { closedAgent } from './handle-agents.ts';
import type { Launcher } from './offer-matching.ts';
import { placeExecutors } from './offer-matching.ts';
import type { PlacingRules } from './placement.ts';
import type { AgentDraining, AgentExcluded, AgentRefusal } from './refusals.ts';
import { orderOf } from './takeable.ts';

/** The least decline of agents that are left out: Mesos's own. */
const LEAST_PAUSE_SECONDS = 5;

/**
 * Takes of the offers what is wanted and declines the rest, each with its reason (rules C20, C25, C30, C31).
 */
export function handleOffers(context: CoarseContext, offers: readonly mesos.v1.IOffer[]): void {
  const { demand, nowMs } = context;
  const declines = new DeclineBatch<OfferDeclineReason>();
  const pausedUntilMs = context.backoff.pausedUntilMs(nowMs);
  const isWanted = demand.open().length > 0;
  context.locality.offered(isWanted, nowMs);
  if (!isWanted) {
    declineAll(context, offers, declines);
  } else if (pausedUntilMs !== undefined) {
    declineAlike(context, offers, declineUntil('PAUSED', pausedUntilMs, nowMs, LEAST_PAUSE_SECONDS));
  } else {
    placeAndDecline(context, suitable(context, offers, declines), declines);
  }
  for (const effect of declines.effects()) {
    context.emit(effect);
  }
}

/** Nothing is wanted. At the limit of executors nothing is looked at (C20 b); at that of cores, constraints are. */
function declineAll(
  context: CoarseContext,
  offers: readonly mesos.v1.IOffer[],
  declines: OfferDeclines,
): void {
  const decline = satisfiedDecline(context.demand.satisfiedReason, context.settings);
  if (decline.reason === 'NOTHING_WANTED') {
    declineAlike(context, offers, decline);
    return;
  }
  const unmet = unmetDecline(context);
  for (const offer of offers) {
    declines.addOne(offerIdOf(offer.id), context.meetsConstraints(offer).ok ? decline : unmet);
  }
}

/** Nothing is looked at but the ids. */
function declineAlike(
  context: CoarseContext,
  offers: readonly mesos.v1.IOffer[],
  decline: OfferDecline,
): void {
  if (offers.length > 0) {
    context.emit({ kind: 'decline', offerIds: offers.map(({ id }) => offerIdOf(id)), ...decline });
  }
}

/** The offers of agents that meet the constraints and are not left out; the others are declined. */
function suitable(
  context: CoarseContext,
  offers: readonly mesos.v1.IOffer[],
  declines: OfferDeclines,
): Candidate[] {
  const order = orderOf(context.settings);
  const unmet = unmetDecline(context);
  const candidates: Candidate[] = [];
  for (const offer of offers) {
    const candidate = candidateOf(offer, order);
    const match = context.meetsConstraints(offer);
    const closed = match.ok ? closedAgent(context, candidate.agentId) : undefined;
    if (!match.ok) {
      noteRefusal(context, candidate, match);
      declines.add(offerIdsOf(candidate), unmet);
    } else if (closed !== undefined) {
      noteRefusal(context, candidate, closed);
      declines.add(offerIdsOf(candidate), closedDecline(context, closed));
    } else {
      candidates.push(candidate);
    }
  }
  return candidates;
}

/** How to decline the offer of an agent that is left out for a while. */
function closedDecline(
  { nowMs, settings }: CoarseContext,
  { reason, untilMs }: AgentDraining | AgentExcluded,
): OfferDecline {
  return reason === 'AGENT_DRAINING'
    ? { reason, refuseSeconds: settings.longestDeclineSeconds }
    : declineUntil('PAUSED', untilMs, nowMs, LEAST_PAUSE_SECONDS);
}

function placeAndDecline(
  context: CoarseContext,
  candidates: readonly Candidate[],
  declines: OfferDeclines,
): void {
  const { demand, settings, executors, locality, shares, meetsConstraints, nowMs } = context;
  const rules: PlacingRules = { demand, settings, executors, locality, shares, meetsConstraints, nowMs };
  const firstId = context.nextExecutorId;
  const decided = placeExecutors(candidates, rules, launcher(context));
  const satisfied =
    demand.open().length === 0 ? satisfiedDecline(demand.satisfiedReason, settings) : undefined;
  for (const candidate of decided) {
    if (candidate.executors.length > 0) {
      context.looks.notePlaced(candidate, demand.generation, nowMs);
      context.emit(new Acceptance(candidate, context.tasksOf));
    } else if (satisfied !== undefined) {
      declines.add(offerIdsOf(candidate), satisfied);
    } else if (candidate.refusal !== undefined) {
      declineRefused(context, candidate, candidate.refusal, declines);
    }
  }
  context.watchdog.launched(firstId, context.nextExecutorId, nowMs);
  if (context.nextExecutorId > firstId) {
    context.waiting.reset();
  }
}

/**
 * The application cannot say how to launch executors that had got their places: it cannot go on, and the offers go
 * back.
 */
export function handleLaunchRefused(
  context: CoarseContext,
  { offerIds, taskIds, error }: Extract<CoarseEvent, { kind: 'launchRefused' }>,
): void {
  for (const taskId of taskIds) {
    const executor = context.executors.byTask(taskId);
    if (executor !== undefined) {
      forgetUnsent(context, executor, error.message);
    }
  }
  context.fail(error);
  const { demand, settings } = context;
  context.emit({ kind: 'decline', offerIds, ...satisfiedDecline(demand.satisfiedReason, settings) });
}

/** Gives each executor a number that was never used before (rule C5). */
function launcher(context: CoarseContext): Launcher {
  const { executors, taskIdPrefix, nowMs } = context;
  const { places } = executors;
  const origin = { taskIdPrefix, atMs: nowMs, isAdopted: false };
  return (candidate, share, ports) => {
    const place = places.isEmpty ? NO_PLACE : places.placeOf(candidate.offer);
    const executor = new Executor(context.nextExecutorId, origin, share, candidate, place, ports);
    context.nextExecutorId += 1;
    candidate.executors.push(executor);
    executors.add(executor);
  };
}

function declineRefused(
  context: CoarseContext,
  candidate: Candidate,
  own: AgentRefusal,
  declines: OfferDeclines,
): void {
  // What was also held against the sum of an agent's offers was refused for what the sum lacks.
  const { partOf } = candidate;
  const refusal = partOf?.refusal ?? own;
  const earlier = noteRefusal(context, partOf ?? candidate, refusal);
  declines.add(
    offerIdsOf(candidate),
    refusal.reason === 'LOCALITY_WAIT'
      ? declineUntil('LOCALITY_WAIT', refusal.untilMs, context.nowMs)
      : shortageDecline(earlier, context.settings),
  );
}

function unmetDecline({ settings }: CoarseContext) {
  return {
    reason: 'CONSTRAINTS_UNMET',
    refuseSeconds: settings.declineSeconds.CONSTRAINTS_UNMET,
  } as const;
}

function noteRefusal(context: CoarseContext, candidate: Candidate, refusal: AgentRefusal): number {
  return context.looks.note(candidate, refusal, context.demand.generation, context.nowMs);
}

import type { mesos } from '@spark-mesos/mesos-proto';
import { shortageSeconds } from '@spark-mesos/scheduler-utils';
import { CoarseError } from '../errors.ts';
import { newTaskId, offerIdOf } from '../ids.ts';
import type { ExecutorLaunch, ExecutorPlacement } from '../model.ts';
import type { Candidate } from './candidate.ts';
import { candidateOf } from './candidate.ts';
import type { CoarseContext } from './context.ts';
import { DeclineBatch } from './decline-batch.ts';
import type { Executor } from './executors.ts';
import type { Launcher } from './offer-matching.ts';
import { placeExecutors } from './offer-matching.ts';
import type { AgentRefusal } from './refusals.ts';
import { executorTask } from './task-info.ts';

/**
 * Takes of the offers what is wanted and declines the rest, each with its reason (rules C20, C25, C30, C31).
 */
export function handleOffers(context: CoarseContext, offers: readonly mesos.v1.IOffer[]): void {
  const declines = new DeclineBatch();
  const pausedUntilMs = context.backoff.pausedUntilMs(context.nowMs);
  if (context.demand.open().length === 0) {
    declineAll(context, offers, declines);
  } else if (pausedUntilMs !== undefined) {
    const refuseSeconds = secondsUntil(context, pausedUntilMs);
    declines.add(
      offers.map(({ id }) => offerIdOf(id)),
      'PAUSED',
      refuseSeconds,
    );
  } else {
    place(context, suitable(context, offers, declines), declines);
  }
  for (const effect of declines.effects()) {
    context.emit(effect);
  }
}

/** Nothing is wanted. At the limit of executors nothing is looked at (C20 b); at that of cores, constraints are. */
function declineAll(
  context: CoarseContext,
  offers: readonly mesos.v1.IOffer[],
  declines: DeclineBatch,
): void {
  const { satisfiedReason } = context.demand;
  const seconds = context.settings.declineSeconds;
  for (const offer of offers) {
    const reason =
      satisfiedReason === 'MAX_CORES_REACHED' && !context.meetsConstraints(offer.attributes).ok
        ? 'CONSTRAINTS_UNMET'
        : satisfiedReason;
    declines.add([offerIdOf(offer.id)], reason, seconds[reason]);
  }
}

/** The offers of agents that meet the constraints and are not left out; the others are declined. */
function suitable(
  context: CoarseContext,
  offers: readonly mesos.v1.IOffer[],
  declines: DeclineBatch,
): Candidate[] {
  const candidates: Candidate[] = [];
  for (const offer of offers) {
    const candidate = candidateOf(offer);
    const match = context.meetsConstraints(offer.attributes);
    const excludedUntilMs = match.ok
      ? context.health.excludedUntilMs(candidate.agentId, context.nowMs)
      : undefined;
    if (!match.ok) {
      noteRefusal(context, candidate, match);
      declines.add(
        candidate.offerIds,
        'CONSTRAINTS_UNMET',
        context.settings.declineSeconds.CONSTRAINTS_UNMET,
      );
    } else if (excludedUntilMs !== undefined) {
      noteRefusal(context, candidate, { ok: false, reason: 'AGENT_EXCLUDED' });
      declines.add(candidate.offerIds, 'PAUSED', secondsUntil(context, excludedUntilMs));
    } else {
      candidates.push(candidate);
    }
  }
  return candidates;
}

function place(context: CoarseContext, candidates: readonly Candidate[], declines: DeclineBatch): void {
  const { demand, settings } = context;
  const launched: Executor[] = [];
  const launcher: Launcher = (candidate, share, resources) => {
    const executor = newExecutor(context, candidate, share);
    const launch = askForLaunch(context, executor.placement);
    if (launch !== undefined) {
      candidate.tasks.push(executorTask(executor.placement, launch, resources, settings.taskLabels));
      candidate.taskIds.push(executor.taskId);
      context.executors.add(executor);
      launched.push(executor);
    }
  };
  const decided = placeExecutors(candidates, demand, settings, launcher);
  const satisfiedReason = demand.open().length === 0 ? demand.satisfiedReason : undefined;
  for (const candidate of decided) {
    if (candidate.tasks.length > 0) {
      const { agentId, offerIds, taskIds, tasks } = candidate;
      context.refusals.forget(agentId);
      context.emit({ kind: 'accept', agentId, offerIds, taskIds, tasks });
    } else if (satisfiedReason !== undefined) {
      declines.add(candidate.offerIds, satisfiedReason, settings.declineSeconds[satisfiedReason]);
    } else if (candidate.refusal !== undefined) {
      const earlier = noteRefusal(context, candidate, candidate.refusal);
      const refuseSeconds = shortageSeconds(earlier, settings.longestDeclineSeconds);
      declines.add(candidate.offerIds, 'DOES_NOT_FIT', refuseSeconds);
    }
  }
  for (const executor of launched) {
    context.watchdog.launched(executor, context.nowMs);
    context.emit({ kind: 'executorLaunched', executor: executor.placement });
  }
  if (launched.length > 0) {
    context.waiting.reset();
  }
}

function newExecutor(
  context: CoarseContext,
  candidate: Candidate,
  { profile, cores, gpus }: Parameters<Launcher>[1],
): Executor {
  const executorId = context.nextExecutorId;
  context.nextExecutorId += 1;
  const taskId = newTaskId(context.taskIdPrefix, executorId);
  return {
    placement: {
      executorId,
      taskId,
      agentId: candidate.agentId,
      hostname: candidate.hostname,
      cores,
      advertisedCores: cores + context.settings.extraCores,
      gpus,
      memoryMiB: profile.memory.heapMiB,
      taskMemoryMiB: profile.memory.totalMiB,
      profileId: profile.id,
    },
    taskId,
    agentId: candidate.agentId,
    launchedAtMs: context.nowMs,
    status: 'launched',
    statusSinceMs: context.nowMs,
    runningSinceMs: undefined,
    killedAtMs: undefined,
    acceptProblem: undefined,
  };
}

function askForLaunch(context: CoarseContext, placement: ExecutorPlacement): ExecutorLaunch | undefined {
  try {
    return context.launch(placement);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `Executor ${placement.executorId} cannot be launched: ${why}`;
    context.fail(new CoarseError('COARSE_LAUNCH_REFUSED', message, { cause }));
    return undefined;
  }
}

function noteRefusal(context: CoarseContext, candidate: Candidate, refusal: AgentRefusal): number {
  const { agentId, hostname, cpusThousandths, memThousandths, gpusThousandths } = candidate;
  return context.refusals.note({
    agentId,
    hostname,
    cpusThousandths,
    memThousandths,
    gpusThousandths,
    refusal,
    atMs: context.nowMs,
    generation: context.demand.generation,
  });
}

/** For how long to decline until then; at least Mesos's own 5 s. */
function secondsUntil(context: CoarseContext, untilMs: number): number {
  return Math.max(5, Math.ceil((untilMs - context.nowMs) / 1000));
}

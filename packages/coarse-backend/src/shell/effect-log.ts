import type { Logger } from '@spark-mesos/scheduler-utils';
import { DECLINE_WORDS } from '../core/decline-reasons.ts';
import type { CoarseEffect, CoarseEvent } from '../core/events.ts';
import type { ExecutorPlacement } from '../model.ts';

/**
 * Writes each effect down once: decisions at debug, what people ask about at info, what they should know at warn.
 * What the application is told in words for people, it says itself; here it is at info, so as not to be said twice.
 */
export function logEffect(logger: Logger, effect: CoarseEffect): void {
  switch (effect.kind) {
    case 'accept': {
      const { agentId, offerIds, taskIds } = effect;
      logger.debug({ agentId, offerIds, taskIds }, 'accepting offers');
      for (const executor of effect.executors) {
        logLaunch(logger, executor);
      }
      break;
    }
    case 'decline': {
      const { offerIds, reason, refuseSeconds } = effect;
      const fields = { offers: offerIds.length, reason, words: DECLINE_WORDS[reason], refuseSeconds };
      logger.debug(fields, 'declining offers');
      break;
    }
    case 'executorState': {
      const { executorId, taskId, hostname } = effect.executor;
      logger.info({ executorId, taskId, hostname, state: effect.state, ...effect.detail }, 'executor state');
      break;
    }
    case 'agentExcluded': {
      const { agentId, hostname, failures, lastMessage, untilMs } = effect.agent;
      const phrase = `Excluding Mesos agent ${agentId} due to too many failures`;
      logger.warn({ agentId, hostname, failures, lastMessage, untilMs }, phrase);
      break;
    }
    case 'draining': {
      const { executorId, hostname } = effect.executor;
      logger.info({ executorId, hostname, deadlineMs: effect.deadlineMs }, 'agent of executor is drained');
      break;
    }
    case 'acceptInverseOffers':
      logger.debug({ inverseOfferIds: effect.inverseOfferIds }, 'agreeing to a maintenance');
      break;
    case 'waiting':
      logger.info({ reason: effect.report.reason, refusals: effect.report.refusals }, effect.report.sentence);
      break;
    case 'registered':
      logger.info({ frameworkId: effect.frameworkId }, 'framework registered');
      break;
    case 'failed':
      logger.info({ error: effect.error.message }, 'the framework cannot go on');
      break;
    case 'kill':
      logger.debug({ taskId: effect.taskId }, 'killing a task');
      break;
    case 'reconcile':
      logger.debug({ tasks: effect.tasks.length }, 'asking for the state of tasks');
      break;
    case 'acknowledge':
      break;
    default:
      logger.debug({}, effect.kind);
      break;
  }
}

function logLaunch(logger: Logger, executor: ExecutorPlacement): void {
  const { executorId, taskId, agentId, hostname, cores, taskMemoryMiB } = executor;
  const fields = { executorId, taskId, agentId, hostname, cores, memoryMiB: taskMemoryMiB };
  logger.info(fields, 'executor launched');
}

/** Writes down what comes in, where it is of interest by itself, in the original's words (rules C54, C83). */
export function logEvent(logger: Logger, event: CoarseEvent): void {
  if (event.kind === 'offers') {
    logger.info({ offers: event.offers.length }, `Received ${event.offers.length} resource offers`);
  } else if (event.kind === 'executorTotals') {
    const totals = [...event.totals].map(([profileId, { total }]) => ({ profileId, total }));
    const sum = totals.reduce((soFar, { total = Number.POSITIVE_INFINITY }) => soFar + total, 0);
    const phrase = Number.isFinite(sum)
      ? `Capping the total amount of executors to ${sum}`
      : 'No cap on executors';
    logger.info({ totals }, phrase);
  }
}

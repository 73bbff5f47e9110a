import type { Logger } from '@spark-mesos/scheduler-utils';
import type { FineEffect, FineEvent } from '../core/events.ts';

/**
 * Writes each effect down once: decisions at debug, what people ask about at info, what they should know at warn.
 * Single tasks are not written down: there are a thousand a second.
 */
export function logEffect(logger: Logger, effect: FineEffect): void {
  switch (effect.kind) {
    case 'accept': {
      const { agentId, offerIds, taskIds, executor } = effect;
      logger.debug({ agentId, offerIds, taskIds }, 'accepting offers');
      if (executor !== undefined) {
        const { executorId, taskId, hostname, cores, taskCores } = executor;
        logger.info({ executorId, taskId, hostname, cores, taskCores }, 'launching executor');
      }
      break;
    }
    case 'decline': {
      const { offerIds, reason, refuseSeconds } = effect;
      logger.debug({ offers: offerIds.length, reason, refuseSeconds }, 'declining offers');
      break;
    }
    case 'kill':
      logger.debug({ taskId: effect.taskId }, 'giving back or killing a Mesos task');
      break;
    case 'tellEnd':
    case 'endSlot':
      logger.debug({ taskId: effect.taskId, end: effect.end }, 'giving back a Mesos task');
      break;
    case 'linesMissed': {
      const { executor, line } = effect;
      logger.warn(
        {
          agentId: executor.agentId,
          hostname: executor.hostname,
          gateway: line && `${line.host}:${line.port}`,
        },
        'slots open no line there and are killed instead: its agent has no bash, or does not reach the gateway',
      );
      break;
    }
    case 'executorState': {
      const { executorId, taskId, hostname } = effect.executor;
      logger.info({ executorId, taskId, hostname, state: effect.state, ...effect.detail }, 'executor state');
      break;
    }
    case 'executorCores': {
      const { executorId, hostname } = effect.executor;
      logger.debug({ executorId, hostname, taskCores: effect.taskCores }, 'cores of agent changed');
      break;
    }
    case 'acceptInverseOffers':
      logger.debug({ inverseOfferIds: effect.inverseOfferIds }, 'agreeing to a maintenance');
      break;
    case 'draining': {
      const { executorId, hostname } = effect.executor;
      logger.info({ executorId, hostname, deadlineMs: effect.deadlineMs }, 'emptying an agent');
      break;
    }
    case 'unpaid':
      logger.warn(
        { task: effect.task.name, reason: effect.message },
        'nobody pays for a running task any more',
      );
      break;
    case 'handBack':
      logger.info({ task: effect.task.name, reason: effect.message }, 'handing a task back to its driver');
      break;
    case 'agentExcluded': {
      const { agentId, hostname, failures, lastMessage, untilMs } = effect.agent;
      logger.warn(
        { agentId, hostname, failures, lastMessage, untilMs },
        'leaving an agent out after failures',
      );
      break;
    }
    case 'waiting':
      logger.info({ refusals: effect.report.refusals }, effect.report.sentence);
      break;
    case 'failed':
      logger.error({ reason: effect.error.message }, 'the framework cannot go on');
      break;
    case 'registered':
      logger.info({ frameworkId: effect.frameworkId }, 'framework registered');
      break;
    case 'revive':
    case 'suppress':
    case 'reconcile':
    case 'teardown':
    case 'detach':
      logger.debug({}, effect.kind);
      break;
    default:
      break;
  }
}

/** Writes down what happens to the connection. */
export function logEvent(logger: Logger, event: FineEvent): void {
  switch (event.kind) {
    case 'disconnected':
      logger.warn({ reason: event.reason }, 'connection to the master lost');
      break;
    case 'agentLost':
      logger.warn({ agentId: event.agentId }, 'agent lost');
      break;
    default:
      break;
  }
}

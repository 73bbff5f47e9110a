import { type Logger, messageOf } from '@spark-mesos/scheduler-utils';
import type { FineEffect } from '../core/events.ts';
import type { FineApplication } from '../model.ts';

/** Tells the application what an effect means to it, if anything. */
export function tellApplication(application: FineApplication, effect: FineEffect, logger: Logger): void {
  try {
    tell(application, effect);
  } catch (error) {
    // A bug of the layer above must not stop the tasks of its application.
    logger.error({ effect: effect.kind, reason: messageOf(error) }, 'a callback of the application failed');
  }
}

function tell(application: FineApplication, effect: FineEffect): void {
  switch (effect.kind) {
    case 'pass':
      application.pass(effect.task, effect.reason);
      break;
    case 'taskLost':
      application.taskLost(effect.task, effect.detail);
      break;
    case 'unpaid':
      application.unpaid(effect.task, effect.message);
      break;
    case 'handBack':
      application.handBack?.(effect.task, effect.message);
      break;
    case 'accept':
      if (effect.executor !== undefined) {
        application.executorLaunched(effect.executor);
      }
      break;
    case 'endSlot':
      application.endSlot?.(effect.taskId, effect.end);
      break;
    case 'executorState':
      application.executorState(effect.executor, effect.state, effect.detail);
      break;
    case 'executorCores':
      application.executorCores(effect.executor, effect.taskCores);
      break;
    case 'registered':
      application.registered(effect.frameworkId);
      break;
    case 'draining':
      application.draining?.(effect.executor, effect.deadlineMs);
      break;
    case 'agentExcluded':
      application.agentExcluded?.(effect.agent);
      break;
    case 'waiting':
      application.waiting(effect.report);
      break;
    case 'failed':
      application.failed(effect.error);
      break;
    default:
      break;
  }
}

import type { Logger } from '@spark-mesos/scheduler-utils';
import { messageOf } from '@spark-mesos/scheduler-utils';
import type { CoarseEffect } from '../core/events.ts';
import type { CoarseApplication } from '../model.ts';

/** Tells the application what an effect means to it, if anything; of an ACCEPT, each executor that it launches. */
export function tellApplication(application: CoarseApplication, effect: CoarseEffect, logger: Logger): void {
  if (effect.kind !== 'accept') {
    guarded(() => tell(application, effect), effect.kind, logger);
    return;
  }
  for (const executor of effect.executors) {
    guarded(() => application.executorLaunched(executor), effect.kind, logger);
  }
}

/** A bug of the layer above must not stop the executors of its application. */
function guarded(callBack: () => void, effect: CoarseEffect['kind'], logger: Logger): void {
  try {
    callBack();
  } catch (error) {
    logger.error({ effect, reason: messageOf(error) }, 'a callback of the application failed');
  }
}

function tell(application: CoarseApplication, effect: CoarseEffect): void {
  switch (effect.kind) {
    case 'registered':
      application.registered(effect.frameworkId);
      break;
    case 'executorState':
      application.executorState(effect.executor, effect.state, effect.detail);
      break;
    case 'draining':
      application.draining?.(effect.executor, effect.deadlineMs);
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

import {
  acceptCall,
  declineCall,
  isRetriable,
  killCall,
  launchOperation,
  MesosError,
  reconcileCall,
  reviveCall,
  suppressCall,
} from '@spark-mesos/mesos-client';
import type { mesos } from '@spark-mesos/mesos-proto';
import { messageOf } from '@spark-mesos/scheduler-utils';
import type { CallFailure, DispatcherAction } from '../core/actions.ts';
import { killPolicy } from '../launch/driver-task.ts';

/** The call that an action asks for; `undefined` for actions that are no calls. */
export function callOf(action: DispatcherAction): mesos.v1.scheduler.ICall | undefined {
  switch (action.kind) {
    case 'accept':
      return acceptCall(action.offerIds, [launchOperation(action.tasks)]);
    case 'decline':
      return declineCall(action.offerIds, action.refuseSeconds);
    case 'kill':
      return killCall(action.taskId, {
        ...(action.agentId === undefined ? {} : { agentId: action.agentId }),
        ...killPolicy(action.graceMs),
      });
    case 'reconcile':
      return reconcileCall(action.tasks);
    case 'revive':
      return reviveCall();
    case 'suppress':
      return suppressCall();
    default:
      return undefined;
  }
}

/** What is certain of a call that failed. */
export function failureOf(error: unknown): CallFailure {
  const reason = messageOf(error);
  const refused =
    error instanceof MesosError && (error.code === 'MESOS_REFUSED' || error.code === 'MESOS_FORBIDDEN');
  return { notCarriedOut: refused || isRetriable(error), refused, reason };
}

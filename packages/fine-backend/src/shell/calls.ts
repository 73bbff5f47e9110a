import {
  acceptCall,
  acceptInverseOffersCall,
  declineCall,
  killCall,
  launchOperation,
  messageCall,
  reconcileCall,
  reviveCall,
  suppressCall,
} from '@spark-mesos/mesos-client';
import type { mesos } from '@spark-mesos/mesos-proto';
import { encodeEndMessage } from '../carrier/end-message.ts';
import type { FineEffect } from '../core/events.ts';

/** The call that an effect asks for; `undefined` for effects that are no calls. */
export function callOf(
  effect: FineEffect | { readonly kind: 'taskState' },
): mesos.v1.scheduler.ICall | undefined {
  switch (effect.kind) {
    case 'accept':
      return acceptCall(effect.offerIds, [launchOperation(effect.tasks)]);
    case 'decline':
      return declineCall(effect.offerIds, effect.refuseSeconds);
    case 'kill':
      return killCall(effect.taskId, effect.agentId === undefined ? {} : { agentId: effect.agentId });
    case 'acceptInverseOffers':
      return acceptInverseOffersCall(effect.inverseOfferIds, effect.refuseSeconds);
    case 'tellEnd': {
      const { taskId, agentId, executorId, end } = effect;
      return messageCall(executorId, agentId, encodeEndMessage({ taskId, end }));
    }
    case 'reconcile':
      return reconcileCall(effect.tasks);
    // Both without roles, which are then all roles of the framework: whatever is wanted, any of them serves.
    case 'revive':
      return reviveCall();
    case 'suppress':
      return suppressCall();
    default:
      return undefined;
  }
}

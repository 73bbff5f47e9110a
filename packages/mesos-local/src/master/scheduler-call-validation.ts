import { mesos } from '@spark-mesos/mesos-proto';
import { hasField } from '../message-fields.ts';

const { Type } = mesos.v1.scheduler.Call;

type Call = mesos.v1.scheduler.ICall;

/** The part of a call that its type needs: the name on the wire, and the field. */
const NEEDED_PART = new Map<mesos.v1.scheduler.Call.Type, readonly [string, keyof Call]>([
  [Type.SUBSCRIBE, ['subscribe', 'subscribe']],
  [Type.ACCEPT, ['accept', 'accept']],
  [Type.DECLINE, ['decline', 'decline']],
  [Type.ACCEPT_INVERSE_OFFERS, ['accept_inverse_offers', 'acceptInverseOffers']],
  [Type.DECLINE_INVERSE_OFFERS, ['decline_inverse_offers', 'declineInverseOffers']],
  [Type.KILL, ['kill', 'kill']],
  [Type.SHUTDOWN, ['shutdown', 'shutdown']],
  [Type.ACKNOWLEDGE, ['acknowledge', 'acknowledge']],
  [Type.ACKNOWLEDGE_OPERATION_STATUS, ['acknowledge_operation_status', 'acknowledgeOperationStatus']],
  [Type.RECONCILE, ['reconcile', 'reconcile']],
  [Type.RECONCILE_OPERATIONS, ['reconcile_operations', 'reconcileOperations']],
  [Type.MESSAGE, ['message', 'message']],
  [Type.REQUEST, ['request', 'request']],
  [Type.UPDATE_FRAMEWORK, ['update_framework', 'updateFramework']],
]);

/** 16 bytes of the variant that everybody means, in one of its versions. */
export function isUuid(bytes: Uint8Array): boolean {
  if (bytes.length !== 16) return false;
  const version = (bytes[6] as number) >> 4;
  return ((bytes[8] as number) & 0xc0) === 0x80 && version >= 1 && version <= 5;
}

/** What a call lacks, in the words of a real master; undefined when nothing. */
export function callProblem(call: Call): string | undefined {
  if (!hasField(call, 'type') || Type[call.type as number] === undefined) {
    return "Expecting 'type' to be present";
  }
  const type = call.type as mesos.v1.scheduler.Call.Type;
  const needed = NEEDED_PART.get(type);
  const missing = needed !== undefined && !hasField(call, needed[1]) ? needed[0] : undefined;
  if (type === Type.SUBSCRIBE) {
    if (missing !== undefined) return "Expecting 'subscribe' to be present";
    const same = (call.frameworkId?.value ?? '') === (call.subscribe?.frameworkInfo?.id?.value ?? '');
    return same ? undefined : "'framework_id' differs from 'subscribe.framework_info.id'";
  }
  if (!hasField(call, 'frameworkId')) return "Expecting 'framework_id' to be present";
  if (missing !== undefined) return `Expecting '${missing}' to be present`;
  if (type === Type.ACKNOWLEDGE && call.acknowledge && !isUuid(call.acknowledge.uuid)) {
    return 'Not a valid UUID';
  }
  if (type === Type.UPDATE_FRAMEWORK) {
    const same = call.frameworkId?.value === call.updateFramework?.frameworkInfo.id?.value;
    return same ? undefined : "'framework_id' differs from 'update_framework.framework_info.id'";
  }
  return undefined;
}

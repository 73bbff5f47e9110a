import { mesos, toMesosJson } from '@spark-mesos/mesos-proto';
import { describe, expect, it } from 'vitest';
import {
  acceptCall,
  acceptInverseOffersCall,
  acknowledgeCall,
  acknowledgeOperationStatusCall,
  declineCall,
  declineInverseOffersCall,
  killCall,
  launchOperation,
  messageCall,
  reconcileCall,
  reconcileOperationsCall,
  requestCall,
  reviveCall,
  shutdownCall,
  subscribeCall,
  suppressCall,
  teardownCall,
  updateFrameworkCall,
} from '../../src/index.ts';

const json = (call: mesos.v1.scheduler.ICall | undefined) => toMesosJson(mesos.v1.scheduler.Call, call ?? {});
const framework = { user: 'u', name: 'n', id: { value: 'f' } };
const uuid = Uint8Array.from([1, 2]);

describe('calls', () => {
  it('subscribe with the framework id in both places', () => {
    expect(json(subscribeCall(framework, ['dev']))).toEqual({
      framework_id: { value: 'f' },
      type: 'SUBSCRIBE',
      subscribe: { framework_info: framework, suppressed_roles: ['dev'] },
    });
    expect(json(subscribeCall({ user: 'u', name: 'n' }))).toEqual({
      type: 'SUBSCRIBE',
      subscribe: { framework_info: { user: 'u', name: 'n' } },
    });
  });

  it('take ids as texts or as messages', () => {
    expect(json(acceptCall(['o1', { value: 'o2' }], [launchOperation([])], 3))).toEqual({
      type: 'ACCEPT',
      accept: {
        offer_ids: [{ value: 'o1' }, { value: 'o2' }],
        operations: [{ type: 'LAUNCH', launch: {} }],
        filters: { refuse_seconds: 3 },
      },
    });
  });

  it('leave the filters to Mesos unless told otherwise', () => {
    expect(json(declineCall(['o']))).toEqual({ type: 'DECLINE', decline: { offer_ids: [{ value: 'o' }] } });
    expect(json(declineCall(['o'], 0))).toMatchObject({ decline: { filters: { refuse_seconds: 0 } } });
  });

  it('say only what they are told', () => {
    expect(json(killCall('t'))).toEqual({ type: 'KILL', kill: { task_id: { value: 't' } } });
    expect(json(killCall('t', { agentId: 'a', killPolicy: { gracePeriod: { nanoseconds: 5 } } }))).toEqual({
      type: 'KILL',
      kill: {
        task_id: { value: 't' },
        agent_id: { value: 'a' },
        kill_policy: { grace_period: { nanoseconds: 5 } },
      },
    });
    expect(json(reviveCall())).toEqual({ type: 'REVIVE', revive: {} });
    expect(json(suppressCall(['dev']))).toEqual({ type: 'SUPPRESS', suppress: { roles: ['dev'] } });
    expect(json(teardownCall())).toEqual({ type: 'TEARDOWN' });
    expect(json(reconcileCall())).toEqual({ type: 'RECONCILE', reconcile: {} });
    expect(json(reconcileCall([{ taskId: 't', agentId: 'a' }, { taskId: 'u' }]))).toEqual({
      type: 'RECONCILE',
      reconcile: {
        tasks: [{ task_id: { value: 't' }, agent_id: { value: 'a' } }, { task_id: { value: 'u' } }],
      },
    });
    expect(
      json(reconcileOperationsCall([{ operationId: 'p', agentId: 'a', resourceProviderId: 'r' }])),
    ).toEqual({
      type: 'RECONCILE_OPERATIONS',
      reconcile_operations: {
        operations: [
          { operation_id: { value: 'p' }, agent_id: { value: 'a' }, resource_provider_id: { value: 'r' } },
        ],
      },
    });
    expect(json(shutdownCall('e', 'a'))).toMatchObject({ shutdown: { executor_id: { value: 'e' } } });
    expect(json(messageCall('e', 'a', uuid))).toMatchObject({ type: 'MESSAGE', message: { data: 'AQI=' } });
    expect(json(requestCall([]))).toEqual({ type: 'REQUEST', request: {} });
    expect(json(acceptInverseOffersCall(['i'], 1))).toMatchObject({ type: 'ACCEPT_INVERSE_OFFERS' });
    expect(json(declineInverseOffersCall(['i']))).toMatchObject({ type: 'DECLINE_INVERSE_OFFERS' });
    expect(json(updateFrameworkCall(framework))).toMatchObject({ type: 'UPDATE_FRAMEWORK' });
  });

  it('acknowledge what has a uuid, and nothing else', () => {
    const status = {
      taskId: { value: 't' },
      state: mesos.v1.TaskState.TASK_RUNNING,
      agentId: { value: 'a' },
    };
    expect(json(acknowledgeCall({ ...status, uuid }))).toEqual({
      type: 'ACKNOWLEDGE',
      acknowledge: { agent_id: { value: 'a' }, task_id: { value: 't' }, uuid: 'AQI=' },
    });
    expect(acknowledgeCall(status)).toBeUndefined();
    expect(acknowledgeCall({ ...status, uuid: new Uint8Array() })).toBeUndefined();

    const operation = { operationId: { value: 'p' }, state: mesos.v1.OperationState.OPERATION_FINISHED };
    expect(acknowledgeOperationStatusCall(operation)).toBeUndefined();
    expect(json(acknowledgeOperationStatusCall({ ...operation, uuid: { value: uuid } }))).toMatchObject({
      acknowledge_operation_status: { operation_id: { value: 'p' }, uuid: 'AQI=' },
    });
  });
});

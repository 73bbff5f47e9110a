import { mesos } from '@spark-mesos/mesos-proto';
import { describe, expect, it } from 'vitest';
import type { AgentId } from '../../src/ids.ts';
import {
  frameworkInfo,
  MasterHarness,
  reserved,
  type TestFramework,
  task,
} from '../support/master-harness.ts';

const { Type } = mesos.v1.Offer.Operation;
const { MULTI_ROLE, RESERVATION_REFINEMENT } = mesos.v1.FrameworkInfo.Capability.Type;
const { OperationState } = mesos.v1;

const REFINING = { capabilities: [{ type: MULTI_ROLE }, { type: RESERVATION_REFINEMENT }] };

function scene(role = 'spark', more: Partial<mesos.v1.IFrameworkInfo> = REFINING) {
  const master = new MasterHarness();
  const agentId = master.agent('cpus:4;mem:4096');
  return { master, agentId, framework: master.subscribe(frameworkInfo([role], more)) };
}

function reserve(framework: TestFramework, resources: mesos.v1.IResource[], id?: string): void {
  const operation = { type: Type.RESERVE, ...(id && { id: { value: id } }), reserve: { resources } };
  framework.operate(framework.takeOffers(), [operation]);
}

function statusesOf(framework: TestFramework) {
  return framework
    .take()
    .flatMap(({ updateOperationStatus }) => (updateOperationStatus ? [updateOperationStatus.status] : []));
}

function totalOf(master: MasterHarness, agentId: AgentId): string | undefined {
  return master.core.state.agents.get(agentId)?.resources.text();
}

describe('RESERVE by a framework', () => {
  it('makes some of its offer its role’s own, which others are not offered', () => {
    const { master, agentId, framework } = scene();
    reserve(framework, reserved('cpus:1', ['spark'], 'spark'));
    expect(totalOf(master, agentId)).toBe('cpus:3; mem:4096; cpus(reservations: [(DYNAMIC,spark)]):1');
    framework.call('SUPPRESS');
    const other = master.subscribe(frameworkInfo(['other']));
    const [offer] = other.takeOffers();
    expect(offer?.resources?.map(({ name, scalar }) => [name, scalar?.value])).toEqual([
      ['cpus', 3],
      ['mem', 4096],
    ]);
  });

  it('and LAUNCH on it can be in one ACCEPT; what the task leaves stays reserved', () => {
    const { master, agentId, framework } = scene();
    const resources = reserved('cpus:2', ['spark'], 'spark');
    const used = reserved('cpus:1', ['spark'], 'spark');
    framework.operate(framework.takeOffers(), [
      { type: Type.RESERVE, reserve: { resources } },
      { type: Type.LAUNCH, launch: { taskInfos: [{ ...task('t', agentId), resources: used }] } },
    ]);
    expect(framework.takeStatuses()).toEqual([]);
    expect(master.core.state.allocator.allocatedOn(agentId).text()).toBe(
      'cpus(reservations: [(DYNAMIC,spark)]):1',
    );
    expect(master.core.state.allocator.availableOn(agentId).text()).toContain('[(DYNAMIC,spark)]):1');
  });

  it('shows itself to older frameworks as a role and a reservation', () => {
    const { master, framework } = scene();
    reserve(framework, reserved('cpus:1', ['spark'], 'spark'));
    framework.call('SUPPRESS');
    const older = master.subscribe(frameworkInfo(['spark']));
    const [offer] = older.takeOffers();
    expect(offer?.resources?.at(-1)).toMatchObject({ name: 'cpus', role: 'spark', reservation: {} });
    expect(offer?.resources?.[0]).toMatchObject({ name: 'cpus', role: '*' });
  });

  it('can refine what a role above has, which frameworks without refinement are not offered', () => {
    const { master, agentId, framework } = scene('eng/spark');
    const id = { value: agentId };
    for (const offer of master.core.state.offers.values()) expect(offer.role).toBe('eng/spark');
    master.operator('RESERVE_RESOURCES', {
      reserveResources: { agentId: id, resources: reserved('cpus:2', ['eng']) },
    });
    framework.take();
    framework.call('REVIVE');
    reserve(framework, reserved('cpus:1', ['eng', 'eng/spark'], 'eng/spark'));
    expect(totalOf(master, agentId)).toContain('cpus(reservations: [(DYNAMIC,eng),(DYNAMIC,eng/spark)]):1');
    framework.call('SUPPRESS');
    const [offer] = master.subscribe(frameworkInfo(['eng/spark'])).takeOffers();
    const cpus = offer?.resources?.filter(({ name }) => name === 'cpus');
    expect(cpus?.map(({ role, scalar }) => [role, scalar?.value])).toEqual([
      ['*', 2],
      ['eng', 1],
    ]);
  });

  it.each([
    ['cpus:99', ['spark'], /does not contain cpus\(allocated: spark\):99$/],
    ['cpus:1', [], /^Resource cpus\(allocated: spark\):1 is not dynamically reserved; on agent M-S0 at/],
    ['cpus:1', ['other'], /^A reserve operation was attempted for a resource with role 'other', but/],
    ['cpus:1', ['spark', 'eng'], /^Invalid resources: .* role 'eng' is not below role 'spark'/],
  ])('of %s for %j is refused with the reason', (text, roles, message) => {
    const { master, agentId, framework } = scene();
    reserve(framework, reserved(text, roles, 'spark'), 'op');
    const [status] = statusesOf(framework);
    expect(status).toMatchObject({
      operationId: { value: 'op' },
      state: OperationState.OPERATION_ERROR,
      message: expect.stringMatching(message),
    });
    expect(totalOf(master, agentId)).toBe('cpus:4; mem:4096');
  });

  it('needs the framework’s own principal in it, when it has one', () => {
    const { framework } = scene('spark', { ...REFINING, principal: 'me' });
    reserve(framework, reserved('cpus:1', ['spark'], 'spark'), 'op');
    expect(statusesOf(framework)[0]?.message).toMatch(/^A reserve operation was attempted by principal 'me'/);
  });

  it('without an id is refused in silence', () => {
    const { framework } = scene();
    reserve(framework, reserved('cpus:99', ['spark'], 'spark'));
    expect(statusesOf(framework)).toEqual([]);
  });
});

describe('an operation with an id', () => {
  it('is said to have finished until that is acknowledged', () => {
    const { master, framework } = scene();
    reserve(framework, reserved('cpus:1', ['spark'], 'spark'), 'op');
    const [status] = statusesOf(framework);
    expect(status).toMatchObject({ state: OperationState.OPERATION_FINISHED, agentId: { value: 'M-S0' } });
    master.pass(10_000);
    expect(statusesOf(framework)).toHaveLength(1);
    master.pass(20_000);
    expect(statusesOf(framework)).toHaveLength(1);
    framework.call('ACKNOWLEDGE_OPERATION_STATUS', {
      acknowledgeOperationStatus: {
        operationId: { value: 'op' },
        agentId: { value: 'M-S0' },
        uuid: status?.uuid?.value ?? new Uint8Array(),
      },
    });
    master.pass(600_000);
    expect(statusesOf(framework)).toEqual([]);
    expect(master.core.state.operator.operations.size).toBe(0);
  });

  it('is reconciled without a uuid, as nobody has to acknowledge that', () => {
    const { framework } = scene();
    reserve(framework, reserved('cpus:1', ['spark'], 'spark'), 'op');
    statusesOf(framework);
    framework.call('RECONCILE_OPERATIONS', { reconcileOperations: {} });
    expect(statusesOf(framework)).toMatchObject([{ state: OperationState.OPERATION_FINISHED, uuid: null }]);
    const operations = [
      { operationId: { value: 'op' } },
      { operationId: { value: 'x' }, agentId: { value: 'M-S0' } },
      { operationId: { value: 'y' }, agentId: { value: 'nobody' } },
    ];
    framework.call('RECONCILE_OPERATIONS', { reconcileOperations: { operations } });
    expect(statusesOf(framework).map(({ state, message }) => [state, message])).toEqual([
      [OperationState.OPERATION_FINISHED, undefined],
      [OperationState.OPERATION_UNKNOWN, 'Reconciliation: Operation is unknown'],
      [OperationState.OPERATION_UNKNOWN, 'Reconciliation: Both operation and agent are unknown'],
    ]);
  });
});

describe('UNRESERVE', () => {
  it('gives back what was reserved dynamically, and nothing else', () => {
    const { master, agentId, framework } = scene();
    reserve(framework, reserved('cpus:1', ['spark'], 'spark'));
    master.pass(1000);
    const resources = reserved('cpus:1', ['spark'], 'spark');
    framework.operate(framework.takeOffers(), [{ type: Type.UNRESERVE, unreserve: { resources } }]);
    expect(totalOf(master, agentId)).toBe('cpus:4; mem:4096');
    master.pass(1000);
    const unreserve = { resources: reserved('cpus:1', [], 'spark') };
    framework.operate(framework.takeOffers(), [{ type: Type.UNRESERVE, id: { value: 'op' }, unreserve }]);
    expect(statusesOf(framework)[0]?.message).toMatch(/is not dynamically reserved/);
  });
});

describe('an operator', () => {
  it('reserves what is offered by taking offers back, which are not made again at once', () => {
    const { master, agentId, framework } = scene();
    framework.take();
    const resources = reserved('cpus:1', ['other']);
    expect(
      master.operator('RESERVE_RESOURCES', { reserveResources: { agentId: { value: agentId }, resources } }),
    ).toBeUndefined();
    expect(framework.take().map(({ rescind }) => rescind !== undefined)).toEqual([true]);
    expect(totalOf(master, agentId)).toContain('(DYNAMIC,other)');
    master.pass(4000);
    expect(framework.takeOffers()).toEqual([]);
    master.pass(2000);
    expect(framework.takeOffers()).toHaveLength(1);
  });

  it('cannot reserve what a task has', () => {
    const { master, agentId, framework } = scene();
    framework.accept(framework.takeOffers(), [task('t', agentId, 'cpus:4;mem:64')]);
    const resources = reserved('cpus:1', ['other']);
    const refusal = master.operator('RESERVE_RESOURCES', {
      reserveResources: { agentId: { value: agentId }, resources },
    });
    expect(refusal).toMatchObject({ status: 409, text: 'mem:4032 does not contain cpus:1' });
  });

  it('tells the agent what it has now', () => {
    const { master, agentId } = scene();
    const resources = reserved('cpus:1', ['other']);
    const call = {
      type: mesos.v1.master.Call.Type.RESERVE_RESOURCES,
      reserveResources: { agentId: { value: agentId }, resources },
    };
    const effects = master.step({ kind: 'operator-call', call });
    expect(effects.filter(({ kind }) => kind === 'agent-resources')).toHaveLength(1);
  });
});

import { mesos } from '@spark-mesos/mesos-proto';
import { describe, expect, it } from 'vitest';
import { frameworkInfo, MasterHarness, type TestFramework, task } from '../support/master-harness.ts';

const { Type: EventType } = mesos.v1.scheduler.Event;
const { Type: Capability } = mesos.v1.FrameworkInfo.Capability;

function harness(): { master: MasterHarness; framework: TestFramework } {
  const master = new MasterHarness();
  master.agent();
  return { master, framework: master.subscribe(frameworkInfo(['spark'])) };
}

describe('offers', () => {
  it('come with the subscription, after SUBSCRIBED and the first HEARTBEAT', () => {
    const { framework } = harness();
    const types = framework.take().map(({ type }) => type);
    expect(types).toEqual([EventType.SUBSCRIBED, EventType.HEARTBEAT, EventType.OFFERS]);
  });

  it('of several agents come in one event', () => {
    const master = new MasterHarness();
    master.agent();
    master.agent();
    const events = master.subscribe(frameworkInfo(['spark'])).take();
    expect(events.at(-1)?.offers?.offers).toHaveLength(2);
  });

  it.each([
    [undefined, 5000, 6000],
    [-1, 5000, 6000],
    [2, 2000, 3000],
    [0, 0, 1000],
    [0.1, 1000, 2000],
  ])('declined for %s s are made again with the next tick after that', (seconds, atLeastMs, atMostMs) => {
    const { master, framework } = harness();
    master.pass(500);
    framework.decline(framework.takeOffers(), seconds);
    master.pass(atLeastMs - 1);
    expect(framework.takeOffers()).toEqual([]);
    master.pass(atMostMs - atLeastMs + 1);
    expect(framework.takeOffers()).toHaveLength(1);
  });

  it('declined for ever come back with REVIVE, at once', () => {
    const { master, framework } = harness();
    framework.decline(framework.takeOffers(), 1e12);
    master.pass(3_600_000);
    expect(framework.takeOffers()).toEqual([]);
    framework.call('REVIVE', { revive: { roles: ['other'] } });
    expect(framework.takeOffers()).toEqual([]);
    framework.call('REVIVE');
    expect(framework.takeOffers()).toHaveLength(1);
  });

  it('stop with SUPPRESS, but those that are out stay valid', () => {
    const { master, framework } = harness();
    const offers = framework.takeOffers();
    framework.call('SUPPRESS');
    expect(framework.take()).toEqual([]);
    framework.decline(offers, 0);
    master.pass(10_000);
    expect(framework.takeOffers()).toEqual([]);
    framework.call('REVIVE');
    expect(framework.takeOffers()).toHaveLength(1);
  });

  it('of an agent come again before the filter ends when more has become free there', () => {
    const { master, framework } = harness();
    const [offer] = framework.takeOffers() as [mesos.v1.IOffer];
    framework.accept([offer], [task('t', offer.agentId.value)], 3600);
    master.pass(5000);
    expect(framework.takeOffers()).toEqual([]);
    master.step({
      kind: 'task-update',
      agentId: offer.agentId.value as never,
      frameworkId: framework.id,
      status: { taskId: { value: 't' }, state: mesos.v1.TaskState.TASK_FINISHED, uuid: new Uint8Array(16) },
      latestState: mesos.v1.TaskState.TASK_FINISHED,
    });
    master.pass(1000);
    const [again] = framework.takeOffers() as [mesos.v1.IOffer];
    expect(again.resources?.find(({ name }) => name === 'cpus')?.scalar?.value).toBe(4);
  });

  it('carry the role for MULTI_ROLE frameworks and no word of it for others', () => {
    const master = new MasterHarness();
    master.agent();
    const modern = master.subscribe(frameworkInfo(['spark']));
    const [offer] = modern.takeOffers() as [mesos.v1.IOffer];
    expect(offer.allocationInfo).toEqual({ role: 'spark' });
    expect(offer.resources?.[0]).toMatchObject({ role: '*', allocationInfo: { role: 'spark' } });
    modern.call('TEARDOWN');
    const old = master.subscribe({ user: 'root', name: 'old', role: 'spark' });
    const [plain] = old.takeOffers() as [mesos.v1.IOffer];
    expect(plain.allocationInfo).toBeUndefined();
    expect(plain.resources?.[0]?.allocationInfo).toBeUndefined();
  });

  it('of agents with GPUs are kept for those who know GPUs', () => {
    const master = new MasterHarness();
    master.agent('cpus:4;mem:4096;gpus:2');
    const plain = master.subscribe(frameworkInfo(['a']));
    expect(plain.takeOffers()).toEqual([]);
    const capabilities = [{ type: Capability.MULTI_ROLE }, { type: Capability.GPU_RESOURCES }];
    const knowing = master.subscribe(frameworkInfo(['b'], { capabilities }));
    expect(knowing.takeOffers()).toHaveLength(1);
  });

  it('of a lost agent are rescinded, and every framework hears of the loss', () => {
    const { master, framework } = harness();
    const [offer] = framework.takeOffers() as [mesos.v1.IOffer];
    const agentId = offer.agentId.value as never;
    master.step({ kind: 'agent-disconnected', agentId });
    expect(framework.take()).toEqual([{ type: EventType.RESCIND, rescind: { offerId: offer.id } }]);
    master.step({ kind: 'agent-removed', agentId, how: 'unreachable' });
    expect(framework.take()).toEqual([{ type: EventType.FAILURE, failure: { agentId: offer.agentId } }]);
  });
});

describe('fair shares', () => {
  function offeredTo(frameworks: readonly TestFramework[]): number[] {
    return frameworks.map((framework) => framework.takeOffers().length);
  }

  it('give agents in turn to roles that have equally little', () => {
    const master = new MasterHarness();
    const one = master.subscribe(frameworkInfo(['one']));
    const two = master.subscribe(frameworkInfo(['two']));
    for (let count = 0; count < 6; count++) master.agent();
    expect(offeredTo([one, two])).toEqual([3, 3]);
  });

  it('give a role with twice the weight twice as much', () => {
    const master = new MasterHarness();
    master.core.state.allocator.setWeight('heavy', 2);
    const heavy = master.subscribe(frameworkInfo(['heavy']));
    const light = master.subscribe(frameworkInfo(['light']));
    for (let count = 0; count < 9; count++) master.agent();
    expect(offeredTo([heavy, light])).toEqual([6, 3]);
  });

  it('count what a role below has for the role above, so that brothers share first', () => {
    const master = new MasterHarness();
    const roles = ['eng/spark', 'eng/kafka', 'sales'];
    const frameworks = roles.map((role) => master.subscribe(frameworkInfo([role])));
    for (let count = 0; count < 8; count++) master.agent();
    expect(offeredTo(frameworks)).toEqual([2, 2, 4]);
  });

  it('within a role go to the framework that has less', () => {
    const master = new MasterHarness();
    const frameworks = ['a', 'b'].map((name) => master.subscribe(frameworkInfo(['spark'], { name })));
    for (let count = 0; count < 4; count++) master.agent();
    expect(offeredTo(frameworks)).toEqual([2, 2]);
  });
});

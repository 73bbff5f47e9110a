import { mesos } from '@spark-mesos/mesos-proto';
import { describe, expect, it } from 'vitest';
import type { FrameworkId, StreamId } from '../../src/ids.ts';
import { frameworkInfo, MasterHarness, task } from '../support/master-harness.ts';

const { Type: EventType } = mesos.v1.scheduler.Event;
const { TaskState } = mesos.v1;

function types(events: readonly mesos.v1.scheduler.IEvent[]): (string | undefined)[] {
  return events.map(({ type }) => EventType[type ?? EventType.UNKNOWN]);
}

function errorOf(events: readonly mesos.v1.scheduler.IEvent[]): string | undefined {
  return events.find(({ type }) => type === EventType.ERROR)?.error?.message;
}

describe('a subscription', () => {
  it('hears a heartbeat every interval', () => {
    const master = new MasterHarness();
    const framework = master.subscribe(frameworkInfo(['spark']));
    framework.take();
    master.pass(45_000);
    expect(types(framework.take())).toEqual(['HEARTBEAT', 'HEARTBEAT', 'HEARTBEAT']);
  });

  it('that drops ends a framework at once when it has no failover timeout', () => {
    const master = new MasterHarness();
    const agentId = master.agent();
    const framework = master.subscribe(frameworkInfo(['spark'], { failoverTimeout: 0 }));
    framework.accept(framework.takeOffers(), [task('t', agentId)]);
    master.step({ kind: 'stream-closed', streamId: framework.streamId });
    expect(framework.record).toBeUndefined();
    const [ended] = master.core.state.completedFrameworks;
    expect(ended?.completedTasks[0]?.statuses.at(-1)?.state).toBe(TaskState.TASK_KILLED);
    expect(master.agentMessages.at(-1)?.message.kind).toBe('shutdown-framework');
  });

  it('that drops leaves the framework its failover timeout to come back', () => {
    const master = new MasterHarness();
    const agentId = master.agent();
    const framework = master.subscribe(frameworkInfo(['spark'], { failoverTimeout: 60 }));
    framework.accept(framework.takeOffers(), [task('t', agentId)]);
    master.step({ kind: 'stream-closed', streamId: framework.streamId });
    master.pass(59_000);
    expect(framework.record?.tasks.size).toBe(1);
    const again = master.subscribe(frameworkInfo(['spark']), framework.id);
    expect(types(again.take())).toEqual(['SUBSCRIBED', 'HEARTBEAT', 'OFFERS']);
    expect(master.agentMessages.at(-1)?.message.kind).toBe('framework-listens');
    master.pass(120_000);
    expect(again.record?.tasks.size).toBe(1);
  });

  it('ends with its failover timeout, and then its id is dead for ever', () => {
    const master = new MasterHarness();
    const framework = master.subscribe(frameworkInfo(['spark'], { failoverTimeout: 2 }));
    master.step({ kind: 'stream-closed', streamId: framework.streamId });
    master.pass(2000);
    expect(framework.record).toBeUndefined();
    const refused = master.subscribe(frameworkInfo(['spark']), framework.id);
    expect(errorOf(refused.take())).toBe('Framework has been removed');
    expect(master.closedStreams.has(refused.streamId)).toBe(true);
  });

  it('is refused when the framework comes back as somebody else', () => {
    const master = new MasterHarness();
    const first = master.subscribe(frameworkInfo(['spark'], { principal: 'me' }));
    for (const principal of ['you', null]) {
      const again = master.subscribe(frameworkInfo(['spark'], { principal }), first.id);
      expect(again.take()).toMatchObject([
        { error: { message: "Changing framework's principal is not allowed." } },
      ]);
      expect(first.record?.streamId).toBe(first.streamId);
    }
  });

  it('names all roles that are suppressed and are none of the framework', () => {
    const master = new MasterHarness();
    const streamId = 'here' as StreamId;
    const subscribe = { frameworkInfo: frameworkInfo(['spark']), suppressedRoles: ['spark', 'b', 'a'] };
    master.step({ kind: 'subscribe', streamId, subscribe, frameworkId: undefined });
    expect(master.eventsOf(streamId)).toMatchObject([
      { error: { message: 'Suppressed roles { a, b } are not contained in the set of roles' } },
    ]);
  });

  it('with a failover timeout that no clock can count to is refused', () => {
    const master = new MasterHarness();
    const framework = master.subscribe(frameworkInfo(['spark'], { failoverTimeout: 1.25e10 }));
    expect(framework.take()).toMatchObject([
      { error: { message: 'The framework failover_timeout (1.25e+10) is invalid' } },
    ]);
  });

  it('with a negative failover timeout is waited for without end, as Mesos 1.11.0 does', () => {
    const master = new MasterHarness();
    const framework = master.subscribe(frameworkInfo(['spark'], { failoverTimeout: -1 }));
    master.step({ kind: 'stream-closed', streamId: framework.streamId });
    master.pass(24 * 3600 * 1000);
    expect(framework.record).toBeDefined();
  });

  it('is taken over by a second one with the same id: the first hears why, its offers go back', () => {
    const master = new MasterHarness();
    master.agent();
    const first = master.subscribe(frameworkInfo(['spark']));
    first.take();
    const second = master.subscribe(frameworkInfo(['spark']), first.id);
    expect(errorOf(first.take())).toBe('Framework failed over');
    expect(master.closedStreams.has(first.streamId)).toBe(true);
    expect(types(second.take())).toEqual(['SUBSCRIBED', 'HEARTBEAT']);
    master.pass(1000);
    expect(second.takeOffers()).toHaveLength(1);
  });

  it('keeps user and checkpoint of the first time, and takes over name and roles', () => {
    const master = new MasterHarness();
    master.agent();
    const first = master.subscribe(frameworkInfo(['spark'], { checkpoint: true }));
    const changed = frameworkInfo(['spark', 'two'], { user: 'nobody', checkpoint: false, name: 'new' });
    const { record } = master.subscribe(changed, first.id);
    expect(record?.info).toMatchObject({ user: 'root', checkpoint: true, name: 'new' });
    expect(record?.roles).toEqual(['spark', 'two']);
  });

  it('may bring an id of its own that no master has given', () => {
    const master = new MasterHarness();
    const framework = master.subscribe(frameworkInfo(['spark']), 'my own id' as FrameworkId);
    expect(framework.id).toBe('my own id');
    framework.take();
    master.pass(15_000);
    expect(types(framework.take())).toEqual(['HEARTBEAT']);
  });

  it('is refused when it suppresses a role that it is not in', () => {
    const master = new MasterHarness();
    const streamId = 'stream' as never;
    const subscribe = { frameworkInfo: frameworkInfo(['spark']), suppressedRoles: ['other'] };
    master.step({ kind: 'subscribe', streamId, subscribe, frameworkId: undefined });
    expect(errorOf(master.eventsOf(streamId))).toMatch(/other/);
  });

  it('hears of no offers for roles that it suppresses from the start', () => {
    const master = new MasterHarness();
    master.agent();
    const streamId = 'stream' as never;
    const subscribe = { frameworkInfo: frameworkInfo(['spark']), suppressedRoles: ['spark'] };
    master.step({ kind: 'subscribe', streamId, subscribe, frameworkId: undefined });
    master.pass(5000);
    expect(types(master.eventsOf(streamId))).toEqual(['SUBSCRIBED', 'HEARTBEAT']);
  });

  it('ends without a word with TEARDOWN', () => {
    const master = new MasterHarness();
    const framework = master.subscribe(frameworkInfo(['spark']));
    framework.take();
    framework.call('TEARDOWN');
    expect(framework.take()).toEqual([]);
    expect(master.closedStreams.has(framework.streamId)).toBe(true);
  });
});

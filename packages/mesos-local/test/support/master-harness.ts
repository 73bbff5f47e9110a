import { mesos } from '@spark-mesos/mesos-proto';
import type { AgentId, FrameworkId, StreamId } from '../../src/ids.ts';
import { MasterCore } from '../../src/master/master-core.ts';
import type { AgentMessage, MasterEffect, MasterInput } from '../../src/master/messages.ts';
import type { FrameworkRecord } from '../../src/master/model.ts';
import { ResourceSet } from '../../src/resources/resource-set.ts';
import { parseResources } from '../../src/resources/resource-text.ts';

type Event = mesos.v1.scheduler.IEvent;
type Call = Omit<mesos.v1.scheduler.ICall, 'type' | 'frameworkId'>;
const { Type: CallType } = mesos.v1.scheduler.Call;
const { Type: EventType } = mesos.v1.scheduler.Event;
const { MULTI_ROLE } = mesos.v1.FrameworkInfo.Capability.Type;

/** The FrameworkInfo of a framework in these roles. */
export function frameworkInfo(roles: string[], more: Partial<mesos.v1.IFrameworkInfo> = {}) {
  return {
    user: 'root',
    name: roles.join('+'),
    roles,
    capabilities: [{ type: MULTI_ROLE }],
    failoverTimeout: 60,
    ...more,
  };
}

/** A master with a clock that stands still until it is moved, and agents that are only names. */
export class MasterHarness {
  readonly core: MasterCore;
  nowMs = 1_000_000;
  readonly events = new Map<StreamId, Event[]>();
  readonly closedStreams = new Set<StreamId>();
  readonly agentMessages: { agentId: AgentId; message: AgentMessage }[] = [];
  #streamNumber = 0;
  #agentNumber = 0;

  constructor() {
    const settings = {
      masterId: 'M',
      hostname: 'localhost',
      ip: '127.0.0.1',
      port: 5050,
      allocationIntervalMs: 1000,
      heartbeatIntervalMs: 15_000,
    };
    this.core = new MasterCore(settings, this.nowMs);
  }

  step(input: MasterInput): MasterEffect[] {
    const effects = this.core.step(input, this.nowMs);
    for (const effect of effects) {
      if (effect.kind === 'send') this.eventsOf(effect.streamId).push(effect.event);
      if (effect.kind === 'close-stream') this.closedStreams.add(effect.streamId);
      if (effect.kind === 'tell-agent') this.agentMessages.push(effect);
    }
    return effects;
  }

  /** Moves the clock, waking the master whenever it wants to be woken. */
  pass(ms: number): void {
    const endMs = this.nowMs + ms;
    for (let next = this.core.nextDeadlineMs(); next !== undefined && next <= endMs; ) {
      this.nowMs = Math.max(this.nowMs, next);
      this.step({ kind: 'wake' });
      next = this.core.nextDeadlineMs();
    }
    this.nowMs = endMs;
  }

  agent(resources = 'cpus:4;mem:4096;disk:10000;ports:[31000-32000]'): AgentId {
    const agentId = `M-S${this.#agentNumber++}` as AgentId;
    const agent = {
      hostname: 'localhost',
      ip: '127.0.0.1',
      port: 5051,
      resources: ResourceSet.of(parseResources(resources)),
      attributes: [],
    };
    this.step({ kind: 'agent-registered', agentId, agent });
    return agentId;
  }

  eventsOf(streamId: StreamId): Event[] {
    const events = this.events.get(streamId) ?? [];
    this.events.set(streamId, events);
    return events;
  }

  subscribe(info: mesos.v1.IFrameworkInfo, frameworkId?: FrameworkId): TestFramework {
    const streamId = `stream-${this.#streamNumber++}` as StreamId;
    const asked = frameworkId === undefined ? info : { ...info, id: { value: frameworkId } };
    this.step({ kind: 'subscribe', streamId, subscribe: { frameworkInfo: asked }, frameworkId });
    const subscribed = this.eventsOf(streamId).find(({ type }) => type === EventType.SUBSCRIBED);
    return new TestFramework(this, streamId, subscribed?.subscribed?.frameworkId.value as FrameworkId);
  }
}

/** One framework's side of a {@link MasterHarness}. */
export class TestFramework {
  readonly streamId: StreamId;
  readonly id: FrameworkId;
  readonly #harness: MasterHarness;

  constructor(harness: MasterHarness, streamId: StreamId, id: FrameworkId) {
    this.#harness = harness;
    this.streamId = streamId;
    this.id = id;
  }

  get record(): FrameworkRecord | undefined {
    return this.#harness.core.state.frameworks.get(this.id);
  }

  call(type: keyof typeof CallType, parts: Call = {}): void {
    const call = { type: CallType[type] as mesos.v1.scheduler.Call.Type, ...parts };
    this.#harness.step({ kind: 'call', frameworkId: this.id, call });
  }

  /** Takes out what has come on the stream since the last time. */
  take(): Event[] {
    return this.#harness.eventsOf(this.streamId).splice(0);
  }

  takeOffers(): mesos.v1.IOffer[] {
    return this.take().flatMap((event) => event.offers?.offers ?? []);
  }

  takeStatuses(): mesos.v1.ITaskStatus[] {
    return this.take().flatMap((event) => (event.update ? [event.update.status] : []));
  }

  accept(offers: readonly mesos.v1.IOffer[], tasks: mesos.v1.ITaskInfo[], refuseSeconds?: number): void {
    this.call('ACCEPT', {
      accept: {
        offerIds: offers.map(({ id }) => id),
        operations: [{ type: mesos.v1.Offer.Operation.Type.LAUNCH, launch: { taskInfos: tasks } }],
        ...(refuseSeconds !== undefined && { filters: { refuseSeconds } }),
      },
    });
  }

  decline(offers: readonly mesos.v1.IOffer[], refuseSeconds?: number): void {
    this.call('DECLINE', {
      decline: {
        offerIds: offers.map(({ id }) => id),
        ...(refuseSeconds !== undefined && { filters: { refuseSeconds } }),
      },
    });
  }
}

/** A command task on an agent. */
export function task(id: string, agentId: string, resources = 'cpus:0.5;mem:64'): mesos.v1.ITaskInfo {
  return {
    name: `task ${id}`,
    taskId: { value: id },
    agentId: { value: agentId },
    resources: parseResources(resources).map(({ role: _role, ...resource }) => resource),
    command: { shell: true, value: 'true' },
  };
}

import { mesos } from '@spark-mesos/mesos-proto';
import type { AgentId, FrameworkId, StreamId } from '../../src/ids.ts';
import { MasterCore } from '../../src/master/master-core.ts';
import type { MasterSettings } from '../../src/master/master-state.ts';
import type { AgentMessage, MasterEffect, MasterInput } from '../../src/master/messages.ts';
import type { FrameworkRecord } from '../../src/master/model.ts';
import { type OperatorRefusal, operatorRefusal } from '../../src/master/operator-calls.ts';
import { changesRegistry, type RegistryContent, registryOf } from '../../src/master/recovery.ts';
import { ResourceSet } from '../../src/resources/resource-set.ts';
import { parseResources } from '../../src/resources/resource-text.ts';

type Event = mesos.v1.scheduler.IEvent;
type Call = Omit<mesos.v1.scheduler.ICall, 'type' | 'frameworkId'>;
const { Type: CallType } = mesos.v1.scheduler.Call;
const { Type: EventType } = mesos.v1.scheduler.Event;
const { Type: OperatorCallType } = mesos.v1.master.Call;
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
  core: MasterCore;
  nowMs = 1_000_000;
  readonly events = new Map<StreamId, Event[]>();
  readonly closedStreams = new Set<StreamId>();
  readonly operatorEvents: mesos.v1.master.IEvent[] = [];
  /** What the master has written down for the next one. */
  #registry: RegistryContent | undefined;
  readonly agentMessages: { agentId: AgentId; message: AgentMessage }[] = [];
  #streamNumber = 0;
  #agentNumber = 0;
  #failOverNumber = 0;
  readonly #settings: MasterSettings;

  constructor(more: Partial<MasterSettings> = {}) {
    this.#settings = {
      masterId: 'M',
      hostname: 'localhost',
      ip: '127.0.0.1',
      port: 5050,
      allocationIntervalMs: 1000,
      heartbeatIntervalMs: 15_000,
      ...more,
    };
    this.core = new MasterCore(this.#settings, this.nowMs);
  }

  /** The master dies; the next one begins with what this one has written down, and all streams have ended. */
  failOver(): void {
    const registry = this.#registry && (JSON.parse(JSON.stringify(this.#registry)) as RegistryContent);
    const masterId = `M${++this.#failOverNumber}`;
    this.core = new MasterCore({ ...this.#settings, masterId }, this.nowMs, registry);
  }

  step(input: MasterInput): MasterEffect[] {
    const effects = this.core.step(input, this.nowMs);
    for (const effect of effects) {
      if (effect.kind === 'send') this.eventsOf(effect.streamId).push(effect.event);
      if (effect.kind === 'close-stream') this.closedStreams.add(effect.streamId);
      if (effect.kind === 'tell-agent') this.agentMessages.push(effect);
      if (effect.kind === 'send-to-operator') this.operatorEvents.push(effect.event);
      if (effect.kind === 'report' && changesRegistry(effect.event)) {
        this.#registry = registryOf(this.core.state);
      }
    }
    return effects;
  }

  /** An operator's call; what it is refused with, if it is. */
  operator(
    type: keyof typeof OperatorCallType,
    parts: Omit<mesos.v1.master.ICall, 'type'> = {},
  ): OperatorRefusal | undefined {
    const call = { type: OperatorCallType[type] as mesos.v1.master.Call.Type, ...parts };
    const refusal = operatorRefusal(this.core.state, call, undefined);
    if (refusal === undefined) this.step({ kind: 'operator-call', call });
    return refusal;
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

  /** Does operations on offers, and takes the rest back at once. */
  operate(offers: readonly mesos.v1.IOffer[], operations: mesos.v1.Offer.IOperation[]): void {
    const offerIds = offers.map(({ id }) => id);
    this.call('ACCEPT', { accept: { offerIds, operations, filters: { refuseSeconds: 0 } } });
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

/** Resources that are reserved, the last of these roles last; each after the first is a refinement. */
export function reserved(text: string, roles: readonly string[], allocatedTo?: string): mesos.v1.IResource[] {
  const reservations = roles.map((role) => ({
    type: mesos.v1.Resource.ReservationInfo.Type.DYNAMIC,
    role,
  }));
  return parseResources(text).map(({ role: _role, ...resource }) => ({
    ...resource,
    ...(reservations.length > 0 && { reservations }),
    ...(allocatedTo !== undefined && { allocationInfo: { role: allocatedTo } }),
  }));
}

import { mesos } from '@spark-mesos/mesos-proto';
import { Allocator } from '../allocation/allocator.ts';
import { DeadlineQueue } from '../deadline-queue.ts';
import type { AgentId, FrameworkId, OfferId, StreamId } from '../ids.ts';
import type { ResourceSet } from '../resources/resource-set.ts';
import type { AgentMessage, ClusterEvent, MasterEffect } from './messages.ts';
import type { AgentRecord, FrameworkRecord, OfferRecord } from './model.ts';
import { operatorEvents } from './operator-events.ts';
import { OperatorState } from './operator-state.ts';
import type { RecoveredAgent } from './recovery.ts';

const { Type: EventType } = mesos.v1.scheduler.Event;

/** What a master is told about itself and its times. */
export interface MasterSettings {
  readonly masterId: string;
  readonly hostname: string;
  readonly ip: string;
  readonly port: number;
  /** How often offers are made when nothing else asks for it. */
  readonly allocationIntervalMs: number;
  /** How often a stream hears that it is alive. */
  readonly heartbeatIntervalMs: number;
  /** How long a ping to an agent waits for its answer. Default 15 s. */
  readonly agentPingTimeoutMs?: number;
  /** So many pings in a row without an answer, and the agent is unreachable. Default 5. */
  readonly maxAgentPingTimeouts?: number;
  /** How long the agents of a master that was here before have to find this one. Default 10 min. */
  readonly agentReregisterTimeoutMs?: number;
  /** After this time, an offer that nobody has answered is taken back. Default: never. */
  readonly offerTimeoutMs?: number;
  /** Whether whoever comes has to show who it is. Default: no. */
  readonly isAuthenticated?: boolean;
}

const DEFAULT_TIMES = {
  agentPingTimeoutMs: 15_000,
  maxAgentPingTimeouts: 5,
  agentReregisterTimeoutMs: 600_000,
} as const;

/** The times that a master goes by: what is not set is as in Mesos. */
export function timesOf(
  settings: MasterSettings,
): Required<Pick<MasterSettings, keyof typeof DEFAULT_TIMES>> {
  const {
    agentPingTimeoutMs = DEFAULT_TIMES.agentPingTimeoutMs,
    maxAgentPingTimeouts = DEFAULT_TIMES.maxAgentPingTimeouts,
    agentReregisterTimeoutMs = DEFAULT_TIMES.agentReregisterTimeoutMs,
  } = settings;
  return { agentPingTimeoutMs, maxAgentPingTimeouts, agentReregisterTimeoutMs };
}

/** The master's memory, and the effects that the step in hand has asked for so far. */
export class MasterState {
  readonly settings: MasterSettings;
  readonly allocator: Allocator;
  readonly deadlines = new DeadlineQueue();
  readonly frameworks = new Map<FrameworkId, FrameworkRecord>();
  /** Ended ones, the newest last. */
  completedFrameworks: FrameworkRecord[] = [];
  /** Ids that can never subscribe again. */
  readonly removedFrameworkIds = new Set<FrameworkId>();
  readonly agents = new Map<AgentId, AgentRecord>();
  /** Agents that were lost, and since when; their tasks may come back with them. */
  readonly unreachableAgents = new Map<AgentId, number>();
  /** Agents of the registry that have not found this master yet. */
  readonly recoveredAgents = new Map<AgentId, RecoveredAgent>();
  readonly offers = new Map<OfferId, OfferRecord>();
  readonly frameworkOfStream = new Map<StreamId, FrameworkId>();
  readonly operator: OperatorState;
  nowMs: number;
  readonly startedAtMs: number;
  nextFrameworkNumber = 0;
  nextOfferNumber = 0;
  #effects: MasterEffect[] = [];

  constructor(settings: MasterSettings, nowMs: number) {
    this.settings = settings;
    this.operator = new OperatorState(settings.masterId);
    this.allocator = new Allocator(settings.allocationIntervalMs);
    this.nowMs = nowMs;
    this.startedAtMs = nowMs;
  }

  takeEffects(): MasterEffect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }

  /** To the framework's stream, if it has one; what a disconnected framework misses, it misses. */
  send(framework: FrameworkRecord, event: mesos.v1.scheduler.IEvent): void {
    if (framework.streamId !== undefined) this.sendTo(framework.streamId, event);
  }

  sendTo(streamId: StreamId, event: mesos.v1.scheduler.IEvent): void {
    this.#effects.push({ kind: 'send', streamId, event });
  }

  /** The last word on a stream that gets no further. */
  refuseStream(streamId: StreamId, message: string): void {
    this.sendTo(streamId, { type: EventType.ERROR, error: { message } });
    this.closeStream(streamId);
  }

  closeStream(streamId: StreamId): void {
    this.frameworkOfStream.delete(streamId);
    this.#effects.push({ kind: 'close-stream', streamId });
  }

  tell(agentId: AgentId, message: AgentMessage): void {
    this.#effects.push({ kind: 'tell-agent', agentId, message });
  }

  report(event: ClusterEvent): void {
    this.#effects.push({ kind: 'report', event });
    if (this.operator.streams.size === 0) return;
    for (const news of operatorEvents(this, event)) {
      for (const streamId of this.operator.streams) this.sendToOperator(streamId, news);
    }
  }

  sendToOperator(streamId: StreamId, event: mesos.v1.master.IEvent): void {
    this.#effects.push({ kind: 'send-to-operator', streamId, event });
  }

  /** The agent keeps what it has by itself: it is asked for it by the next master. */
  reportResources(agentId: AgentId, resources: ResourceSet): void {
    this.#effects.push({ kind: 'agent-resources', agentId, resources });
  }

  shutdownAgent(agentId: AgentId): void {
    this.#effects.push({ kind: 'shutdown-agent', agentId });
  }

  nextOfferId(): OfferId {
    return `${this.settings.masterId}-O${this.nextOfferNumber++}` as OfferId;
  }

  nextFrameworkId(): FrameworkId {
    const number = String(this.nextFrameworkNumber++).padStart(4, '0');
    return `${this.settings.masterId}-${number}` as FrameworkId;
  }
}

import { mesos, toInt64 } from '@spark-mesos/mesos-proto';
import type { AgentId, OfferId } from '../ids.ts';
import { agentUrl, machineOf } from './machines.ts';
import type { MasterState } from './master-state.ts';
import type { AgentRecord, FrameworkRecord } from './model.ts';
import { refuseMsOf } from './offers.ts';
import type { InverseOfferRecord } from './operator-state.ts';

const { Type: EventType } = mesos.v1.scheduler.Event;
const { Status } = mesos.v1.allocator.InverseOfferStatus;

function filterKey({ id }: FrameworkRecord, agentId: AgentId): string {
  return `${id} ${agentId}`;
}

/** Asks every framework that has anything on a machine under maintenance to give it up. */
export function makeInverseOffers(state: MasterState): void {
  if (state.operator.machines.size === 0) return;
  const events = new Map<FrameworkRecord, mesos.v1.IInverseOffer[]>();
  for (const agent of state.agents.values()) {
    const machine = machineOf(state, agent);
    if (machine === undefined || !agent.connected || state.operator.deactivatedAgents.has(agent.id)) continue;
    for (const framework of frameworksOn(state, agent)) {
      if (!isDue(state, framework, agent.id)) continue;
      const id = state.nextOfferId();
      const { unavailability } = machine;
      const record = { id, frameworkId: framework.id, agentId: agent.id, unavailability };
      state.operator.inverseOffers.set(id, record);
      events.set(framework, [...(events.get(framework) ?? []), messageOf(record, agent)]);
    }
  }
  for (const [framework, inverseOffers] of events) {
    state.send(framework, { type: EventType.INVERSE_OFFERS, inverseOffers: { inverseOffers } });
  }
}

function isDue(state: MasterState, framework: FrameworkRecord, agentId: AgentId): boolean {
  if (framework.streamId === undefined) return false;
  if ((state.operator.inverseFilters.get(filterKey(framework, agentId)) ?? 0) > state.nowMs) return false;
  return ![...state.operator.inverseOffers.values()].some(
    (record) => record.frameworkId === framework.id && record.agentId === agentId,
  );
}

function frameworksOn(state: MasterState, agent: AgentRecord): Set<FrameworkRecord> {
  const ids = new Set([
    ...[...agent.tasks].filter((task) => task.charged).map((task) => task.frameworkId),
    ...[...agent.executors.values()].map((executor) => executor.frameworkId),
    ...[...agent.offers.values()].map((offer) => offer.frameworkId),
  ]);
  const frameworks = [...ids].map((id) => state.frameworks.get(id));
  return new Set(frameworks.filter((framework) => framework !== undefined));
}

function messageOf(record: InverseOfferRecord, agent: AgentRecord): mesos.v1.IInverseOffer {
  return {
    id: { value: record.id },
    url: agentUrl(agent),
    frameworkId: { value: record.frameworkId },
    agentId: { value: agent.id },
    unavailability: record.unavailability,
  };
}

/** The inverse offers that a framework has not answered yet. */
export function inverseOffersOf(state: MasterState, framework: FrameworkRecord): mesos.v1.IInverseOffer[] {
  return [...state.operator.inverseOffers.values()].flatMap((record) => {
    const agent = state.agents.get(record.agentId);
    return record.frameworkId === framework.id && agent !== undefined ? [messageOf(record, agent)] : [];
  });
}

/** Takes back what has been asked of frameworks about an agent. */
export function rescindInverseOffers(state: MasterState, agentId: AgentId): void {
  for (const record of [...state.operator.inverseOffers.values()]) {
    if (record.agentId !== agentId) continue;
    state.operator.inverseOffers.delete(record.id);
    const framework = state.frameworks.get(record.frameworkId);
    if (framework === undefined) continue;
    const rescindInverseOffer = { inverseOfferId: { value: record.id } };
    state.send(framework, { type: EventType.RESCIND_INVERSE_OFFER, rescindInverseOffer });
  }
}

/** Forgets inverse offers to frameworks that do not listen any more, and of agents that are gone. */
export function forgetInverseOffers(state: MasterState): void {
  for (const record of [...state.operator.inverseOffers.values()]) {
    const isHeard = state.frameworks.get(record.frameworkId)?.streamId !== undefined;
    if (!isHeard || !state.agents.has(record.agentId)) state.operator.inverseOffers.delete(record.id);
  }
}

/** The ACCEPT_INVERSE_OFFERS and DECLINE_INVERSE_OFFERS calls; what is no longer valid is passed over. */
export function answerInverseOffers(
  state: MasterState,
  framework: FrameworkRecord,
  answer: 'ACCEPT' | 'DECLINE',
  call: mesos.v1.scheduler.Call.IAcceptInverseOffers | mesos.v1.scheduler.Call.IDeclineInverseOffers,
): void {
  for (const { value } of call.inverseOfferIds ?? []) {
    const record = state.operator.inverseOffers.get(value as OfferId);
    if (record === undefined || record.frameworkId !== framework.id) continue;
    state.operator.inverseOffers.delete(record.id);
    const agent = state.agents.get(record.agentId);
    if (agent === undefined) continue;
    const timestamp = { nanoseconds: toInt64(BigInt(Math.round(state.nowMs)) * 1_000_000n) };
    machineOf(state, agent)?.answers.set(framework.id, {
      status: Status[answer],
      frameworkId: { value: framework.id },
      timestamp,
    });
    const untilMs = state.nowMs + refuseMsOf(call.filters);
    state.operator.inverseFilters.set(filterKey(framework, agent.id), untilMs);
  }
}

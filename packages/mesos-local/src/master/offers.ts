import { mesos } from '@spark-mesos/mesos-proto';
import type { AgentId, OfferId } from '../ids.ts';
import { toOlderFormat } from '../resources/resource-format.ts';
import type { ResourceSet } from '../resources/resource-set.ts';
import { agentUrl, machineOf } from './machines.ts';
import type { MasterState } from './master-state.ts';
import type { AgentRecord, FrameworkRecord, OfferRecord } from './model.ts';

const { Type: EventType } = mesos.v1.scheduler.Event;
const { MULTI_ROLE, RESERVATION_REFINEMENT } = mesos.v1.FrameworkInfo.Capability.Type;

/** For how long an offer is refused when the framework does not say, or says something below zero. */
const DEFAULT_REFUSE_SECONDS = 5;

const OFFER_KEY_PREFIX = 'offer ';

/** The time that these filters ask for; Mesos takes the default for what is below zero. */
export function refuseMsOf(filters: mesos.v1.IFilters | null | undefined): number {
  const seconds = filters?.refuseSeconds ?? DEFAULT_REFUSE_SECONDS;
  return (seconds >= 0 ? seconds : DEFAULT_REFUSE_SECONDS) * 1000;
}

/** Makes offers of what is free on these agents, or on all; several agents come in one event. */
export function makeOffers(state: MasterState, agentIds?: Iterable<AgentId>): void {
  const events = new Map<FrameworkRecord, mesos.v1.IOffer[]>();
  const { offerTimeoutMs } = state.settings;
  for (const allocation of state.allocator.allocate(state.nowMs, agentIds)) {
    const framework = state.frameworks.get(allocation.frameworkId);
    const agent = state.agents.get(allocation.agentId);
    if (framework === undefined || agent === undefined) {
      state.allocator.recover(allocation);
      continue;
    }
    const offer: OfferRecord = { id: state.nextOfferId(), ...allocation };
    state.offers.set(offer.id, offer);
    framework.offers.set(offer.id, offer);
    agent.offers.set(offer.id, offer);
    if (offerTimeoutMs !== undefined) {
      state.deadlines.set(OFFER_KEY_PREFIX + offer.id, state.nowMs + offerTimeoutMs);
    }
    const offers = events.get(framework);
    const message = offerMessage(state, offer, framework, agent);
    if (offers === undefined) events.set(framework, [message]);
    else offers.push(message);
    state.report({
      kind: 'offer-made',
      offerId: offer.id,
      frameworkId: framework.id,
      agentId: agent.id,
    });
  }
  for (const [framework, offers] of events) {
    state.send(framework, { type: EventType.OFFERS, offers: { offers } });
  }
}

/** The resources as this framework understands them: older ones know of no allocation to a role. */
function messagesFor(framework: FrameworkRecord, resources: ResourceSet): mesos.v1.IResource[] {
  const known = framework.capabilities.has(MULTI_ROLE) ? resources : resources.unallocated();
  const messages = known.toMessages();
  return framework.capabilities.has(RESERVATION_REFINEMENT) ? messages : toOlderFormat(messages);
}

/** An offer as its framework hears of it. */
export function offerMessage(
  state: MasterState,
  offer: OfferRecord,
  framework: FrameworkRecord,
  agent: AgentRecord,
): mesos.v1.IOffer {
  const unavailability = machineOf(state, agent)?.unavailability;
  const executors = [...agent.executors.values()].filter((executor) => executor.frameworkId === framework.id);
  return {
    id: { value: offer.id },
    frameworkId: { value: framework.id },
    agentId: { value: agent.id },
    hostname: agent.hostname,
    url: agentUrl(agent),
    resources: messagesFor(framework, offer.resources),
    attributes: [...agent.attributes],
    executorIds: executors.map(({ id }) => ({ value: id })),
    ...(unavailability && { unavailability }),
    ...(framework.capabilities.has(MULTI_ROLE) && { allocationInfo: { role: offer.role } }),
  };
}

/** Takes the offer out of the master's memory; its resources stay charged to whoever asked for this. */
export function forgetOffer(state: MasterState, offer: OfferRecord): void {
  state.offers.delete(offer.id);
  state.deadlines.delete(OFFER_KEY_PREFIX + offer.id);
  state.frameworks.get(offer.frameworkId)?.offers.delete(offer.id);
  state.agents.get(offer.agentId)?.offers.delete(offer.id);
}

/** Ends an offer and frees its resources, hidden from the framework for a while when it refused them. */
export function discardOffer(state: MasterState, offer: OfferRecord, refuseMs?: number): void {
  forgetOffer(state, offer);
  state.allocator.recover(offer, refuseMs === undefined ? undefined : { refuseMs, nowMs: state.nowMs });
}

/** Takes an offer back that has not been answered in time; false when the deadline is none of an offer. */
export function wakeOffer(state: MasterState, deadline: string): boolean {
  if (!deadline.startsWith(OFFER_KEY_PREFIX)) return false;
  const offer = state.offers.get(deadline.slice(OFFER_KEY_PREFIX.length) as OfferId);
  if (offer !== undefined) rescindOffer(state, offer);
  return true;
}

/** Takes an offer back and says so. */
export function rescindOffer(state: MasterState, offer: OfferRecord, refuseMs?: number): void {
  discardOffer(state, offer, refuseMs);
  const framework = state.frameworks.get(offer.frameworkId);
  if (framework === undefined) return;
  state.send(framework, { type: EventType.RESCIND, rescind: { offerId: { value: offer.id } } });
}

/** The DECLINE call; offers that are no longer valid are passed over. */
export function decline(
  state: MasterState,
  framework: FrameworkRecord,
  call: mesos.v1.scheduler.Call.IDecline,
): void {
  for (const { value } of call.offerIds ?? []) {
    const offer = framework.offers.get(value as OfferId);
    if (offer !== undefined) discardOffer(state, offer, refuseMsOf(call.filters));
  }
}

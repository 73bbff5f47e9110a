import type { OfferId } from '../ids.ts';
import type { MasterState } from './master-state.ts';
import type { FrameworkRecord, OfferRecord } from './model.ts';

/** Why these offers cannot be accepted together, in Mesos's words and order. */
export function offersProblem(
  state: MasterState,
  framework: FrameworkRecord,
  offerIds: readonly string[],
): string | undefined {
  if (offerIds.length === 0) return 'No offers specified';
  const twice = offerIds.find((offerId, index) => offerIds.indexOf(offerId) !== index);
  if (twice !== undefined) return `Duplicate offer ${twice} in offer list`;
  const offers: OfferRecord[] = [];
  for (const offerId of offerIds) {
    const offer = state.offers.get(offerId as OfferId);
    if (offer === undefined) return `Offer ${offerId} is no longer valid`;
    offers.push(offer);
  }
  for (const { id, frameworkId } of offers) {
    if (frameworkId === framework.id) continue;
    return `Offer ${id} has invalid framework ${frameworkId} while framework ${framework.id} is expected`;
  }
  const [first] = offers;
  for (const { id, role } of offers) {
    if (role === first?.role) continue;
    return `Aggregated offers must be allocated to the same role. Offer ${id} uses role '${role} but another is using role '${first?.role}`;
  }
  for (const { id, agentId } of offers) {
    if (agentId === first?.agentId) continue;
    return `Aggregated offers must belong to one single agent. Offer ${id} uses agent ${agentId} and agent ${first?.agentId}`;
  }
  return undefined;
}

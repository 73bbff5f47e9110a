import {
  type Decline,
  type DeclineBatch,
  type DeclineReason,
  shortageSeconds,
} from '@spark-mesos/scheduler-utils';
import type { CoarseSettings } from '../settings.ts';
import type { SatisfiedReason } from './demand.ts';

/** Why an offer is declined. */
export type OfferDeclineReason = DeclineReason | SatisfiedReason | 'LOCALITY_WAIT' | 'AGENT_DRAINING';

/** A decline in coarse mode. */
export type OfferDecline = Decline<OfferDeclineReason>;

/** Those of one event. */
export type OfferDeclines = DeclineBatch<OfferDeclineReason>;

/** The least that a decline asks for where it waits for a moment: Mesos counts in allocation cycles of a second. */
const LEAST_WAIT_SECONDS = 1;

const UNMET_LAUNCH_CONSTRAINTS = 'Offer was declined due to unmet task launch constraints.';

/** The reasons in words: those of the original where it had any (rule C30). */
export const DECLINE_WORDS: Readonly<Record<OfferDeclineReason, string>> = {
  NOTHING_WANTED: 'no executor is wanted',
  CONSTRAINTS_UNMET: 'unmet constraints',
  MAX_CORES_REACHED: 'reached spark.cores.max',
  MAX_GPUS_REACHED: 'reached spark.mesos.gpus.max',
  MAX_MEMORY_REACHED: 'reached spark.mem.max',
  DOES_NOT_FIT: UNMET_LAUNCH_CONSTRAINTS,
  LOCALITY_WAIT: UNMET_LAUNCH_CONSTRAINTS,
  PAUSED: 'paused after failed executors',
  AGENT_DRAINING: 'the agent is to be empty',
};

/** How to decline once nothing more is wanted (rules C20 b, C30): every limit counts as that of cores does. */
export function satisfiedDecline(
  reason: SatisfiedReason,
  { declineSeconds }: Pick<CoarseSettings, 'declineSeconds'>,
): OfferDecline {
  const kind = reason === 'NOTHING_WANTED' ? reason : 'MAX_CORES_REACHED';
  return { reason, refuseSeconds: declineSeconds[kind] };
}

/** How to decline what does not fit, after so many such declines of the agent in a row (rule U123). */
export function shortageDecline(
  earlier: number,
  { longestDeclineSeconds }: Pick<CoarseSettings, 'longestDeclineSeconds'>,
): OfferDecline {
  return { reason: 'DOES_NOT_FIT', refuseSeconds: shortageSeconds(earlier, longestDeclineSeconds) };
}

/** How to decline what may be taken at a later time: until then, and for `leastSeconds` at least. */
export function declineUntil(
  reason: OfferDeclineReason,
  untilMs: number,
  nowMs: number,
  leastSeconds = LEAST_WAIT_SECONDS,
): OfferDecline {
  return { reason, refuseSeconds: Math.max(leastSeconds, Math.ceil((untilMs - nowMs) / 1000)) };
}

/** Why an offer, or what is left of it, is given back. */
export type DeclineReason =
  /** No executor is wanted at present: stopping, or the target is reached. */
  | 'NOTHING_WANTED'
  /** Attributes of the agent do not meet the constraints. */
  | 'CONSTRAINTS_UNMET'
  /** `spark.cores.max` is reached. */
  | 'MAX_CORES_REACHED'
  /** No executor fits in what is offered. */
  | 'DOES_NOT_FIT'
  /** The agent, or the whole application, pauses after failures. */
  | 'PAUSED';

/** For how many seconds Mesos shall not offer again what was declined; `undefined`: Mesos's own 5 s. */
export type DeclineSeconds = Readonly<Record<DeclineReason, number | undefined>>;

/** Mesos's own filter, where a decline names none. */
export const MESOS_REFUSE_SECONDS = 5;

/**
 * How long declines of each reason last (rules U120 to U122): `spark.mesos.rejectOfferDuration` is what the two
 * others fall back to; declines for other reasons name no duration.
 */
export function declineSeconds(settings: {
  readonly rejectOfferSeconds: number;
  readonly unmetConstraintsSeconds?: number | undefined;
  readonly reachedMaxCoresSeconds?: number | undefined;
}): DeclineSeconds {
  return {
    NOTHING_WANTED: undefined,
    CONSTRAINTS_UNMET: settings.unmetConstraintsSeconds ?? settings.rejectOfferSeconds,
    MAX_CORES_REACHED: settings.reachedMaxCoresSeconds ?? settings.rejectOfferSeconds,
    DOES_NOT_FIT: undefined,
    PAUSED: undefined,
  };
}

/**
 * The duration for an offer in which nothing fits, after so many such declines of the same agent in a row (U123).
 *
 * The first is Mesos's own 5 s, as the original's; then twice as long each time, up to `longestSeconds`. Nothing is
 * missed: Mesos offers again at once when more becomes free than was declined.
 */
export function shortageSeconds(earlierDeclines: number, longestSeconds: number): number | undefined {
  if (earlierDeclines === 0) {
    return undefined;
  }
  return Math.min(
    MESOS_REFUSE_SECONDS * 2 ** Math.min(earlierDeclines, 20),
    Math.max(longestSeconds, MESOS_REFUSE_SECONDS),
  );
}

import type { Candidate } from './candidate.ts';
import { merged, severalOfOneAgent } from './candidate.ts';
import type { Profile } from './demand.ts';
import type { PlacingRules } from './placement.ts';
import { mayBeTakenLater, placeRefusal, shareOf } from './placement.ts';
import type { OfferRefusal } from './refusals.ts';
import type { Share } from './share.ts';
import { orderOf } from './takeable.ts';

/** Starts an executor on a candidate, with the ports that it got; what it starts counts in the demand at once. */
export type Launcher = (candidate: Candidate, share: Share, ports: readonly number[]) => void;

/**
 * Places executors on candidates, round robin (rule C21): in each pass every candidate takes at most one, until none
 * can take more. A candidate that cannot take one in some pass cannot in a later one either, since resources and
 * demand only shrink; so it is not looked at again, and the work is that of the launches and one look at each offer.
 *
 * Offers of one agent are then taken together where that makes room for another executor. Returns the candidates as
 * they are to be accepted or declined.
 */
export function placeExecutors(
  candidates: readonly Candidate[],
  rules: PlacingRules,
  launch: Launcher,
): readonly Candidate[] {
  const placer = new Placer(rules, launch);
  placeAll(candidates, placer, rules);
  return placer.isDone ? candidates : placeOnMerged(candidates, placer, rules);
}

/** Places single executors for as long as any are wanted. */
class Placer {
  readonly #rules: PlacingRules;
  readonly #launch: Launcher;
  #open: readonly Profile[];
  #placed = 0;

  constructor(rules: PlacingRules, launch: Launcher) {
    this.#rules = rules;
    this.#launch = launch;
    this.#open = rules.demand.open();
  }

  /** Whether nothing more is wanted. */
  get isDone(): boolean {
    return this.#open.length === 0;
  }

  /** How many executors have been placed. */
  get placed(): number {
    return this.#placed;
  }

  /** One pass: one executor on each candidate, if it can take one. Returns those that may be able to take more. */
  pass(candidates: readonly Candidate[]): Candidate[] {
    const able: Candidate[] = [];
    for (const candidate of candidates) {
      if (!this.isDone && (this.place(candidate) || mayBeTakenLater(candidate.refusal))) {
        able.push(candidate);
      }
    }
    return able;
  }

  /** Places an executor on a candidate, if it can take one. */
  place(candidate: Candidate): boolean {
    const share = placeRefusal(candidate, this.#rules) ?? this.#firstFit(candidate);
    if (!share?.ok) {
      candidate.refusal = share;
      return false;
    }
    this.#placed += 1;
    this.#launch(candidate, share, candidate.remaining.take(share, this.#rules.settings));
    this.#open = this.#rules.demand.open();
    return true;
  }

  /** The first of the open profiles that fits; else the refusal of the first. */
  #firstFit(candidate: Candidate): Share | OfferRefusal | undefined {
    let refusal: OfferRefusal | undefined;
    for (const profile of this.#open) {
      const share = shareOf(candidate, profile, this.#rules);
      if (share.ok) {
        return share;
      }
      refusal ??= share;
    }
    return refusal;
  }
}

function placeAll(candidates: readonly Candidate[], placer: Placer, rules: PlacingRules): void {
  let active = candidates;
  let placedBefore = -1;
  // A pass that places nothing changes nothing for the next one either.
  while (active.length > 0 && !placer.isDone && placer.placed > placedBefore) {
    placedBefore = placer.placed;
    active = rules.settings.spreadExecutors ? spread(active, placer, rules) : placer.pass(active);
  }
}

/**
 * Passes in which agents with fewer executors of the application come first: what one has more than another at the
 * start is made up for before it gets its next. Returns those that may be able to take more later.
 */
function spread(
  candidates: readonly Candidate[],
  placer: Placer,
  { executors }: PlacingRules,
): readonly Candidate[] {
  const levels = new Map<number, Candidate[]>();
  const later: Candidate[] = [];
  const put = (candidate: Candidate) => {
    const count = executors.countOnAgent(candidate.agentId);
    const level = levels.get(count);
    if (level === undefined) {
      levels.set(count, [candidate]);
    } else {
      level.push(candidate);
    }
  };
  candidates.forEach(put);
  while (levels.size > 0 && !placer.isDone) {
    const count = Math.min(...levels.keys());
    const level = levels.get(count) ?? [];
    levels.delete(count);
    for (const candidate of level) {
      // Several offers may be of one agent: whichever comes later has moved up a level by then.
      const isStillLevel = executors.countOnAgent(candidate.agentId) === count;
      if (!isStillLevel || (!placer.isDone && placer.place(candidate))) {
        put(candidate);
      } else if (mayBeTakenLater(candidate.refusal)) {
        later.push(candidate);
      }
    }
  }
  return later;
}

function placeOnMerged(
  candidates: readonly Candidate[],
  placer: Placer,
  rules: PlacingRules,
): readonly Candidate[] {
  const order = orderOf(rules.settings);
  const groups = severalOfOneAgent(candidates).map((parts) => ({ parts, whole: merged(parts, order) }));
  if (groups.length === 0) {
    return candidates;
  }
  const before = groups.map(({ whole }) => whole.executors.length);
  placeAll(
    groups.map(({ whole }) => whole),
    placer,
    rules,
  );
  const replaced = new Set<Candidate>();
  const better: Candidate[] = [];
  for (const [index, { parts, whole }] of groups.entries()) {
    const isBetter = whole.executors.length > (before[index] ?? 0);
    if (isBetter) {
      better.push(whole);
    }
    for (const part of parts) {
      part.partOf = whole;
      if (isBetter) {
        replaced.add(part);
      }
    }
  }
  return [...candidates.filter((candidate) => !replaced.has(candidate)), ...better];
}

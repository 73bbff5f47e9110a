import type { mesos } from '@spark-mesos/mesos-proto';
import type { CoarseSettings } from '../settings.ts';
import type { Candidate } from './candidate.ts';
import { merged, severalOfOneAgent } from './candidate.ts';
import type { Demand, Profile } from './demand.ts';
import type { Share } from './placement.ts';
import { shareOf, takeShare } from './placement.ts';
import type { AgentRefusal } from './refusals.ts';

/** Starts an executor on a candidate with these resources; what it starts counts in the demand at once. */
export type Launcher = (candidate: Candidate, share: Share, resources: mesos.v1.IResource[]) => void;

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
  demand: Demand,
  settings: CoarseSettings,
  launch: Launcher,
): readonly Candidate[] {
  roundRobin(candidates, demand, settings, launch);
  return demand.open().length === 0 ? candidates : placeOnMerged(candidates, demand, settings, launch);
}

function roundRobin(
  candidates: readonly Candidate[],
  demand: Demand,
  settings: CoarseSettings,
  launch: Launcher,
): void {
  let active = candidates;
  let open = demand.open();
  while (active.length > 0 && open.length > 0) {
    const able: Candidate[] = [];
    for (const candidate of active) {
      const share = open.length === 0 ? undefined : firstFit(candidate, open, demand, settings);
      if (share?.ok) {
        launch(candidate, share, takeShare(candidate, share, settings));
        open = demand.open();
        able.push(candidate);
      } else {
        candidate.refusal = share;
      }
    }
    active = able;
  }
}

/** The first of the open profiles that fits; else the refusal of the first. */
function firstFit(
  candidate: Candidate,
  open: readonly Profile[],
  demand: Demand,
  settings: CoarseSettings,
): Share | AgentRefusal | undefined {
  let refusal: AgentRefusal | undefined;
  for (const profile of open) {
    const share = shareOf(candidate, profile, demand, settings);
    if (share.ok) {
      return share;
    }
    refusal ??= share;
  }
  return refusal;
}

function placeOnMerged(
  candidates: readonly Candidate[],
  demand: Demand,
  settings: CoarseSettings,
  launch: Launcher,
): readonly Candidate[] {
  const groups = severalOfOneAgent(candidates);
  if (groups.length === 0) {
    return candidates;
  }
  const replaced = new Set<Candidate>();
  const better: Candidate[] = [];
  const wholes = groups.map((parts) => ({ parts, whole: merged(parts) }));
  const before = wholes.map(({ whole }) => whole.tasks.length);
  const all = wholes.map(({ whole }) => whole);
  roundRobin(all, demand, settings, launch);
  for (const [index, { parts, whole }] of wholes.entries()) {
    if (whole.tasks.length > (before[index] ?? 0)) {
      better.push(whole);
      for (const part of parts) {
        replaced.add(part);
      }
    }
  }
  return [...candidates.filter((candidate) => !replaced.has(candidate)), ...better];
}

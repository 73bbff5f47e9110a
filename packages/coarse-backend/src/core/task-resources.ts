import type { mesos } from '@spark-mesos/mesos-proto';
import type { Candidate } from './candidate.ts';
import { Portions } from './portions.ts';
import type { CommonTakings } from './remaining.ts';
import type { ResourceOrder } from './takeable.ts';

/** What the tasks of a candidate's executors hold of it, in their order; what was placed before it was merged first. */
export function takenResources(
  candidate: Candidate,
  order: ResourceOrder,
  common: CommonTakings,
): readonly mesos.v1.IResource[][] {
  return handOut(candidate, order, common).taken;
}

/** What has been given to executors of a candidate. */
interface HandedOut {
  readonly taken: mesos.v1.IResource[][];
  /** What is left. */
  readonly portions: Portions;
}

function handOut(candidate: Candidate, order: ResourceOrder, common: CommonTakings): HandedOut {
  const { offer, parts, executors } = candidate;
  const before = parts?.map((part) => handOut(part, order, common));
  const taken = before?.flatMap((part) => part.taken) ?? [];
  const portions =
    before === undefined
      ? new Portions(offer.resources ?? [], order)
      : Portions.merged(
          before.map((part) => part.portions),
          order,
        );
  for (const executor of executors.slice(taken.length)) {
    taken.push(portions.take(executor, common));
  }
  return { taken, portions };
}

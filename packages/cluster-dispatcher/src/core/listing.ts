import type { RetryView, SubmissionPage, SubmissionQuery } from '../model/views.ts';
import { currentAttempt, type DriverRecord } from './driver-record.ts';
import type { Fleet } from './fleet.ts';
import { retryOf, summaryOf } from './views.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

/** Submissions that a query asks for, a page of them. */
export function listSubmissions(fleet: Fleet, query: SubmissionQuery = {}): SubmissionPage {
  const offset = Math.max(0, Math.trunc(query.offset ?? 0));
  const limit = Math.min(MAX_LIMIT, Math.max(1, Math.trunc(query.limit ?? DEFAULT_LIMIT)));
  const isMeant = matcherOf(query);
  const found: DriverRecord[] = [];
  for (const record of fleet.records.values()) if (isMeant(record)) found.push(record);
  sortFound(found, query);
  const submissions = found.slice(offset, offset + limit).map(summaryOf);
  return { submissions, total: found.length, offset, limit };
}

/** Drivers that will be started again, soonest first. */
export function listRetries(fleet: Fleet): RetryView[] {
  const views: RetryView[] = [];
  for (const record of fleet.retrying) {
    const retry = retryOf(record);
    if (retry !== undefined) {
      const { id, plan, attemptCount } = record;
      views.push({ submissionId: id, name: plan.name, attemptCount, retry });
    }
  }
  return views.sort((one, other) => one.retry.nextRetryAtMs - other.retry.nextRetryAtMs);
}

function matcherOf(query: SubmissionQuery): (record: DriverRecord) => boolean {
  const states = query.states && new Set<string>(query.states);
  const finalStates = query.finalStates && new Set<string>(query.finalStates);
  const search = query.search ? new RegExp(escaped(query.search), 'iu') : undefined;
  return (record) => {
    if (states !== undefined && !states.has(record.state)) return false;
    if (finalStates !== undefined && !finalStates.has(record.finalState ?? '')) return false;
    if (query.queue !== undefined && record.plan.queue !== query.queue) return false;
    if (query.owner !== undefined && record.owner !== query.owner) return false;
    if (query.sort === 'nextRetryAt' && retryOf(record) === undefined) return false;
    return search === undefined || isFound(record, search);
  };
}

/** Text for a regular expression that finds it to the letter. */
function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, (character) => `\\${character}`);
}

function isFound(record: DriverRecord, search: RegExp): boolean {
  const { id, plan, owner, message } = record;
  const hostname = currentAttempt(record)?.hostname;
  return (
    search.test(id) ||
    search.test(plan.name) ||
    search.test(plan.mainClass) ||
    search.test(plan.queue) ||
    (owner !== undefined && search.test(owner)) ||
    (hostname !== undefined && search.test(hostname)) ||
    (message !== undefined && search.test(message))
  );
}

/** They are in the order of their submission already, but for few that were not safe in that order. */
function sortFound(found: DriverRecord[], query: SubmissionQuery): void {
  const { sort = 'submittedAt', order = 'descending' } = query;
  const isInOrder =
    sort === 'submittedAt' && found.every(({ sequence }, at) => sequence > (found[at - 1]?.sequence ?? -1));
  if (!isInOrder) found.sort(ordering(query));
  else if (order === 'descending') found.reverse();
}

function ordering({ sort = 'submittedAt', order = 'descending' }: SubmissionQuery) {
  const direction = order === 'ascending' ? 1 : -1;
  const keyOf = SORT_KEYS[sort];
  return (one: DriverRecord, other: DriverRecord): number => {
    const [left, right] = [keyOf(one), keyOf(other)];
    if (left === right) return direction * (one.sequence - other.sequence);
    return left < right ? -direction : direction;
  };
}

const SORT_KEYS: Readonly<
  Record<NonNullable<SubmissionQuery['sort']>, (record: DriverRecord) => number | string>
> = {
  submittedAt: ({ sequence }) => sequence,
  finishedAt: ({ finishedAtMs }) => finishedAtMs ?? Number.POSITIVE_INFINITY,
  name: ({ plan }) => plan.name,
  state: ({ state, finalState }) => `${state} ${finalState ?? ''}`,
  queue: ({ plan }) => plan.queue,
  nextRetryAt: ({ retry }) => retry?.nextRetryAtMs ?? 0,
};

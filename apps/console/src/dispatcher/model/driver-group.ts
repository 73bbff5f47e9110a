/** Drivers as the page groups them; the last one is all of them. */
export const DRIVER_GROUPS = ['queued', 'running', 'retrying', 'finished', 'all'] as const;

/** One of {@link DRIVER_GROUPS}. */
export type DriverGroup = (typeof DRIVER_GROUPS)[number];

/** The states of a group, as the API is asked for them; empty for all. */
export const GROUP_STATES: Readonly<Record<DriverGroup, string>> = {
  queued: 'queued',
  running: 'launching,running,unreachable,killing',
  retrying: 'retrying',
  finished: 'finished',
  all: '',
};

/** How drivers may have ended, as the API names it, with the phase that looks like it. */
export const OUTCOMES = [
  { finalState: 'FINISHED', label: 'succeeded', phase: 'finished' },
  { finalState: 'FAILED', label: 'failed', phase: 'failed' },
  { finalState: 'KILLED', label: 'killed', phase: 'killed' },
  { finalState: 'ERROR', label: 'error', phase: 'failed' },
  { finalState: 'LOST', label: 'lost', phase: 'lost' },
] as const;

/** In which order a group is shown as long as nobody asks for another one. */
export const GROUP_ORDERS = {
  // The longest wait first, as the dispatcher looks at them.
  queued: { by: 'submittedAt', descending: false },
  running: { by: 'submittedAt', descending: true },
  retrying: { by: 'nextRetryAt', descending: false },
  finished: { by: 'finishedAt', descending: true },
  all: { by: 'submittedAt', descending: true },
} as const satisfies Readonly<Record<DriverGroup, { by: string; descending: boolean }>>;

/** So many drivers are on a page of the list. */
export const PAGE_SIZE = 50;

/** What the list shows; it stands in the address, so that it can be passed on. */
export interface DriverListPlace {
  readonly group: DriverGroup;
  readonly outcome: string;
  readonly search: string;
  readonly by: string;
  readonly descending: boolean;
  /** From 1. */
  readonly page: number;
}

/** Reads the parameters of the address; what makes no sense is as if it were not there. */
export function parseListPlace(parameters: ReadonlyMap<string, string>): DriverListPlace {
  const group = DRIVER_GROUPS.find((one) => one === parameters.get('group')) ?? 'all';
  const order = GROUP_ORDERS[group];
  const page = Number(parameters.get('page') ?? 1);
  const outcome = parameters.get('outcome') ?? '';
  return {
    group,
    outcome: OUTCOMES.some(({ finalState }) => finalState === outcome) ? outcome : '',
    search: (parameters.get('search') ?? '').slice(0, LONGEST_SEARCH),
    by: parameters.get('sort') || order.by,
    descending: parameters.has('order') ? parameters.get('order') === 'descending' : order.descending,
    page: Number.isInteger(page) && page > 0 && page <= MOST_PAGES ? page : 1,
  };
}

/** The parameters of the address; what is as it would be anyway is left out. */
export function listParameters(place: DriverListPlace): Readonly<Record<string, string>> {
  const { group, outcome, search, by, descending, page } = place;
  const usual = GROUP_ORDERS[group];
  const isUsual = by === usual.by && descending === usual.descending;
  return {
    group: group === 'all' ? '' : group,
    outcome: group === 'finished' ? outcome : '',
    search,
    sort: isUsual ? '' : by,
    order: isUsual ? '' : directionOf(descending),
    page: page === 1 ? '' : String(page),
  };
}

/** What the API is asked for. */
export function listQuery(
  place: DriverListPlace,
  limit: number = PAGE_SIZE,
): Readonly<Record<string, string>> {
  return {
    state: GROUP_STATES[place.group],
    finalState: place.group === 'finished' ? place.outcome : '',
    search: place.search,
    sort: SORTS.has(place.by) ? place.by : '',
    order: directionOf(place.descending),
    offset: String((place.page - 1) * PAGE_SIZE),
    limit: String(limit),
  };
}

const SORTS: ReadonlySet<string> = new Set([
  'submittedAt',
  'finishedAt',
  'name',
  'state',
  'queue',
  'nextRetryAt',
]);
/** The API takes no more. */
const LONGEST_SEARCH = 200;
const MOST_PAGES = 20_000;

function directionOf(descending: boolean): string {
  return descending ? 'descending' : 'ascending';
}

import { useRef } from 'preact/hooks';
import type { HashRoute } from '../../shared/hash-route.ts';
import { Pager } from '../../shared/pager.tsx';
import { PageTitle, Panel } from '../../shared/parts.tsx';
import { StateShape } from '../../shared/state-shape.tsx';
import { replaceRoute } from '../../shared/use-hash-route.ts';
import { useAnswer } from '../api/dispatcher-context.tsx';
import { listLink } from '../links.ts';
import { type DriverPage, parseDriverPage } from '../model/driver.ts';
import {
  DRIVER_GROUPS,
  type DriverGroup,
  type DriverListPlace,
  GROUP_ORDERS,
  listParameters,
  listQuery,
  OUTCOMES,
  PAGE_SIZE,
  parseListPlace,
} from '../model/driver-group.ts';
import type { QueuesView } from '../model/overview.ts';
import { DriverTable } from '../tables/driver-table.tsx';
import { AllDriversActions } from './all-drivers-actions.tsx';

/** All drivers, a page at a time, to be searched, narrowed and sorted by the dispatcher itself. */
export function DriversView({ queues, route }: { queues: QueuesView; route: HashRoute }) {
  const place = parseListPlace(route.parameters);
  const { value, failure } = useAnswer({
    path: 'submissions',
    query: listQuery(place),
    parse: parseDriverPage,
  });
  // While the next answer is on its way, the last one still stands there.
  const last = useRef<{ group: DriverGroup; page: DriverPage }>(undefined);
  if (value) last.current = { group: place.group, page: value };
  const shown = value ?? (last.current?.group === place.group ? last.current.page : undefined);
  const change = (changed: Partial<DriverListPlace>) =>
    replaceRoute(['drivers'], listParameters({ ...place, page: 1, ...changed }));
  const isNarrowed = place.search !== '' || place.outcome !== '';
  return (
    <>
      <PageTitle aside={<AllDriversActions queues={queues} />}>Drivers</PageTitle>
      <FilterBar place={place} queues={queues} change={change} />
      {failure && value === undefined && (
        <p class="note bad">The drivers are not to be had: {failure.error.message}.</p>
      )}
      <Panel
        title={TITLES[place.group]}
        {...(shown && { count: shown.total })}
        aside={<SortChoice place={place} change={change} />}
      >
        <div aria-busy={value === undefined}>
          <DriverTable
            group={place.group}
            caption={`${TITLES[place.group]} drivers`}
            drivers={shown?.drivers ?? []}
            next={queues.next}
            empty={emptyText(shown !== undefined, isNarrowed)}
            server={{ order: place, onOrder: change }}
          />
        </div>
        {shown && (
          <Pager
            offset={shown.offset}
            shown={shown.drivers.length}
            total={shown.total}
            pageSize={PAGE_SIZE}
            what="drivers"
            linkOf={(page) => listLink({ ...place, page })}
          />
        )}
      </Panel>
    </>
  );
}

const TITLES: Readonly<Record<DriverGroup, string>> = {
  queued: 'Queued',
  running: 'Running',
  retrying: 'Waiting to be started again',
  finished: 'Finished',
  all: 'All',
};

function emptyText(isAnswered: boolean, isNarrowed: boolean): string {
  if (!isAnswered) return 'Asking …';
  return isNarrowed ? 'No driver matches the filter.' : 'There are none.';
}

interface ChangeProps {
  readonly place: DriverListPlace;
  readonly change: (changed: Partial<DriverListPlace>) => void;
}

function FilterBar({ place, queues, change }: ChangeProps & { readonly queues: QueuesView }) {
  return (
    <search class="filter">
      <input
        type="search"
        placeholder="Search id, name, class, queue, owner, host, message …"
        aria-label="Search drivers"
        aria-keyshortcuts="/"
        maxLength={200}
        value={place.search}
        onInput={(event) => change({ search: event.currentTarget.value })}
      />
      <fieldset>
        <legend class="visually-hidden">State</legend>
        {DRIVER_GROUPS.map((group) => (
          <button
            type="button"
            key={group}
            class="toggle"
            aria-pressed={place.group === group}
            onClick={() => change({ group, outcome: '', ...GROUP_ORDERS[group] })}
          >
            {group} {group !== 'all' && <span class="figure">{queues[group]}</span>}
          </button>
        ))}
      </fieldset>
      {place.group === 'finished' && (
        <fieldset>
          <legend class="visually-hidden">How it ended</legend>
          {OUTCOMES.map(({ finalState, label, phase }) => (
            <button
              type="button"
              key={finalState}
              class="toggle"
              aria-pressed={place.outcome === finalState}
              onClick={() => change({ outcome: place.outcome === finalState ? '' : finalState })}
            >
              <StateShape phase={phase} />
              {label}
            </button>
          ))}
        </fieldset>
      )}
    </search>
  );
}

/** On a phone, where the table has no headings to press. */
function SortChoice({ place, change }: ChangeProps) {
  const value = `${place.by} ${place.descending ? 'descending' : 'ascending'}`;
  return (
    <select
      class="sort-choice"
      aria-label="Sort by"
      value={value}
      onChange={(event) => {
        const [by = '', direction] = event.currentTarget.value.split(' ');
        change({ by, descending: direction === 'descending' });
      }}
    >
      {SORT_CHOICES.filter(
        ({ order }) => order !== 'nextRetryAt ascending' || place.group === 'retrying',
      ).map(({ order, label }) => (
        <option key={order} value={order}>
          {label}
        </option>
      ))}
    </select>
  );
}

const SORT_CHOICES = [
  { order: 'submittedAt descending', label: 'latest submitted' },
  { order: 'submittedAt ascending', label: 'earliest submitted' },
  { order: 'finishedAt descending', label: 'latest ended' },
  { order: 'nextRetryAt ascending', label: 'next try' },
  { order: 'name ascending', label: 'name' },
  { order: 'state ascending', label: 'state' },
  { order: 'queue ascending', label: 'queue' },
];

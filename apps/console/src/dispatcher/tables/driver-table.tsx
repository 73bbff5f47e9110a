import { Elapsed, Moment, useNow } from '../../shared/clock.tsx';
import { type Column, DataTable, type ServerOrder } from '../../shared/data-table.tsx';
import { formatDuration } from '../../shared/format.ts';
import { DriverName, DriverState, OutsideLink, resourcesText } from '../driver-parts.tsx';
import { driverLink } from '../links.ts';
import type { DriverView } from '../model/driver.ts';
import type { DriverGroup } from '../model/driver-group.ts';

interface DriverTableProps {
  readonly group: DriverGroup;
  readonly drivers: readonly DriverView[];
  readonly caption: string;
  readonly empty: string;
  /** Ids in the order in which the dispatcher will look at them. */
  readonly next?: readonly string[];
  readonly server?: { readonly order: ServerOrder; readonly onOrder: (order: ServerOrder) => void };
}

/** Drivers of one group, with what matters of such (rule D80). */
export function DriverTable({ group, drivers, caption, empty, next = [], server }: DriverTableProps) {
  const columns = columnsOf(group, next);
  return (
    <DataTable
      caption={caption}
      columns={columns}
      rows={drivers}
      keyOf={(driver) => driver.id}
      empty={empty}
      {...(server && { server })}
    />
  );
}

const STATE: Column<DriverView> = {
  title: 'State',
  width: 8,
  order: 'state',
  onPhone: 'beside-heading',
  cell: (driver) => <DriverState driver={driver} />,
};
const DRIVER: Column<DriverView> = {
  title: 'Driver',
  order: 'name',
  isHeading: true,
  cell: (driver) => <DriverName driver={driver} />,
};
const WITH_CLASS: Column<DriverView> = {
  ...DRIVER,
  cell: (driver) => (
    <>
      <DriverName driver={driver} withClass />
      {isBad(driver) && driver.message !== '' && <span class="aside">{driver.message}</span>}
    </>
  ),
};
const QUEUE: Column<DriverView> = { title: 'Queue', width: 6.5, order: 'queue', cell: ({ queue }) => queue };
const CLASS: Column<DriverView> = {
  title: 'Main class',
  width: 17,
  only: 'widest',
  cell: ({ mainClass }) =>
    mainClass === '' ? <span class="faint">Python or R</span> : <span class="id">{mainClass}</span>,
};
const RESOURCES: Column<DriverView> = {
  title: 'Resources',
  width: 9.5,
  only: 'wide',
  cell: ({ resources }) => <span class="figure">{resourcesText(resources)}</span>,
};
const SUBMITTED: Column<DriverView> = {
  title: 'Submitted',
  width: 9.5,
  order: 'submittedAt',
  align: 'right',
  only: 'wide',
  cell: ({ submittedMs }) => <Moment timeMs={submittedMs} />,
};
const STARTED: Column<DriverView> = {
  title: 'Started',
  width: 9.5,
  align: 'right',
  only: 'widest',
  cell: ({ attempt }) => <Moment timeMs={attempt?.launchedMs} />,
};
const ENDED: Column<DriverView> = {
  title: 'Ended',
  width: 9.5,
  order: 'finishedAt',
  align: 'right',
  only: 'wide',
  cell: ({ finishedMs }) => <Moment timeMs={finishedMs} />,
};
const AGENT: Column<DriverView> = {
  title: 'Agent',
  width: 9,
  cell: ({ attempt }) =>
    attempt === undefined ? (
      <span class="faint">–</span>
    ) : (
      <span title={attempt.agentId}>{attempt.hostname}</span>
    ),
};
const WAITING: Column<DriverView> = {
  title: 'Waiting',
  width: 6.5,
  align: 'right',
  cell: ({ submittedMs }) => <Elapsed sinceMs={submittedMs} />,
};
const TIME: Column<DriverView> = {
  title: 'Time',
  width: 6.5,
  align: 'right',
  cell: ({ attempt, finishedMs }) => (
    <Elapsed sinceMs={attempt?.launchedMs} endMs={attempt?.finishedMs ?? finishedMs} />
  ),
};
const LINKS: Column<DriverView> = {
  title: 'Links',
  width: 12.5,
  align: 'right',
  onPhone: 'last-line',
  cell: linksCell,
};

function columnsOf(group: DriverGroup, next: readonly string[]): readonly Column<DriverView>[] {
  switch (group) {
    case 'queued':
      return [placeColumn(next), DRIVER, QUEUE, CLASS, RESOURCES, SUBMITTED, WAITING];
    case 'running':
      return [STATE, WITH_CLASS, QUEUE, RESOURCES, AGENT, SUBMITTED, STARTED, TIME, LINKS];
    case 'retrying':
      return [DRIVER, CLASS, FAILURE, ATTEMPTS, SUBMITTED, NEXT_TRY];
    case 'finished':
      return [STATE, WITH_CLASS, QUEUE, RESOURCES, AGENT, SUBMITTED, ENDED, TIME, LINKS];
    case 'all':
      return [STATE, WITH_CLASS, QUEUE, RESOURCES, AGENT, SUBMITTED, TIME, LINKS];
  }
}

function placeColumn(next: readonly string[]): Column<DriverView> {
  const places = new Map(next.map((id, index) => [id, index + 1]));
  return {
    title: 'Place',
    width: 8,
    onPhone: 'beside-heading',
    cell: ({ id }) => {
      const place = places.get(id);
      return place === undefined ? <span class="faint">–</span> : <span class="figure">#{place}</span>;
    },
  };
}

const FAILURE: Column<DriverView> = {
  title: 'Last failure',
  width: 26,
  onPhone: 'own-line',
  cell: ({ retry }) => retry?.lastFailure,
};
const ATTEMPTS: Column<DriverView> = {
  title: 'Attempts',
  width: 6,
  align: 'right',
  cell: ({ attemptCount }) => <span class="figure">{attemptCount}</span>,
};
const NEXT_TRY: Column<DriverView> = {
  title: 'Next try',
  width: 6.5,
  order: 'nextRetryAt',
  align: 'right',
  cell: ({ retry }) => <Until timeMs={retry?.nextRetryMs} />,
};

/** How long until a moment. */
export function Until({ timeMs }: { timeMs: number | undefined }) {
  const now = useNow();
  if (timeMs === undefined) return <span class="faint">–</span>;
  const left = Math.ceil((timeMs - now) / 1000) * 1000;
  return (
    <time class="figure" dateTime={new Date(timeMs).toISOString()} title={new Date(timeMs).toISOString()}>
      {left > 0 ? `in ${formatDuration(left)}` : 'due'}
    </time>
  );
}

/** Whether a reader will ask why. */
function isBad({ state, finalState }: DriverView): boolean {
  return state === 'unreachable' || (state === 'finished' && finalState !== 'FINISHED');
}

function linksCell({ id, name, attempt }: DriverView) {
  if (attempt === undefined) return <span class="faint">–</span>;
  return (
    <span class="actions">
      <a class="action" href={driverLink(id, { file: 'stdout' })} aria-label={`Log of ${name}`}>
        log
      </a>
      {attempt.sandboxLink && (
        <OutsideLink href={attempt.sandboxLink} label={`Sandbox of ${name}`}>
          sandbox
        </OutsideLink>
      )}
      {attempt.historyLink && (
        <OutsideLink href={attempt.historyLink} label={`History of ${name}`}>
          history
        </OutsideLink>
      )}
    </span>
  );
}

import { PageTitle, Panel } from '../../shared/parts.tsx';
import { useAnswer } from '../api/dispatcher-context.tsx';
import { groupLink } from '../links.ts';
import { parseDriverPage } from '../model/driver.ts';
import { type DriverGroup, listQuery, parseListPlace } from '../model/driver-group.ts';
import { DriverTable } from '../tables/driver-table.tsx';
import type { OverviewAnswer } from '../use-overview.ts';
import { Gauges } from './gauges.tsx';

/** So many rows of each list are shown here; the list itself has them all. */
const ROWS = 6;

/** The dispatcher at a glance, with the four tables that it always had (rule D80). */
export function OverviewView({ overview }: { overview: OverviewAnswer }) {
  return (
    <>
      <PageTitle>Overview</PageTitle>
      <Gauges overview={overview} />
      <GroupPanel group="queued" title="Queued" empty="No driver waits." overview={overview} />
      <GroupPanel group="running" title="Running" empty="No driver runs." overview={overview} />
      <GroupPanel
        group="retrying"
        title="Waiting to be started again"
        empty="No driver waits to be started again."
        overview={overview}
      />
      <GroupPanel group="finished" title="Finished" empty="No driver has ended yet." overview={overview} />
    </>
  );
}

interface GroupPanelProps {
  readonly group: Exclude<DriverGroup, 'all'>;
  readonly title: string;
  readonly empty: string;
  readonly overview: OverviewAnswer;
}

function GroupPanel({ group, title, empty, overview }: GroupPanelProps) {
  const { value, failure } = useAnswer({
    path: 'submissions',
    query: listQuery(parseListPlace(new Map([['group', group]])), ROWS),
    parse: parseDriverPage,
  });
  return (
    <Panel
      title={title}
      count={value?.total ?? overview.queues[group]}
      aside={
        <a class="action" href={groupLink(group)} aria-label={`All ${group} drivers`}>
          all {group}
        </a>
      }
    >
      {failure && value === undefined && (
        <p class="note bad">They are not to be had: {failure.error.message}.</p>
      )}
      <DriverTable
        group={group}
        caption={`${title} drivers`}
        drivers={value?.drivers ?? []}
        next={overview.queues.next}
        empty={value === undefined ? 'Asking …' : empty}
      />
    </Panel>
  );
}

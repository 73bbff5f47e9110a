import { type Column, DataTable } from '../../shared/data-table.tsx';
import { formatDuration } from '../../shared/format.ts';
import { Facts, PageTitle, Panel } from '../../shared/parts.tsx';
import { driverLink } from '../links.ts';
import type { DurationsView, QueueView, StatisticsView } from '../model/overview.ts';
import type { OverviewAnswer } from '../use-overview.ts';

/** So many of those that wait are named here; the list of queued drivers has them all. */
const NEXT_SHOWN = 20;

/** The queues with their limits, what comes next, and what was counted. */
export function QueuesView({ overview }: { overview: OverviewAnswer }) {
  const { queues, statistics } = overview;
  return (
    <>
      <PageTitle>Queues</PageTitle>
      <Facts
        facts={[
          ['Running at once', `${queues.running} of at most ${queues.maxRunning}`],
          ['Queued', `${queues.queued} of at most ${queues.maxQueued}`],
          ['Order', queues.strictOrder ? 'strict: a big driver is waited for' : 'smaller ones may go first'],
          ['Offers', queues.offers],
        ]}
      />
      <Panel title="Queues" count={queues.queues.length}>
        <DataTable
          caption="Queues"
          columns={QUEUE_COLUMNS}
          rows={queues.queues}
          keyOf={({ name }) => name}
          empty="There are no queues."
        />
      </Panel>
      <Panel title="Comes next" count={queues.next.length}>
        {queues.next.length === 0 ? (
          <p class="empty">No driver waits.</p>
        ) : (
          <ol class="next">
            {queues.next.slice(0, NEXT_SHOWN).map((id) => (
              <li key={id}>
                <a class="id" href={driverLink(id)}>
                  {id}
                </a>
              </li>
            ))}
          </ol>
        )}
      </Panel>
      <Panel title="Since the dispatcher was started">
        <div class="panel-body">
          <Facts facts={countedFacts(statistics)} />
        </div>
      </Panel>
    </>
  );
}

function countedFacts(statistics: StatisticsView) {
  const { submissions, launches, retries, kills, offers, offersDeclined } = statistics;
  return [
    ['Submitted', submissions],
    ['Launched', launches],
    ['Started again', retries],
    ['Killed', kills],
    ['Offers', `${offers}, ${offersDeclined} of them declined`],
    ['From submission to launch', durationsText(statistics.submitToFirstLaunch)],
    ['From launch to end', durationsText(statistics.launchToFinish)],
    ...[...statistics.ended].map(
      ([state, count]) => [`Ended as ${state.replace(/^TASK_/, '').toLowerCase()}`, count] as const,
    ),
  ] as const;
}

function durationsText({ medianMs, p95Ms }: DurationsView): string {
  if (medianMs === undefined || p95Ms === undefined) return '';
  return `${formatDuration(medianMs)} at the median, ${formatDuration(p95Ms)} for 95 %`;
}

const QUEUE_COLUMNS: readonly Column<QueueView>[] = [
  { title: 'Queue', isHeading: true, cell: ({ name }) => name, sortBy: ({ name }) => name },
  {
    title: 'Priority',
    align: 'right',
    onPhone: 'beside-heading',
    cell: ({ priority }) => <span class="figure">{priority}</span>,
    sortBy: ({ priority }) => priority,
  },
  {
    title: 'Queued',
    align: 'right',
    cell: ({ queued, maxQueued }) => <OfLimit amount={queued} limit={maxQueued} />,
    sortBy: ({ queued }) => queued,
  },
  {
    title: 'Running',
    align: 'right',
    cell: ({ running, maxRunning }) => <OfLimit amount={running} limit={maxRunning} />,
    sortBy: ({ running }) => running,
  },
  {
    title: 'Retrying',
    align: 'right',
    cell: ({ retrying }) => <span class="figure">{retrying}</span>,
    sortBy: ({ retrying }) => retrying,
  },
];

function OfLimit({ amount, limit }: { amount: number; limit: number | undefined }) {
  return (
    <span class="figure">
      {amount} {limit !== undefined && <span class="of">/ {limit}</span>}
    </span>
  );
}

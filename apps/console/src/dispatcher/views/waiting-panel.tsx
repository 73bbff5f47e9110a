import { Moment } from '../../shared/clock.tsx';
import { type Column, DataTable } from '../../shared/data-table.tsx';
import { formatAmount, formatMiB } from '../../shared/format.ts';
import { Panel } from '../../shared/parts.tsx';
import { useAnswer } from '../api/dispatcher-context.tsx';
import type { DriverView } from '../model/driver.ts';
import { parseExplanation, type RefusalView } from '../model/explanation.ts';

/** Offers come and go without an event. */
const POLL_MS = 2_000;

/** Why a driver waits, and what each agent lacked that was offered; nothing for one that does not wait. */
export function WaitingPanel({ driver }: { driver: DriverView }) {
  const isWaiting = driver.state === 'queued' || driver.state === 'retrying';
  const { value } = useAnswer(
    isWaiting
      ? {
          path: `submissions/${encodeURIComponent(driver.id)}/explain`,
          parse: parseExplanation,
          pollMs: POLL_MS,
        }
      : undefined,
  );
  if (!isWaiting || value === undefined || value.reason === 'NOT_WAITING') return null;
  return (
    <Panel
      title="Why it waits"
      aside={value.position > 0 && <span class="faint figure">place {value.position} in the queue</span>}
    >
      <p class="sentence" role="status">
        {value.sentence}
      </p>
      {value.agents.length > 0 && (
        <DataTable
          caption="What the agents offered last"
          columns={REFUSAL_COLUMNS}
          rows={value.agents}
          keyOf={({ agentId }) => agentId}
          empty=""
        />
      )}
    </Panel>
  );
}

const REFUSAL_COLUMNS: readonly Column<RefusalView>[] = [
  {
    title: 'Agent',
    width: 14,
    cell: ({ hostname, agentId }) => <span title={agentId}>{hostname}</span>,
    sortBy: ({ hostname }) => hostname,
    isHeading: true,
  },
  {
    title: 'Why not',
    onPhone: 'plain-line',
    cell: ({ reason }) => reason,
    sortBy: ({ reason }) => reason,
  },
  {
    title: 'CPUs',
    width: 5,
    align: 'right',
    cell: ({ cpus }) => <span class="figure">{formatAmount(cpus)}</span>,
    sortBy: ({ cpus }) => cpus,
  },
  {
    title: 'Memory',
    width: 6.5,
    align: 'right',
    cell: ({ memMiB }) => <span class="figure">{formatMiB(memMiB)}</span>,
    sortBy: ({ memMiB }) => memMiB,
  },
  {
    title: 'Offered',
    width: 9.5,
    align: 'right',
    cell: ({ offeredMs }) => <Moment timeMs={offeredMs} />,
    sortBy: ({ offeredMs }) => offeredMs ?? 0,
  },
];

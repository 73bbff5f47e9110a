import { Elapsed, Moment } from '../../shared/clock.tsx';
import { type Column, DataTable } from '../../shared/data-table.tsx';
import { AttemptState, OutsideLink } from '../driver-parts.tsx';
import { driverLink } from '../links.ts';
import type { AttemptView, DriverDetails } from '../model/driver.ts';

/** The tasks that a driver had, the latest first. */
export function AttemptTable({ driver }: { driver: DriverDetails }) {
  const { attempts, attemptCount } = driver;
  return (
    <>
      <DataTable
        caption="Attempts of this driver"
        columns={columnsFor(driver.id)}
        rows={attempts.toReversed()}
        keyOf={({ number }) => String(number)}
        empty="It has not been launched yet."
      />
      {attempts.length < attemptCount && (
        <p class="more">{attemptCount - attempts.length} more are no longer remembered.</p>
      )}
    </>
  );
}

function columnsFor(id: string): readonly Column<AttemptView>[] {
  return [
    {
      title: 'State',
      width: 8,
      onPhone: 'beside-heading',
      cell: (attempt) => <AttemptState attempt={attempt} />,
    },
    {
      title: 'Attempt',
      isHeading: true,
      cell: ({ number, message, reason }) => (
        <>
          Attempt {number}
          {(message !== '' || reason !== '') && (
            <span class="aside">
              {message} {reason !== '' && <span class="id faint">{reason}</span>}
            </span>
          )}
        </>
      ),
    },
    {
      title: 'Task',
      width: 20,
      only: 'widest',
      cell: ({ taskId }) => <span class="id">{taskId}</span>,
    },
    {
      title: 'Agent',
      width: 10,
      cell: ({ hostname, agentId }) => <span title={agentId}>{hostname}</span>,
    },
    {
      title: 'Exit',
      width: 4,
      align: 'right',
      cell: ({ exitStatus }) =>
        exitStatus === undefined ? <span class="faint">–</span> : <span class="figure">{exitStatus}</span>,
    },
    {
      title: 'Launched',
      width: 9.5,
      align: 'right',
      only: 'wide',
      cell: ({ launchedMs }) => <Moment timeMs={launchedMs} />,
    },
    {
      title: 'Time',
      width: 6.5,
      align: 'right',
      cell: ({ launchedMs, finishedMs }) => <Elapsed sinceMs={launchedMs} endMs={finishedMs} />,
    },
    {
      title: 'Links',
      width: 12,
      align: 'right',
      onPhone: 'last-line',
      cell: ({ number, sandboxLink, historyLink }) => (
        <span class="actions">
          <a
            class="action"
            href={driverLink(id, { attempt: String(number) })}
            aria-label={`Log of attempt ${number}`}
          >
            log
          </a>
          {sandboxLink && (
            <OutsideLink href={sandboxLink} label={`Sandbox of attempt ${number}`}>
              sandbox
            </OutsideLink>
          )}
          {historyLink && (
            <OutsideLink href={historyLink} label={`History of attempt ${number}`}>
              history
            </OutsideLink>
          )}
        </span>
      ),
    },
  ];
}

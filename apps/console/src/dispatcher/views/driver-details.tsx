import { useEffect, useState } from 'preact/hooks';
import { Elapsed, Moment } from '../../shared/clock.tsx';
import { formatMiB } from '../../shared/format.ts';
import type { HashRoute } from '../../shared/hash-route.ts';
import { Facts, PageTitle, Panel } from '../../shared/parts.tsx';
import { RequestError } from '../../shared/request-error.ts';
import { useAnswer } from '../api/dispatcher-context.tsx';
import { DriverState, resourcesText } from '../driver-parts.tsx';
import { driverLink, groupLink } from '../links.ts';
import { type DriverDetails, parseDriverDetails } from '../model/driver.ts';
import { AttemptTable } from '../tables/attempt-table.tsx';
import { Until } from '../tables/driver-table.tsx';
import { ApplicationPanel } from './application-panel.tsx';
import { DriverActions } from './driver-actions.tsx';
import { DriverLogPanel } from './driver-log-panel.tsx';
import { DriverRequest } from './driver-request.tsx';
import { WaitingPanel } from './waiting-panel.tsx';

/** A driver's own page appears some time after it runs, and no event tells of it. */
const PAGE_POLL_MS = 3_000;

/** One driver: how it fares and why, its attempts, its log, and what was submitted (rule D83). */
export function DriverDetailsView({ id, route }: { id: string; route: HashRoute }) {
  const [awaitsPage, setAwaitsPage] = useState(false);
  const { value: driver, failure } = useAnswer({
    path: `submissions/${encodeURIComponent(id)}`,
    parse: parseDriverDetails,
    about: id,
    ...(awaitsPage ? { pollMs: PAGE_POLL_MS } : {}),
  });
  const isWithoutPage = driver?.state === 'running' && driver.driverUiLink === undefined;
  useEffect(() => setAwaitsPage(isWithoutPage), [isWithoutPage]);
  if (failure?.error instanceof RequestError && failure.error.status === 404) return <NotThere id={id} />;
  if (driver === undefined) {
    return (
      <>
        <PageTitle>{id}</PageTitle>
        <p class="empty">{failure ? `It is not to be had: ${failure.error.message}.` : 'Asking …'}</p>
      </>
    );
  }
  return (
    <>
      <PageTitle
        aside={
          <>
            <DriverState driver={driver} />
            <DriverActions driver={driver} />
          </>
        }
      >
        {driver.name}
      </PageTitle>
      <Facts facts={factsOf(driver)} />
      <WaitingPanel driver={driver} />
      <ApplicationPanel driver={driver} />
      <Panel title="Attempts" count={driver.attemptCount}>
        <AttemptTable driver={driver} />
      </Panel>
      {driver.attempt && <DriverLogPanel driver={driver} route={route} />}
      <DriverRequest driver={driver} />
      <p>
        <a href={groupLink('all')}>Back to drivers</a>
      </p>
    </>
  );
}

function NotThere({ id }: { id: string }) {
  return (
    <>
      <PageTitle>No such driver</PageTitle>
      <p class="prose">
        The dispatcher does not know <span class="id">{id}</span>. It forgets what ended long ago.{' '}
        <a href={groupLink('all')}>See all drivers</a>
      </p>
    </>
  );
}

function factsOf(driver: DriverDetails) {
  const { attempt, resources, retry, state } = driver;
  const runsMs = attempt?.startedMs ?? attempt?.launchedMs;
  return [
    ['Id', <span class="id">{driver.id}</span>],
    [state === 'finished' ? 'Why it ended' : 'What happened', retry ? '' : driver.message],
    ['Queue', driver.priority === 0 ? driver.queue : `${driver.queue} (priority ${driver.priority})`],
    ['Owner', driver.owner],
    ['Resources', `${resourcesText(resources)}, of it ${formatMiB(resources.heapMiB)} heap`],
    ['Supervised', driver.supervise ? 'yes' : 'no'],
    ['Agent', attempt && <span title={attempt.agentId}>{attempt.hostname}</span>],
    ['Submitted', <Moment timeMs={driver.submittedMs} />],
    ['Ended', driver.finishedMs && <Moment timeMs={driver.finishedMs} />],
    [
      state === 'finished' ? 'Took' : 'Runs for',
      attempt && state !== 'retrying' && <Elapsed sinceMs={runsMs} endMs={attempt.finishedMs} />,
    ],
    ['Started again', retry && <Until timeMs={retry.nextRetryMs} />],
    ['Last failure', retry?.lastFailure],
    [
      'Driver’s page',
      driver.driverUiLink && (
        <a href={driver.driverUiLink} target="_blank" rel="noopener noreferrer">
          {driver.driverUiLink}
        </a>
      ),
    ],
    // Whose tasks its executors are.
    ['Framework', attempt && <span class="id">{attempt.driverFrameworkId}</span>],
    [
      'Submitted again from',
      driver.resubmissionOf && <a href={driverLink(driver.resubmissionOf)}>{driver.resubmissionOf}</a>,
    ],
    ['Idempotency key', driver.idempotencyKey && <span class="id">{driver.idempotencyKey}</span>],
  ] as const;
}

import { useEffect, useMemo, useState } from 'preact/hooks';
import { ServerClock } from '../shared/clock.tsx';
import { formatHash, type HashRoute } from '../shared/hash-route.ts';
import { type Liveness, PageFrame, type PageSection } from '../shared/page-frame.tsx';
import { PageTitle } from '../shared/parts.tsx';
import { RequestError } from '../shared/request-error.ts';
import { useArrival, useHashRoute } from '../shared/use-hash-route.ts';
import { DispatcherApi } from './api/dispatcher-api.ts';
import { DispatcherProvider } from './api/dispatcher-context.tsx';
import { useEvents } from './api/use-events.ts';
import type { ReadinessView } from './model/overview.ts';
import type { Principal } from './model/principal.ts';
import { type OverviewAnswer, useOverview } from './use-overview.ts';
import { DriverDetailsView } from './views/driver-details.tsx';
import { DriversView } from './views/drivers-view.tsx';
import { OverviewView } from './views/overview-view.tsx';
import { QueuesView } from './views/queues-view.tsx';
import { TokenEntry } from './views/token-entry.tsx';

/** Why the page asks nothing more as it did: it was not let in, or the reader wants to be somebody else. */
interface Refusal {
  readonly api: DispatcherApi;
  readonly reason: string;
  readonly isWanted: boolean;
}

/** The page of a dispatcher: it reads the API as whoever looks at it, and again whenever something happens. */
export function DispatcherPage() {
  const route = useHashRoute();
  const [token, setToken] = useState<string>();
  const api = useMemo(() => new DispatcherApi(token), [token]);
  const [refusal, setRefusal] = useState<Refusal>();
  const isRefused = refusal?.api === api;
  // Who is not let in asks no more: each wrong token counts, and too many make the reader wait.
  const events = useEvents(isRefused ? undefined : api);
  const polled = useOverview(isRefused ? undefined : api, events.changes);
  const failure = events.failure ?? polled.failure;
  useEffect(() => {
    const error = failure?.error;
    if (error instanceof RequestError && error.status === 401) {
      setRefusal({ api, reason: refusalReason(api, error), isWanted: false });
    }
  }, [failure, api]);
  const overview = polled.value;
  useArrival(route.path);
  useTitle(route);
  const context = useMemo(
    () => ({ api, changes: events.changes, principal: overview?.principal }),
    [api, events.changes, overview?.principal.role, overview?.principal.name],
  );
  const liveness: Liveness = {
    receivedMs: events.isOpen || failure ? polled.receivedMs : undefined,
    failure,
  };
  return (
    <DispatcherProvider value={context}>
      <ServerClock skewMs={overview?.clockSkewMs ?? 0}>
        <PageFrame
          product="Spark dispatcher"
          instance={location.host}
          sections={sectionsOf(route, overview)}
          liveness={isRefused ? undefined : liveness}
          footer={
            overview && (
              <DispatcherLine
                readiness={overview.readiness}
                principal={overview.principal}
                hasToken={api.hasToken}
                onToken={() => setRefusal({ api, reason: tokenWish(overview.principal), isWanted: true })}
                onForget={() => setToken(undefined)}
              />
            )
          }
        >
          {isRefused && (
            <TokenEntry
              reason={refusal.reason}
              onToken={setToken}
              onCancel={refusal.isWanted ? () => setRefusal(undefined) : undefined}
            />
          )}
          {!isRefused && overview && <ReadinessNote readiness={overview.readiness} />}
          {!isRefused && overview && <CurrentView route={route} overview={overview} />}
          {!isRefused && !overview && <p class="empty">Waiting for the dispatcher’s first answer …</p>}
        </PageFrame>
      </ServerClock>
    </DispatcherProvider>
  );
}

function CurrentView({ route, overview }: { route: HashRoute; overview: OverviewAnswer }) {
  const [section = 'overview', first] = route.path;
  switch (section) {
    case 'overview':
      return <OverviewView overview={overview} />;
    case 'drivers':
      return first === undefined ? (
        <DriversView queues={overview.queues} route={route} />
      ) : (
        <DriverDetailsView key={first} id={first} route={route} />
      );
    case 'queues':
      return <QueuesView overview={overview} />;
    default:
      return (
        <>
          <PageTitle>There is no such page</PageTitle>
          <p class="prose">
            The address names no part of this page. <a href="#/">Go to the overview</a>
          </p>
        </>
      );
  }
}

function ReadinessNote({ readiness }: { readiness: ReadinessView }) {
  if (readiness.ready) return null;
  return (
    <div class="note bad" role="alert">
      <p>
        <strong>
          {readiness.draining
            ? 'The dispatcher is being shut down: it takes and launches nothing more.'
            : 'The dispatcher is not ready.'}
        </strong>
      </p>
      {readiness.problems.map((problem) => (
        <p key={problem}>{problem}</p>
      ))}
    </div>
  );
}

interface DispatcherLineProps {
  readonly readiness: ReadinessView;
  readonly principal: Principal;
  readonly hasToken: boolean;
  readonly onToken: () => void;
  readonly onForget: () => void;
}

function DispatcherLine({ readiness, principal, hasToken, onToken, onForget }: DispatcherLineProps) {
  return (
    <>
      Mesos Framework ID: <span class="id">{readiness.frameworkId || 'none yet'}</span>
      {readiness.master !== '' && (
        <>
          {' '}
          · master <span class="id">{readiness.master}</span>
        </>
      )}{' '}
      · you are {principal.name === '' ? 'nobody in particular' : principal.name} ({principal.role}){' '}
      {hasToken ? (
        <button type="button" onClick={onForget}>
          forget the token
        </button>
      ) : (
        <button type="button" onClick={onToken}>
          use a token
        </button>
      )}
    </>
  );
}

function refusalReason({ hasToken }: DispatcherApi, { message }: Error): string {
  return hasToken
    ? `The dispatcher did not take that token: ${message}`
    : 'This dispatcher answers only those who show a token';
}

function tokenWish({ role }: Principal): string {
  return `Without a token you are a ${role} here`;
}

function sectionsOf(route: HashRoute, overview: OverviewAnswer | undefined): readonly PageSection[] {
  const [current = 'overview'] = route.path;
  const queues = overview?.queues;
  const live = queues && queues.queued + queues.running + queues.retrying;
  const section = (title: string, name: string, count?: number): PageSection => ({
    title,
    href: name === 'overview' ? '#/' : formatHash([name]),
    isCurrent: current === name,
    count,
  });
  return [
    section('Overview', 'overview'),
    section('Drivers', 'drivers', live),
    section('Queues', 'queues', queues?.queues.length),
  ];
}

/** Tabs are told apart by what they show. */
function useTitle(route: HashRoute): void {
  const [section = 'overview', first] = route.path;
  const title = `${first ?? section} · Spark dispatcher ${location.host}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}

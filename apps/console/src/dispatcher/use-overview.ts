import { useRef } from 'preact/hooks';
import { type Polled, usePolling } from '../shared/use-polling.ts';
import type { DispatcherApi } from './api/dispatcher-api.ts';
import type { LiveChanges } from './api/live-changes.ts';
import { appendDispatcherSample, type DispatcherSample } from './model/dispatcher-history.ts';
import {
  parseQueues,
  parseReadiness,
  parseStatistics,
  type QueuesView,
  type ReadinessView,
  type StatisticsView,
} from './model/overview.ts';
import { type Principal, parsePrincipal } from './model/principal.ts';

/** Offers come and go without an event. */
const POLL_MS = 2_000;

/** What every part of the page needs to know of its dispatcher. */
export interface OverviewAnswer {
  readonly queues: QueuesView;
  readonly statistics: StatisticsView;
  readonly readiness: ReadinessView;
  readonly principal: Principal;
  readonly history: readonly DispatcherSample[];
  readonly clockSkewMs: number;
}

/** Follows how the dispatcher stands; asks nothing without an API. */
export function useOverview(api: DispatcherApi | undefined, changes: LiveChanges): Polled<OverviewAnswer> {
  const history = useRef<readonly DispatcherSample[]>([]);
  return usePolling(
    api?.identity,
    POLL_MS,
    async (signal) => {
      const read = async (path: string) => api?.read(path, {}, signal);
      // Who one is comes first: if nobody may know more, that is all that is refused.
      const principal = parsePrincipal(await read('principal'));
      const [queues, statistics, readiness] = await Promise.all([
        read('queues').then(parseQueues),
        read('statistics').then(parseStatistics),
        read('readiness').then(parseReadiness),
      ]);
      history.current = appendDispatcherSample(history.current, Date.now(), queues, statistics);
      return {
        queues,
        statistics,
        readiness,
        principal,
        history: history.current,
        clockSkewMs: api?.clockSkewMs ?? 0,
      };
    },
    (ask) => changes.listen(undefined, ask),
  );
}

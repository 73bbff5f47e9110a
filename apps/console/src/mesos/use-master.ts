import { useRef } from 'preact/hooks';
import { clockSkewMs } from '../shared/clock-skew.ts';
import { parseJson, request } from '../shared/request.ts';
import { type Polled, usePolling } from '../shared/use-polling.ts';
import { type ClusterView, parseCluster } from './model/cluster.ts';
import { appendSample, type UseSample } from './model/use-history.ts';

/** How often the master is asked. */
export const POLL_MS = 1_000;

/** What the page knows of its master. */
export interface MasterView {
  readonly cluster: ClusterView;
  readonly history: readonly UseSample[];
  readonly clockSkewMs: number;
}

/** Follows the master's `/state`. An answer that is the same as the last one is not read again. */
export function useMaster(): Polled<MasterView> {
  const last = useRef<{ bytes: Uint8Array; view: MasterView }>(undefined);
  return usePolling('state', POLL_MS, async (signal) => {
    const { bytes, serverTimeMs } = await request('state', signal);
    const nowMs = Date.now();
    const before = last.current;
    const cluster =
      before && sameBytes(before.bytes, bytes)
        ? before.view.cluster
        : parseCluster(parseJson('state', bytes));
    const view = {
      cluster,
      history: appendSample(before?.view.history ?? [], {
        timeMs: nowMs,
        use: cluster.use,
        runningTasks: cluster.taskCounts.running,
      }),
      clockSkewMs: clockSkewMs(serverTimeMs, nowMs, before?.view.clockSkewMs),
    };
    last.current = { bytes, view };
    return view;
  });
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

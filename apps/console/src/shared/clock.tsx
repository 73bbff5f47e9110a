import { type ComponentChildren, createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import { formatDuration, formatMoment } from './format.ts';

/** How far the server's clock is ahead of the reader's, in milliseconds. */
const ServerClockContext = createContext(0);

const listeners = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | undefined;

/** Times below it are compared with the server's clock, not with the reader's. */
export function ServerClock({ skewMs, children }: { skewMs: number; children: ComponentChildren }) {
  return <ServerClockContext.Provider value={skewMs}>{children}</ServerClockContext.Provider>;
}

/** The time by the server's clock; whoever uses it is drawn anew each second. */
export function useNow(): number {
  const skewMs = useContext(ServerClockContext);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const tick = () => setNow(Date.now());
    listeners.add(tick);
    ticking ??= setInterval(() => {
      for (const listener of listeners) listener();
    }, 1_000);
    return () => {
      listeners.delete(tick);
      if (listeners.size > 0) return;
      clearInterval(ticking);
      ticking = undefined;
    };
  }, []);
  return now + skewMs;
}

/** A time span that ends now, or at `endMs`. */
export function Elapsed({ sinceMs, endMs }: { sinceMs: number | undefined; endMs?: number | undefined }) {
  return sinceMs ? <Span sinceMs={sinceMs} endMs={endMs} /> : <span class="faint">–</span>;
}

function Span({ sinceMs, endMs }: { sinceMs: number; endMs: number | undefined }) {
  const now = useNow();
  // Whole seconds while it runs: tenths would only flicker.
  const span = endMs === undefined ? Math.floor((now - sinceMs) / 1000) * 1000 : endMs - sinceMs;
  return <span class="figure">{formatDuration(span)}</span>;
}

/** A moment on the reader's clock; the exact one shows when it is pointed at. */
export function Moment({ timeMs }: { timeMs: number | undefined }) {
  if (!timeMs || !Number.isFinite(timeMs) || Math.abs(timeMs) > 8.64e15) return <span class="faint">–</span>;
  const exact = new Date(timeMs).toISOString();
  return (
    <time class="figure" dateTime={exact} title={exact}>
      {formatMoment(timeMs, Date.now())}
    </time>
  );
}

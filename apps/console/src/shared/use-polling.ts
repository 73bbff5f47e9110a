import { useEffect, useRef, useState } from 'preact/hooks';
import { startPolling } from './polling.ts';

/** The latest answer and, while the server does not answer, why and since when. */
export interface Polled<Value> {
  readonly value: Value | undefined;
  readonly receivedMs: number | undefined;
  readonly failure: { readonly error: Error; readonly sinceMs: number } | undefined;
}

const NOTHING: Polled<never> = { value: undefined, receivedMs: undefined, failure: undefined };

/**
 * Keeps asking while the page is seen; a page in the background asks nothing.
 * Another `key` means another question: the old answer is forgotten. An undefined key asks nothing.
 * With `onNews` it asks at once when it is told that there is something new, see {@link startPolling}.
 */
export function usePolling<Value>(
  key: string | undefined,
  intervalMs: number,
  load: (signal: AbortSignal) => Promise<Value>,
  onNews?: (ask: () => void) => () => void,
): Polled<Value> {
  const [polled, setPolled] = useState<{ key: string | undefined; state: Polled<Value> }>({
    key,
    state: NOTHING,
  });
  const latestLoad = useRef(load);
  latestLoad.current = load;
  const latestOnNews = useRef(onNews);
  latestOnNews.current = onNews;
  useEffect(() => {
    if (key === undefined) return undefined;
    const update = (change: (state: Polled<Value>) => Polled<Value>) =>
      setPolled((current) => ({ key, state: change(current.key === key ? current.state : NOTHING) }));
    return whileVisible(() =>
      startPolling({
        load: (signal) => latestLoad.current(signal),
        intervalMs,
        onNews: latestOnNews.current,
        onValue: (value) => update(() => ({ value, receivedMs: Date.now(), failure: undefined })),
        onFailure: (error) =>
          update((state) => ({
            ...state,
            failure: { error, sinceMs: state.failure?.sinceMs ?? Date.now() },
          })),
      }),
    );
  }, [key, intervalMs]);
  return polled.key === key ? polled.state : NOTHING;
}

/** Starts now and whenever the page comes to the front, stops whenever it goes to the back. */
export function whileVisible(start: () => () => void): () => void {
  let stop: (() => void) | undefined;
  const adjust = () => {
    if (document.visibilityState === 'hidden') {
      stop?.();
      stop = undefined;
    } else {
      stop ??= start();
    }
  };
  adjust();
  document.addEventListener('visibilitychange', adjust);
  return () => {
    document.removeEventListener('visibilitychange', adjust);
    stop?.();
  };
}

import { useEffect, useRef, useState } from 'preact/hooks';
import { formatHash, type HashRoute, parseHash } from './hash-route.ts';

/** The route that the address names, live. */
export function useHashRoute(): HashRoute {
  const [route, setRoute] = useState(() => parseHash(location.hash));
  useEffect(() => {
    const update = () => setRoute(parseHash(location.hash));
    addEventListener('hashchange', update);
    return () => removeEventListener('hashchange', update);
  }, []);
  return route;
}

/**
 * Changes the address in place, e.g. while a filter is typed: no new entry in the history.
 * The event is sent by hand, since the browser sends none for a replaced entry.
 */
export function replaceRoute(path: readonly string[], parameters: Readonly<Record<string, string>>): void {
  history.replaceState(history.state, '', formatHash(path, parameters));
  dispatchEvent(new Event('hashchange'));
}

/**
 * Brings the reader to the top of a page that was opened by a link, and the keyboard to its heading.
 * An entry of the history that is met again keeps its scroll position: the browser restores that itself.
 */
export function useArrival(path: readonly string[]): void {
  const place = path.join('/');
  const isLoading = useRef(true);
  // It is the place that brings the reader here, whatever else was drawn anew.
  useEffect(() => {
    const wasLoading = isLoading.current;
    isLoading.current = false;
    if (history.state?.visited === true) return;
    history.replaceState({ visited: true }, '');
    if (wasLoading) return;
    scrollTo(0, 0);
    document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
  }, [place]);
}

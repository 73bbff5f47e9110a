import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { type Polled, usePolling } from '../../shared/use-polling.ts';
import type { Principal } from '../model/principal.ts';
import { DispatcherApi } from './dispatcher-api.ts';
import { LiveChanges } from './live-changes.ts';

/** What all parts of the page work with. */
export interface DispatcherContext {
  readonly api: DispatcherApi;
  readonly changes: LiveChanges;
  readonly principal: Principal | undefined;
}

const Context = createContext<DispatcherContext>({
  api: new DispatcherApi(),
  changes: new LiveChanges(),
  principal: undefined,
});

/** Gives it to all parts below. */
export const DispatcherProvider = Context.Provider;

/** The API, what happens, and who one is. */
export function useDispatcher(): DispatcherContext {
  return useContext(Context);
}

/** What is shown is asked for again this often, even if nothing is known to have happened. */
const QUIET_POLL_MS = 15_000;

/** What is asked for: where, in which form, and whom it is about. */
export interface ApiQuestion<Value> {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly parse: (answer: unknown) => Value;
  /** The submission that it is about; what happens to others does not matter then. */
  readonly about?: string;
  /** What changes without an event has to be asked for more often. */
  readonly pollMs?: number;
}

/** Reads something from the API, and again as soon as something has happened that it is about. */
export function useAnswer<Value>(question: ApiQuestion<Value> | undefined): Polled<Value> {
  const { api, changes } = useDispatcher();
  const { path = '', query = {}, parse, about, pollMs = QUIET_POLL_MS } = question ?? {};
  const key = parse && `${api.identity} ${api.pathOf(path, query)}`;
  return usePolling(
    key,
    pollMs,
    // Without a key nothing is asked for.
    async (signal) => parse?.(await api.read(path, query, signal)) as Value,
    (ask) => changes.listen(about, ask),
  );
}

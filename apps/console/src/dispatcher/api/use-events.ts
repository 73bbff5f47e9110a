import { useEffect, useMemo, useState } from 'preact/hooks';
import { whileVisible } from '../../shared/use-polling.ts';
import type { DispatcherApi } from './dispatcher-api.ts';
import { followEvents } from './event-stream.ts';
import { LiveChanges } from './live-changes.ts';

/** Whether events are heard. */
export interface EventsState {
  readonly changes: LiveChanges;
  readonly isOpen: boolean;
  readonly failure: { readonly error: Error; readonly sinceMs: number } | undefined;
}

/** Follows the dispatcher's events while the page is seen; later it goes on where it was. */
export function useEvents(api: DispatcherApi | undefined): EventsState {
  const changes = useMemo(() => new LiveChanges(), [api]);
  const [state, setState] = useState<Omit<EventsState, 'changes'>>({ isOpen: false, failure: undefined });
  useEffect(() => {
    setState({ isOpen: false, failure: undefined });
    if (api === undefined) return undefined;
    let lastEventId = '';
    return whileVisible(() => {
      const stop = followEvents(
        {
          path: api.pathOf('events'),
          headers: api.headers,
          onOpen: (goesOn) => {
            setState({ isOpen: true, failure: undefined });
            if (!goesOn) changes.noteAll();
          },
          onEvent: (event) => changes.note(event),
          onFailure: (error) =>
            setState(({ failure }) => ({
              isOpen: false,
              failure: { error, sinceMs: failure?.sinceMs ?? Date.now() },
            })),
        },
        lastEventId,
      );
      return () => {
        lastEventId = stop();
      };
    });
  }, [api, changes]);
  return { changes, ...state };
}

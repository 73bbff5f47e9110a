import { nextWaitMs } from '../../shared/polling.ts';
import { refusal } from '../../shared/request.ts';
import { movedError, RequestError } from '../../shared/request-error.ts';
import { EventStreamParser, type ServerEvent } from './event-stream-parser.ts';

/** Events that are followed, and who wants to know. */
export interface EventStreamOptions {
  /** Relative to the page. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** It hears events from now on; `goesOn` tells whether it missed none since it heard them last. */
  readonly onOpen: (goesOn: boolean) => void;
  readonly onEvent: (event: ServerEvent) => void;
  readonly onFailure: (error: Error) => void;
}

const RETRY_MS = 500;

/** The server says something every 15 s; a connection that is silent for longer than this is dead. */
const LONGEST_SILENCE_MS = 40_000;

/**
 * Follows events for good: when the connection ends it is made again, and goes on after the last event that was heard
 * (Last-Event-ID). Ends when the function that it returns is called; nothing is reported after that.
 */
export function followEvents(options: EventStreamOptions, lastEventId = ''): () => string {
  const stopped = new AbortController();
  const parserState = { lastEventId };
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  const follow = async (): Promise<void> => {
    try {
      await readEvents(options, parserState, stopped.signal, () => {
        failures = 0;
      });
      if (stopped.signal.aborted) return;
      throw new RequestError('CONSOLE_UNREACHABLE', 'the server has ended the connection');
    } catch (error) {
      if (stopped.signal.aborted) return;
      failures += 1;
      options.onFailure(error instanceof Error ? error : new Error(String(error)));
      // Who is not let in is not let in by asking again.
      if (error instanceof RequestError && error.status === 401) return;
    }
    timer = setTimeout(follow, nextWaitMs(RETRY_MS, failures));
  };
  // `follow` handles its own failures, its promise never rejects.
  void follow();
  return () => {
    stopped.abort();
    clearTimeout(timer);
    return parserState.lastEventId;
  };
}

async function readEvents(
  { path, headers, onOpen, onEvent }: EventStreamOptions,
  state: { lastEventId: string },
  stopped: AbortSignal,
  onGood: () => void,
): Promise<void> {
  const silence = new AbortController();
  const signal = AbortSignal.any([stopped, silence.signal]);
  const listen = () => setTimeout(() => silence.abort(), LONGEST_SILENCE_MS);
  let silent = listen();
  try {
    const goesOn = state.lastEventId !== '';
    const response = await fetch(path, {
      cache: 'no-store',
      redirect: 'manual',
      headers: {
        accept: 'text/event-stream',
        ...headers,
        ...(goesOn && { 'last-event-id': state.lastEventId }),
      },
      signal,
    });
    if (response.type === 'opaqueredirect') throw movedError();
    if (!response.ok) throw refusal(path, response.status, new Uint8Array(await response.arrayBuffer()));
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const parser = new EventStreamParser();
    onOpen(goesOn);
    while (reader) {
      const { value, done } = await reader.read();
      if (done || stopped.aborted) return;
      onGood();
      clearTimeout(silent);
      silent = listen();
      for (const event of parser.push(value)) onEvent(event);
      state.lastEventId = parser.lastEventId || state.lastEventId;
    }
  } catch (error) {
    if (error instanceof RequestError || stopped.aborted) throw error;
    throw new RequestError('CONSOLE_UNREACHABLE', 'the server cannot be reached', 0, error);
  } finally {
    clearTimeout(silent);
  }
}

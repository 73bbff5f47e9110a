import type { ServerResponse } from 'node:http';
import type { DispatcherEvent } from '../../model/views.ts';
import type { DispatcherService } from '../../service.ts';

/** What a stream of events is made with. */
export interface EventStreamOptions {
  readonly service: DispatcherService;
  /** How an event is shown. */
  readonly view: (event: DispatcherEvent) => object;
  /** Go on after this one. */
  readonly lastEventId: number | undefined;
}

/** More than these wait for nobody who does not read: it may come again and go on where it was. */
const MOST_UNSENT_BYTES = 1_048_576;
/** So that proxies do not take a quiet connection for a dead one. */
const HEARTBEAT_MS = 15_000;

/** Streams of events (Server-Sent Events) that are open; bounded in number, and each in what may wait for it. */
export class EventStreams {
  readonly #open = new Set<() => void>();
  readonly #most: number;

  constructor(most = 500) {
    this.#most = most;
  }

  get isFull(): boolean {
    return this.#open.size >= this.#most;
  }

  /** Answers with events until the client goes; one that does not read what it is sent is cut off. */
  serve(response: ServerResponse, { service, view, lastEventId }: EventStreamOptions): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      // Proxies that gather answers would keep the events to themselves.
      'x-accel-buffering': 'no',
    });
    const write = (text: string) => {
      response.write(text);
      if (response.writableLength > MOST_UNSENT_BYTES) response.destroy();
    };
    const send = (event: DispatcherEvent) => write(formatEvent(event.kind, view(event), event.sequence));
    const missed = lastEventId === undefined ? [] : service.eventsAfter(lastEventId);
    // What was missed is no longer known: the client has to read everything anew.
    if (missed === undefined) write(formatEvent('reset', {}));
    else write(': welcome\n\n');
    const unsubscribe = service.subscribe(send);
    for (const event of missed ?? []) send(event);
    const heartbeat = setInterval(() => write(': still here\n\n'), HEARTBEAT_MS);
    const end = () => {
      unsubscribe();
      clearInterval(heartbeat);
      this.#open.delete(end);
      response.end();
    };
    this.#open.add(end);
    response.on('close', end);
  }

  /** Ends all of them. */
  close(): void {
    for (const end of [...this.#open]) end();
  }
}

/** One event as a browser's EventSource reads it. */
export function formatEvent(kind: string, data: object, id?: number): string {
  const idLine = id === undefined ? '' : `id: ${id}\n`;
  // JSON has no line ends of its own, so one line of data is enough.
  return `${idLine}event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
}

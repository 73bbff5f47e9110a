import { RequestError } from '../../shared/request-error.ts';

/** An event as a server tells it. */
export interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** More than this without an end is no event of ours. */
const LONGEST_EVENT = 4 * 1024 * 1024;

/**
 * Reads Server-Sent Events (HTML Living Standard, 9.2.6) from text in pieces of any length. By hand, since a browser's own
 * EventSource cannot send a token.
 *
 * ```
 * stream = *( *field LF )        ; CR LF and CR are line ends as well
 * field  = ":" comment / name [ ":" [ SP ] value ]
 * ```
 */
export class EventStreamParser {
  /** Of the last event that had one; what is asked for again goes on after it. */
  lastEventId = '';
  #rest = '';
  #name = '';
  #id: string | undefined;
  #data: string[] = [];

  /** Takes more of the stream, and gives the events that it completes. */
  push(text: string): readonly ServerEvent[] {
    const events: ServerEvent[] = [];
    const all = this.#rest + text;
    // A carriage return at the end may be half a line end: it waits for what follows.
    const lines = all.split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = this.#line(line);
      if (event) events.push(event);
    }
    const waiting = this.#data.reduce((sum, { length }) => sum + length, this.#rest.length);
    if (waiting > LONGEST_EVENT) throw new RequestError('CONSOLE_BAD_ANSWER', 'an event has no end');
    return events;
  }

  #line(line: string): ServerEvent | undefined {
    if (line === '') return this.#end();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#name = value;
    if (field === 'data') this.#data.push(value);
    if (field === 'id' && !value.includes('\0')) this.#id = value;
    return undefined;
  }

  #end(): ServerEvent | undefined {
    const [name, data] = [this.#name, this.#data];
    if (this.#id !== undefined) this.lastEventId = this.#id;
    [this.#name, this.#data, this.#id] = ['', [], undefined];
    return data.length === 0 ? undefined : { name: name || 'message', data: data.join('\n') };
  }
}

import type { DispatcherEvent } from '../model/views.ts';
import type { EventBody } from './context.ts';

/** So many events are remembered. */
const REMEMBERED = 1000;

/** The latest events, for those who come back and ask what they have missed. */
export class EventLog {
  readonly #events: DispatcherEvent[] = [];
  #sequence = 0;

  add(body: EventBody, atMs: number): DispatcherEvent {
    this.#sequence += 1;
    // Each body is one of an event without its number and its time.
    const event = { sequence: this.#sequence, atMs, ...body } as DispatcherEvent;
    this.#events.push(event);
    if (this.#events.length > 2 * REMEMBERED) this.#events.splice(0, REMEMBERED);
    return event;
  }

  /** Those after that number; undefined where some of them are forgotten, or the number is none of ours. */
  after(sequence: number): readonly DispatcherEvent[] | undefined {
    const first = this.#events[0]?.sequence ?? this.#sequence + 1;
    if (sequence > this.#sequence || sequence < first - 1) return undefined;
    return this.#events.slice(sequence - first + 1);
  }
}

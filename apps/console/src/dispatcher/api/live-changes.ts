import { asObject, objectOf, textOf } from '../../shared/json.ts';
import type { ServerEvent } from './event-stream-parser.ts';

interface Listener {
  readonly about: string | undefined;
  readonly tell: () => void;
}

/** Tells parts of the page that what they show may have changed. */
export class LiveChanges {
  readonly #listeners = new Set<Listener>();

  /** Is told of changes of one submission, or of all where none is named; returns how to end that. */
  listen(about: string | undefined, tell: () => void): () => void {
    const listener = { about, tell };
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes an event of the dispatcher. */
  note({ name, data }: ServerEvent): void {
    const id = name === 'submission' || name === 'forgotten' ? submissionIdOf(data) : undefined;
    for (const { about, tell } of this.#listeners) {
      if (id === undefined || about === undefined || about === id) tell();
    }
  }

  /** Everything may have changed. */
  noteAll(): void {
    for (const { tell } of this.#listeners) tell();
  }
}

/** None where the event cannot be read: then it may be about any of them. */
function submissionIdOf(data: string): string | undefined {
  try {
    const event = asObject(JSON.parse(data));
    return textOf(objectOf(event, 'submission'), 'id') || textOf(event, 'submissionId') || undefined;
  } catch {
    return undefined;
  }
}

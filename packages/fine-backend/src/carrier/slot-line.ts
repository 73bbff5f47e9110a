import type { TaskEnd } from './end-message.ts';

/**
 * What a slot that is a command task says to its gateway, and hears of it, over a connection that it opens itself. KILL
 * cannot say how a task has ended, and a command task takes no messages; so it waits for the word with which to end.
 *
 * ```text
 * slot      = "slot " task-id " " token LF     ; at most 512 bytes, and nothing behind it
 * gateway   = "welcome" LF [ status LF ]       ; the second when the slot is to end
 * status    = "0" | "1"                        ; finished, failed
 * ```
 */
const MAX_GREETING_BYTES = 512;

/** What it looks like; neither word has blanks. */
const GREETING = /^slot (\S+) (\S+)$/;

/** Sent to a slot whose token is right: only those that have it end with their connection. */
export const SLOT_WELCOME = 'welcome\n';

/** Where a slot opens its line, and by what it is known there. */
export interface SlotLinePlace {
  readonly host: string;
  readonly port: number;
  /** Of this slot alone; good for nothing but to hear when to end. */
  readonly token: string;
}

/** How a slot can be told to have ended over its line; all others are killed. */
export type SlotEnd = Extract<TaskEnd, 'FINISHED' | 'FAILED'>;

/** What has come of a slot so far. */
export type SlotGreeting =
  | { readonly kind: 'more' }
  | { readonly kind: 'greeting'; readonly taskId: string; readonly token: string }
  /** No slot says this. */
  | { readonly kind: 'junk' };

/** The word with which a slot ends. */
export function slotEndWord(end: SlotEnd): string {
  return end === 'FINISHED' ? '0\n' : '1\n';
}

/** Reads what a slot says, in whatever pieces it comes. */
export class SlotGreetingReader {
  #text = '';
  #isOver = false;

  /** Takes the next bytes; the greeting comes once it is whole, and anything behind it is junk. */
  push(bytes: Uint8Array): SlotGreeting {
    if (this.#isOver || this.#text.length + bytes.length > MAX_GREETING_BYTES) {
      return this.#end({ kind: 'junk' });
    }
    this.#text += Buffer.from(bytes).toString('latin1');
    const end = this.#text.indexOf('\n');
    if (end < 0) {
      return { kind: 'more' };
    }
    const [, taskId, token] = GREETING.exec(this.#text.slice(0, end)) ?? [];
    const isWhole = end === this.#text.length - 1 && taskId !== undefined && token !== undefined;
    return this.#end(isWhole ? { kind: 'greeting', taskId, token } : { kind: 'junk' });
  }

  #end(greeting: SlotGreeting): SlotGreeting {
    this.#isOver = true;
    this.#text = '';
    return greeting;
  }
}

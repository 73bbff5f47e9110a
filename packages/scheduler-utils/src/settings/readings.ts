/** Settings that were read, with their warnings of old names, and of what does not go together. */
export interface Reading {
  readonly settings: unknown;
  readonly names: readonly string[];
  readonly crossed: readonly string[];
}

/** What is longer is not remembered. */
const LONGEST = 4096;
const MOST = 200;

/**
 * Settings that were read before, by all that they were read from. A dispatcher reads them with each submission, and those of one
 * program differ in its arguments and not in their settings. There are few of them, and none is long: a
 * megabyte or two at most, whatever is submitted.
 */
export class Readings {
  readonly #bySource = new Map<string, Reading>();

  get(source: string): Reading | undefined {
    return this.#bySource.get(source);
  }

  add(source: string, reading: Reading): void {
    if (source.length > LONGEST) return;
    if (this.#bySource.size >= MOST) this.#bySource.clear();
    this.#bySource.set(source, reading);
  }
}

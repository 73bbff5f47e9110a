import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** As much as a real agent's cache holds. */
const DEFAULT_MAX_BYTES = 2 * 1024 ** 3;

interface Entry {
  readonly path: string;
  readonly ready: Promise<void>;
  bytes: number;
  users: number;
}

/** Files that tasks share: each is brought once, kept as long as there is room, and then the oldest go. */
export class FetchCache {
  readonly #directory: string;
  readonly #maxBytes: number;
  /** The one that was used last comes last. */
  readonly #entries = new Map<string, Entry>();
  #number = 0;

  constructor(directory: string, maxBytes = DEFAULT_MAX_BYTES) {
    this.#directory = directory;
    this.#maxBytes = maxBytes;
  }

  /** Hands a file to `take`, after `bring` has brought it unless it is here already. */
  async use(
    uri: string,
    bring: (path: string) => Promise<void>,
    take: (path: string) => Promise<void>,
  ): Promise<'cached' | 'brought'> {
    const known = this.#entries.get(uri);
    const entry = known ?? this.#add(uri, bring);
    entry.users++;
    this.#entries.delete(uri);
    this.#entries.set(uri, entry);
    try {
      await entry.ready;
      await take(entry.path);
      return known === undefined ? 'brought' : 'cached';
    } catch (error) {
      if (entry.bytes === 0 && this.#entries.get(uri) === entry) this.#entries.delete(uri);
      throw error;
    } finally {
      entry.users--;
      await this.#shrink();
    }
  }

  #add(uri: string, bring: (path: string) => Promise<void>): Entry {
    const path = join(this.#directory, `c${this.#number++}`);
    const fetched = async () => {
      await mkdir(this.#directory, { recursive: true });
      await bring(path);
      entry.bytes = (await stat(path)).size;
    };
    const entry: Entry = { path, ready: fetched(), bytes: 0, users: 0 };
    this.#entries.set(uri, entry);
    return entry;
  }

  async #shrink(): Promise<void> {
    let total = [...this.#entries.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [uri, entry] of this.#entries) {
      if (total <= this.#maxBytes) return;
      if (entry.users > 0) continue;
      this.#entries.delete(uri);
      total -= entry.bytes;
      await rm(entry.path, { force: true });
    }
  }
}

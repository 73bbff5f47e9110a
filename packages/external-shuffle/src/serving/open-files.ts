import { closeSync, readSync } from 'node:fs';
import type { BlockFile } from '../model.ts';

/** A file that is open. Its descriptor may be used at once; for longer it has to be held. */
export interface OpenFile {
  readonly file: BlockFile;
  readonly descriptor: number;
}

interface Entry extends OpenFile {
  holders: number;
  /** No longer to be found; closed when nobody holds it. */
  dropped: boolean;
}

/** Figures of {@link OpenFiles}, for `/metrics`. */
export interface OpenFilesCounters {
  readonly openFiles: number;
  readonly filesOpenedTotal: number;
}

/** Descriptors of the files that were read last, by the state of the file that they stand for. */
export class OpenFiles {
  readonly #entries = new Map<BlockFile, Entry>();
  readonly #open: (file: BlockFile) => number;
  readonly #limit: number;
  /** That which was asked for last: mostly, it is the one that is asked for next. */
  #last: Entry | undefined;
  #opened = 0;

  constructor(open: (file: BlockFile) => number, limit: number) {
    this.#open = open;
    this.#limit = limit;
  }

  /** Throws what opening throws. */
  get(file: BlockFile): OpenFile {
    if (this.#last?.file === file) return this.#last;
    let entry = this.#entries.get(file);
    if (entry === undefined) {
      if (this.#entries.size >= this.#limit) this.#evict();
      entry = { file, descriptor: this.#open(file), holders: 0, dropped: false };
      this.#opened++;
    } else {
      this.#entries.delete(file);
    }
    this.#entries.set(file, entry);
    this.#last = entry;
    return entry;
  }

  /** Keeps a file open until it is released, so that all of a body comes from one file. */
  hold(file: BlockFile): OpenFile {
    const entry = this.get(file) as Entry;
    entry.holders++;
    return entry;
  }

  release(open: OpenFile): void {
    const entry = open as Entry;
    entry.holders--;
    if (entry.dropped && entry.holders === 0) closeSync(entry.descriptor);
  }

  /** The file is not what it was: its data must not be kept on the disk by a descriptor. */
  drop(file: BlockFile): void {
    const entry = this.#entries.get(file);
    if (entry === undefined) return;
    this.#entries.delete(file);
    if (this.#last === entry) this.#last = undefined;
    entry.dropped = true;
    if (entry.holders === 0) closeSync(entry.descriptor);
  }

  close(): void {
    for (const file of [...this.#entries.keys()]) this.drop(file);
  }

  counters(): OpenFilesCounters {
    return { openFiles: this.#entries.size, filesOpenedTotal: this.#opened };
  }

  #evict(): void {
    const oldest = this.#entries.keys().next();
    if (!oldest.done) this.drop(oldest.value);
  }
}

/** Reads that many bytes into the buffer; fewer where the file has become shorter. */
export function readFully(
  { descriptor }: OpenFile,
  buffer: Uint8Array,
  at: number,
  length: number,
  position: number,
): number {
  let done = 0;
  while (done < length) {
    const count = readSync(descriptor, buffer, at + done, length - done, position + done);
    if (count === 0) break;
    done += count;
  }
  return done;
}

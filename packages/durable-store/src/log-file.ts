import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import path from 'node:path';
import { StoreError } from './errors.ts';
import { encodeFrame, encodeHeader, type LoggedChange, sizeOfChange } from './log-format.ts';
import { type ReadLog, readLog } from './read-log.ts';
import type { StoreEntry } from './store.ts';

/** Frames of a new log are filled up to about this. */
const COMPACT_FRAME_BYTES = 1024 * 1024;

/**
 * With it a write ends when its bytes are on the disk, as if a datasync followed, which is another way to another thread and
 * back. Some systems have no such files.
 */
const WRITES_ARE_SYNCED = constants.O_DSYNC as number | undefined;

/**
 * Zeros are written ahead of the log, as long as what it has already, within these bounds. A write into them leaves the file's length
 * and its blocks as they are, so that the disk has the bytes to sync and not the file system's journal as well: about half the time.
 */
const LEAST_RESERVED_BYTES = 16 * 1024;
const MOST_RESERVED_BYTES = 256 * 1024;
/** Where frames are longer, many changes share a sync, and zeros would cost more than they save. */
const SHORT_FRAME_BYTES = 16 * 1024;

/** A log on disk, open for writing: every change that it has taken is on the disk. */
export class LogFile {
  readonly #file: string;
  #handle: FileHandle;
  #salt: number;
  #sequence: number;
  #bytes: number;
  /** Up to here the file has bytes: those of the log, and zeros behind it. */
  #reserved: number;
  #wasShort = true;

  private constructor(file: string, handle: FileHandle, log: Omit<ReadLog, 'entries'>) {
    this.#file = file;
    this.#handle = handle;
    this.#salt = log.salt;
    this.#sequence = log.sequence;
    this.#bytes = log.end;
    this.#reserved = log.end;
  }

  /** Opens a log and reads it, or makes one. What a crash left half done is taken away. */
  static async open(file: string): Promise<{ log: LogFile; entries: Map<string, StoreEntry> }> {
    await unlink(temporaryOf(file)).catch(ignoreMissing);
    const handle = await openSynced(file).catch(ignoreMissing);
    if (handle === undefined) {
      const log = await LogFile.#write(file, []);
      await log.#install();
      return { log, entries: new Map() };
    }
    try {
      const bytes = await handle.readFile();
      const { entries, ...read } = readLog(bytes);
      if (read.end < bytes.length) {
        await handle.truncate(read.end);
        await handle.sync();
      }
      await handle.chmod(0o600);
      return { log: new LogFile(file, handle, read), entries };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Resolves when the changes are on the disk. After an error none of them is, and the log is as it was. */
  async append(changes: readonly LoggedChange[]): Promise<void> {
    const frame = encodeFrame(this.#salt, this.#sequence + 1, changes);
    await this.#reserve(frame.length);
    try {
      await writeAll(this.#handle, frame, this.#bytes);
      if (WRITES_ARE_SYNCED === undefined) await this.#handle.datasync();
    } catch (error) {
      // If not even this works, nobody knows what is on the disk: the caller is told by this very error.
      await this.#handle.truncate(this.#bytes);
      await this.#handle.sync();
      this.#reserved = this.#bytes;
      throw new StoreError('STORE_WRITE_FAILED', `${this.#file} could not be written: ${textOf(error)}`, {
        cause: error,
      });
    }
    this.#sequence += 1;
    this.#bytes += frame.length;
  }

  /**
   * Writes a new log with these entries alone, and puts it in the place of the old one. A StoreError leaves the old
   * one in use; with any other, nobody knows which of the two the disk has.
   */
  async compact(entries: Iterable<StoreEntry>): Promise<void> {
    const next = await LogFile.#write(this.#file, entries).catch((cause: unknown) => {
      const message = `${this.#file} could not be written anew: ${textOf(cause)}`;
      throw new StoreError('STORE_WRITE_FAILED', message, { cause });
    });
    await next.#install();
    const old = this.#handle;
    this.#handle = next.#handle;
    this.#salt = next.#salt;
    this.#sequence = next.#sequence;
    this.#bytes = next.#bytes;
    this.#reserved = next.#reserved;
    await old.close();
  }

  async close(): Promise<void> {
    try {
      // What is left of the zeros; who opens the log takes them away otherwise.
      if (this.#reserved > this.#bytes) await this.#handle.truncate(this.#bytes);
    } catch {
      // They are no part of the log, and do it no harm.
    } finally {
      await this.#handle.close();
    }
  }

  /** Sees to it that there are zeros where a frame comes to stand, while one short frame follows another. */
  async #reserve(frameBytes: number): Promise<void> {
    const isShort = frameBytes <= SHORT_FRAME_BYTES;
    const isOneOfMany = isShort && this.#wasShort;
    this.#wasShort = isShort;
    const end = this.#bytes + frameBytes;
    if (end <= this.#reserved || !isOneOfMany) return;
    const ahead = Math.min(Math.max(this.#bytes, LEAST_RESERVED_BYTES), MOST_RESERVED_BYTES);
    const from = Math.max(this.#reserved, this.#bytes);
    try {
      await writeAll(this.#handle, new Uint8Array(end + ahead - from), from);
      this.#reserved = end + ahead;
    } catch {
      // The disk may have room for the frame alone, and does no more than be slower: until the log is written anew it is not asked again.
      this.#reserved = Number.POSITIVE_INFINITY;
    }
  }

  /** Writes a log under another name, whole and on the disk. */
  static async #write(file: string, entries: Iterable<StoreEntry>): Promise<LogFile> {
    const temporary = temporaryOf(file);
    const handle = await open(temporary, 'w', 0o600);
    try {
      const salt = randomBytes(4).readUInt32BE();
      const header = encodeHeader(salt);
      await writeAll(handle, header, 0);
      const log = new LogFile(file, handle, { salt, sequence: 0, end: header.length });
      for (const changes of inFrames(entries)) {
        const frame = encodeFrame(salt, log.#sequence + 1, changes);
        await writeAll(handle, frame, log.#bytes);
        log.#sequence += 1;
        log.#bytes += frame.length;
      }
      await handle.sync();
      log.#handle = await openSynced(temporary);
      await handle.close();
      return log;
    } catch (error) {
      await handle.close();
      await unlink(temporary).catch(ignoreMissing);
      throw error;
    }
  }

  async #install(): Promise<void> {
    await rename(temporaryOf(this.#file), this.#file);
    await syncFolder(path.dirname(this.#file));
  }
}

function openSynced(file: string): Promise<FileHandle> {
  return open(file, constants.O_RDWR | (WRITES_ARE_SYNCED ?? 0));
}

function temporaryOf(file: string): string {
  return `${file}.new`;
}

function* inFrames(entries: Iterable<StoreEntry>): Generator<LoggedChange[]> {
  let frame: LoggedChange[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const change = [entry.key, entry] as const;
    if (frame.length > 0 && bytes + sizeOfChange(change) > COMPACT_FRAME_BYTES) {
      yield frame;
      frame = [];
      bytes = 0;
    }
    frame.push(change);
    bytes += sizeOfChange(change);
  }
  if (frame.length > 0) yield frame;
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

/** A new name in a folder is safe only when the folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function ignoreMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  return undefined;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

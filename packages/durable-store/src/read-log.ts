import { StoreError } from './errors.ts';
import { decodeFrame, decodeHeader, findLaterFrame, HEADER_BYTES } from './log-format.ts';
import type { StoreEntry } from './store.ts';

/** What a log says. */
export interface ReadLog {
  readonly entries: Map<string, StoreEntry>;
  readonly salt: number;
  /** Of the last frame; 0 without any. */
  readonly sequence: number;
  /** Where the last sound frame ends. What is behind never became durable. */
  readonly end: number;
}

/**
 * Reads a log from its header to its last sound frame. A torn end is what a crash in the middle of a write leaves; it
 * was promised to nobody. Damage before the end is refused, since what is behind it was.
 */
export function readLog(log: Buffer): ReadLog {
  const salt = decodeHeader(log);
  const entries = new Map<string, StoreEntry>();
  let sequence = 0;
  let end = HEADER_BYTES;
  for (;;) {
    const frame = decodeFrame(log, end, salt);
    if (frame === undefined || frame.sequence !== sequence + 1) break;
    for (const [key, entry] of frame.changes) {
      if (entry === undefined) entries.delete(key);
      else entries.set(key, entry);
    }
    ({ sequence, end } = frame);
  }
  const later = findLaterFrame(log, end, salt, sequence);
  if (later !== undefined) {
    throw new StoreError(
      'STORE_DAMAGED',
      `the store is damaged from byte ${end} to byte ${later}, and has sound entries behind that; put back a copy of ` +
        'the file, or move it away to begin with nothing',
    );
  }
  return { entries, salt, sequence, end };
}

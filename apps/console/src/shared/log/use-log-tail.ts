import { useMemo, useState } from 'preact/hooks';
import { usePolling } from '../use-polling.ts';
import type { LogSource } from './log-source.ts';
import {
  earlierRead,
  type LogTail,
  NEW_TAIL,
  nextRead,
  withChunk,
  withEarlierChunk,
  withSize,
} from './log-tail.ts';

/** How often a log is asked for news. */
const TAIL_POLL_MS = 1_000;

/** So many pieces are read at once of a log that grows faster than it can be shown. */
const MOST_READS = 20;

/** A log that is being followed. */
export interface FollowedLog {
  readonly tail: LogTail;
  readonly failure: Error | undefined;
  /** Reads the piece before the text that is shown. */
  readonly loadEarlier: () => Promise<void>;
}

/** Follows a file for as long as it is shown. */
export function useLogTail(source: LogSource): FollowedLog {
  const { key } = source;
  // One holder for each file: an answer that comes too late lands in the holder that nobody looks at any more.
  const holder = useMemo(() => ({ key, tail: NEW_TAIL }), [key]);
  const [, setDrawn] = useState<LogTail>(NEW_TAIL);
  const change = (tail: LogTail) => {
    holder.tail = tail;
    setDrawn(tail);
  };
  const polled = usePolling(key, TAIL_POLL_MS, async (signal) => {
    change(withSize(holder.tail, await source.sizeBytes(signal)));
    for (let reads = 0; reads < MOST_READS && !holder.tail.binary; reads += 1) {
      const asked = nextRead(holder.tail);
      if (!asked) break;
      const chunk = await source.read(asked, signal);
      change(withChunk(holder.tail, chunk));
    }
  });
  const loadEarlier = async () => {
    const asked = earlierRead(holder.tail);
    if (asked) change(withEarlierChunk(holder.tail, await source.read(asked, undefined)));
  };
  return { tail: holder.tail, failure: polled.failure?.error, loadEarlier };
}

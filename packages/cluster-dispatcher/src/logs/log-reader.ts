import type { Attempt } from '../model/submission.ts';

/** Which part of which file of a sandbox. */
export interface LogRange {
  readonly file: 'stdout' | 'stderr';
  /** In bytes; the last part of the file where it is not given. */
  readonly offset?: number | undefined;
  readonly length: number;
}

/** A part of a file, or why there is none. */
export type LogPart =
  | { readonly ok: true; readonly bytes: Uint8Array /** Of the first byte. */; readonly offset: number }
  | { readonly ok: false; readonly reason: string };

/** Reads the logs of drivers where they are: in the sandboxes of their tasks. */
export interface LogReader {
  /** Reads a part of a log of one attempt. */
  read(attempt: Attempt, range: LogRange): Promise<LogPart>;
}

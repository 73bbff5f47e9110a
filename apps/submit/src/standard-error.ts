import { writeSync } from 'node:fs';

/** How long a reader that is behind is waited for; then the text is lost, rather than the job held up. */
const PATIENCE_MS = 2000;
const PAUSE_MS = 5;
const pauses = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes to standard error by its number. `process.stderr` would switch a pipe to non-blocking for everybody who
 * shares it, Spark's JVM among them, whose output is then lost where the reader is slow. `process.stdin` does the
 * same to whoever reads the other one, so neither is touched.
 */
export function writeStandardError(text: string): void {
  writeTo(2, text);
}

/** The same with standard output, for commands that have no Spark behind them. */
export function writeStandardOutput(text: string): void {
  writeTo(1, text);
}

function writeTo(file: 1 | 2, text: string): void {
  let rest = Buffer.from(text);
  let patience = PATIENCE_MS;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(file, rest));
    } catch (error) {
      // Nobody reads any more, or somebody else has made it non-blocking and the reader is behind.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || patience <= 0) return;
      Atomics.wait(pauses, 0, 0, PAUSE_MS);
      patience -= PAUSE_MS;
    }
  }
}

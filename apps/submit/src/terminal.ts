import { openSync, readFileSync } from 'node:fs';
import { isatty, WriteStream } from 'node:tty';
import { StatusLine, type Terminal } from './status-line.ts';

const STANDARD_ERROR = 2;

/**
 * A status line on the terminal behind standard error; undefined where there is none, where nobody would read it (a pipe, a log),
 * or where it is not wanted: NO_COLOR stands for all that only a terminal understands.
 */
export function openStatusLine(environment: NodeJS.ProcessEnv): StatusLine | undefined {
  const { NO_COLOR, TERM } = environment;
  if (NO_COLOR || !TERM || TERM === 'dumb' || !isatty(STANDARD_ERROR)) return undefined;
  const terminal = openTerminal();
  return terminal === undefined ? undefined : new StatusLine(terminal);
}

/**
 * By its own descriptor: Node makes what it writes to non-blocking for all who share it, Spark among them, to whom the end of
 * their output would then be lost.
 */
function openTerminal(): Terminal | undefined {
  let stream: WriteStream;
  try {
    stream = openStream();
  } catch {
    // Standard error is a terminal, but not the one of this session.
    return undefined;
  }
  // A stream knows the size that the terminal had when it was opened.
  const resized = () => {
    stream.destroy();
    stream = openStream();
  };
  process.on('SIGWINCH', resized);
  return {
    get size() {
      return { rows: stream.rows ?? 0, columns: stream.columns ?? 0 };
    },
    get isForeground() {
      return isForeground();
    },
    write: (text) => {
      stream.write(text);
    },
    close: () => {
      process.off('SIGWINCH', resized);
      stream.destroy();
    },
  };
}

function openStream(): WriteStream {
  const stream = new WriteStream(openSync('/dev/tty', 'w'));
  // A terminal that is gone ends the process by SIGHUP, not by this.
  stream.on('error', () => {});
  return stream;
}

/** Where there is no /proc, it is taken to be. */
function isForeground(): boolean {
  try {
    // The name of the program, in brackets, may hold anything.
    const fields = readFileSync('/proc/self/stat', 'utf8').replace(/^.*\)/s, 'name').split(' ');
    const [group, foreground] = [fields[3], fields[6]];
    return group === foreground;
  } catch {
    return true;
  }
}

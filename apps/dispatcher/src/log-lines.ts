import { type DestinationStream, destination } from 'pino';

/** Lines of a turn are written sooner when they are longer than this. */
const MOST_CHARACTERS = 64 * 1024;

/**
 * Where the log goes. Lines are written together at the end of the turn of the event loop that they came up in, and not each by itself:
 * with hundreds of submissions a turn, a write for each line would take as long as what the lines are about. What is fatal is
 * written at once; before the end of the process `flushSync` has to be called.
 */
export function linesOfATurn(descriptor: number): DestinationStream & { flushSync(): void } {
  const out = destination({ dest: descriptor, sync: true });
  let lines = '';
  let isDue = false;
  const pass = () => {
    const text = lines;
    lines = '';
    if (text !== '') out.write(text);
  };
  const flushSync = () => {
    pass();
    out.flushSync();
  };
  return {
    write(line) {
      lines += line;
      if (lines.length > MOST_CHARACTERS) pass();
      if (isDue) return;
      isDue = true;
      setImmediate(() => {
        isDue = false;
        pass();
      });
    },
    flushSync,
  };
}

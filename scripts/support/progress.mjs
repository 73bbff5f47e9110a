// What the scripts show while something takes its time.

const MARK = { done: '✓', failed: '✗', running: '…' };
const REDRAW_MS = 200;
const REPEAT_MS = 10_000;
const SILENT_MS = 1_500;

/** @param {number} milliseconds */
const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(milliseconds < 9_950 ? 1 : 0)} s`;

/**
 * Does one step and shows that it goes on: a line that is redrawn on a terminal, a line now and then elsewhere.
 * @template T
 * @param {string} title
 * @param {(report: (detail: string) => void) => Promise<T>} work is given a function that says how far it is
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const started = performance.now();
  const isTerminal = process.stdout.isTTY === true;
  let detail = '';
  let shownAt = started + SILENT_MS - REPEAT_MS;
  const show = () => {
    const now = performance.now();
    const text = [title, detail, seconds(now - started)].filter((part) => part !== '').join('  ');
    if (isTerminal) {
      const width = (process.stdout.columns || 80) - 3;
      process.stdout.write(`\r\u001b[K${MARK.running} ${text.slice(0, width)}`);
    } else if (now - shownAt >= REPEAT_MS) {
      shownAt = now;
      process.stdout.write(`${MARK.running} ${text}\n`);
    }
  };
  const timer = setInterval(show, REDRAW_MS);
  const end = (/** @type {string} */ mark) => {
    clearInterval(timer);
    const took = seconds(performance.now() - started);
    process.stdout.write(`${isTerminal ? '\r\u001b[K' : ''}${mark} ${title}  ${took}\n`);
  };
  try {
    const result = await work((text) => {
      detail = text;
    });
    end(MARK.done);
    return result;
  } catch (error) {
    end(MARK.failed);
    throw error;
  }
}

/**
 * An error whose message is meant for the user: shown without a stack.
 */
export class StepError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'StepError';
  }
}

/**
 * Runs a script's main function: what it returns is the exit status, what it throws is shown.
 * @param {() => Promise<number>} main
 */
export async function runScript(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof StepError ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}

// What the scripts show while something takes its time.

const MARK = { done: '✓', failed: '✗', running: '…' };
const REDRAW_MS = 200;
const REPEAT_MS = 10_000;
const SILENT_MS = 1_500;

/** @param {number} milliseconds */
const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(milliseconds < 9_950 ? 1 : 0)} s`;

/**
 * How a step tells what it does.
 * @typedef {object} StepDisplay
 * @property {(detail: string) => void} report how far it is; shown beside the step's title while it lasts
 * @property {(line: string) => void} note a line that stays
 */

/**
 * Does one step and shows that it goes on: a line that is redrawn on a terminal, a line now and then elsewhere.
 * @template T
 * @param {string} title
 * @param {(display: StepDisplay) => Promise<T>} work
 * @param {(result: T) => boolean} [isGood] says of a result that it is a failure, though nothing was thrown
 * @returns {Promise<T>}
 */
export async function step(title, work, isGood = () => true) {
  const started = performance.now();
  const isTerminal = process.stdout.isTTY === true;
  let detail = '';
  let shownAt = started + SILENT_MS - REPEAT_MS;
  const clearLine = isTerminal ? '\r\u001b[K' : '';
  const show = () => {
    const now = performance.now();
    const text = `${MARK.running} ${[title, seconds(now - started), detail].join('  ')}`;
    if (isTerminal) {
      process.stdout.write(`${clearLine}${text.slice(0, (process.stdout.columns || 80) - 1)}`);
    } else if (now - shownAt >= REPEAT_MS) {
      shownAt = now;
      process.stdout.write(`${text.trimEnd()}\n`);
    }
  };
  const timer = setInterval(show, REDRAW_MS);
  const end = (/** @type {string} */ mark) => {
    clearInterval(timer);
    process.stdout.write(`${clearLine}${mark} ${title}  ${seconds(performance.now() - started)}\n`);
  };
  const display = {
    report: (/** @type {string} */ text) => {
      detail = text;
    },
    note: (/** @type {string} */ line) => {
      shownAt = performance.now();
      process.stdout.write(`${clearLine}${line}\n`);
    },
  };
  try {
    const result = await work(display);
    end(isGood(result) ? MARK.done : MARK.failed);
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

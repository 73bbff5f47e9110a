/** How large a terminal is. */
export interface TerminalSize {
  readonly rows: number;
  readonly columns: number;
}

/** What is needed of a terminal. */
export interface Terminal {
  readonly size: TerminalSize;
  /** Whether what runs in it at present is this process, and not a shell that asks for the next command. */
  readonly isForeground: boolean;
  write(text: string): void;
  close(): void;
}

const REDRAW_MS = 500;
/** With fewer rows the line would take too much of what there is. */
const LEAST_ROWS = 6;

const SAVE = '\u001b7';
const RESTORE = '\u001b8';
const ERASE = '\u001b[2K';

/**
 * One line at the bottom of the terminal that is written again and again, while others go on writing above it.
 *
 * Spark's log and the program's own output go to the terminal by themselves, and must: through a pipe they would come late and
 * otherwise. So nobody but the terminal can keep them off the line. It is told to scroll all rows but the last (DECSTBM), and the
 * cursor is put back after each look at the last one; each sequence is one write, which no other comes into.
 */
export class StatusLine {
  readonly #terminal: Terminal;
  readonly #timer: NodeJS.Timeout;
  #text = '';
  #drawn = '';
  /** For which size the rows are set apart; undefined: they are not. */
  #apart: TerminalSize | undefined;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#timer = setInterval(() => this.draw(), REDRAW_MS).unref();
  }

  /** What the line is to say, from the next look at it on. */
  show(text: string): void {
    this.#text = text;
  }

  /** Brings the terminal up to date. */
  draw(): void {
    const { size, isForeground } = this.#terminal;
    if (this.#text === '' || !isForeground || size.rows < LEAST_ROWS) {
      this.#takeDown();
      return;
    }
    const before = this.#apart;
    const isAnew = before?.rows !== size.rows || before.columns !== size.columns;
    const text = fitted(this.#text, size.columns);
    if (!isAnew && text === this.#drawn) return;
    // In a terminal that has grown, the line still stands where its last row was.
    const old = before !== undefined && before.rows < size.rows ? lastRow(before.rows, '') : '';
    this.#terminal.write(`${old}${isAnew ? setApart(size.rows) : ''}${lastRow(size.rows, text)}`);
    this.#apart = size;
    this.#drawn = text;
  }

  /** Gives the last row back. */
  close(): void {
    clearInterval(this.#timer);
    this.#takeDown();
    this.#terminal.close();
  }

  #takeDown(): void {
    if (this.#apart === undefined) return;
    this.#terminal.write(`${SAVE}\u001b[r${RESTORE}${lastRow(this.#apart.rows, '')}`);
    this.#apart = undefined;
    this.#drawn = '';
  }
}

/**
 * Makes all rows but the last scroll. The cursor must not stand in the last one: one row down, which scrolls where there is
 * none, and up again, both without leaving its column. Setting the rows apart itself moves it away.
 */
function setApart(rows: number): string {
  return `\u001bD${SAVE}\u001b[1;${rows - 1}r${RESTORE}\u001b[1A`;
}

function lastRow(rows: number, text: string): string {
  return `${SAVE}\u001b[${rows};1H${ERASE}${text}${RESTORE}`;
}

/** One column stays free: a full row would make some terminals go on in the next one. */
function fitted(text: string, columns: number): string {
  const printable = [...text.replace(/\p{Cc}/gu, ' ')];
  const width = Math.max(0, columns - 1);
  return printable.length <= width
    ? printable.join('')
    : `${printable.slice(0, Math.max(0, width - 1)).join('')}…`;
}

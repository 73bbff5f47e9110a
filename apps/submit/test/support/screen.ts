const ESCAPE = String.fromCharCode(27);
/** What a terminal obeys, or else one character. */
const SEQUENCES = new RegExp(`${ESCAPE}\\[[\\d;?]*[A-Za-z]|${ESCAPE}[78D]|[^]`, 'gu');

/** A small terminal: as much of a VT100 as programs use that write lines, and a line at the bottom. */
export class Screen {
  readonly rows: number;
  readonly columns: number;
  /** What has scrolled out at the top, and then the rows. */
  readonly #above: string[] = [];
  readonly #lines: string[];
  #row = 0;
  #column = 0;
  #saved: readonly [row: number, column: number] = [0, 0];
  #region: readonly [number, number];

  constructor(rows: number, columns: number) {
    this.rows = rows;
    this.columns = columns;
    this.#lines = Array.from({ length: rows }, () => '');
    this.#region = [0, rows - 1];
  }

  /** Every line that was ever shown and stays, without empty ones at the end. */
  get lines(): readonly string[] {
    const all = [...this.#above, ...this.#lines].map((line) => line.trimEnd());
    while (all.at(-1) === '') all.pop();
    return all;
  }

  get lastRow(): string {
    return (this.#lines.at(-1) ?? '').trimEnd();
  }

  get column(): number {
    return this.#column;
  }

  write(text: string): void {
    for (const [sequence] of text.matchAll(SEQUENCES)) this.#take(sequence);
  }

  #take(sequence: string): void {
    switch (sequence) {
      case '\n':
        // As a terminal's driver sends it.
        this.#column = 0;
        this.#down();
        return;
      case '\r':
        this.#column = 0;
        return;
      case '\u001b7':
        this.#saved = [this.#row, this.#column];
        return;
      case '\u001b8':
        [this.#row, this.#column] = this.#saved;
        return;
      case '\u001bD':
        this.#down();
        return;
    }
    if (sequence.startsWith('\u001b[')) this.#control(sequence.at(-1) ?? '', sequence.slice(2, -1));
    else this.#print(sequence);
  }

  #control(name: string, parameters: string): void {
    const [first = 0, second = 0] = parameters.split(';').map(Number);
    if (name === 'r') {
      this.#region = [Math.max(1, first) - 1, (second || this.rows) - 1];
      [this.#row, this.#column] = [0, 0];
    } else if (name === 'H') [this.#row, this.#column] = [first - 1, second - 1];
    else if (name === 'A') this.#row -= first;
    else if (name === 'K') this.#lines[this.#row] = '';
    else throw new Error(`a sequence that this screen does not know: ${name}`);
  }

  #down(): void {
    const [top, bottom] = this.#region;
    if (this.#row !== bottom) {
      this.#row = Math.min(this.#row + 1, this.rows - 1);
      return;
    }
    const [gone = ''] = this.#lines.splice(top, 1);
    if (top === 0) this.#above.push(gone);
    this.#lines.splice(bottom, 0, '');
  }

  #print(character: string): void {
    if (this.#column >= this.columns) {
      this.#column = 0;
      this.#down();
    }
    const line = (this.#lines[this.#row] ?? '').padEnd(this.#column);
    this.#lines[this.#row] = line.slice(0, this.#column) + character + line.slice(this.#column + 1);
    this.#column += 1;
  }
}

import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { StatusLine, type TerminalSize } from '../src/status-line.ts';
import { Screen } from './support/screen.ts';

function onScreen(rows = 10, columns = 40) {
  let screen = new Screen(rows, columns);
  const state = { size: { rows, columns } as TerminalSize, isForeground: true, writes: 0, isClosed: false };
  const line = new StatusLine({
    get size() {
      return state.size;
    },
    get isForeground() {
      return state.isForeground;
    },
    write: (text) => {
      state.writes += 1;
      screen.write(text);
    },
    close: () => {
      state.isClosed = true;
    },
  });
  onTestFinished(() => line.close());
  return {
    line,
    state,
    get screen() {
      return screen;
    },
    /** As a terminal that keeps what it shows where it is. */
    resize(next: TerminalSize) {
      const before = screen.lines;
      screen = new Screen(next.rows, next.columns);
      screen.write(before.join('\n'));
      state.size = next;
    },
  };
}

describe('the status line', () => {
  test('stands in the last row while others write above it, and is gone at the end', () => {
    const { line, screen } = onScreen();
    screen.write('$ spark-mesos submit\n');
    line.show('spark-mesos: 3/10 tasks');
    line.draw();
    for (let index = 0; index < 30; index += 1) screen.write(`log ${index}\n`);
    expect(screen.lastRow).toBe('spark-mesos: 3/10 tasks');
    line.show('spark-mesos: 4/10 tasks');
    line.draw();
    screen.write('Pi is roughly 3.14\n');
    expect(screen.lastRow).toBe('spark-mesos: 4/10 tasks');
    line.close();
    screen.write('$ ');
    const logged = Array.from({ length: 30 }, (_, index) => `log ${index}`);
    expect(screen.lines).toEqual(['$ spark-mesos submit', ...logged, 'Pi is roughly 3.14', '$']);
  });

  test('does no harm to whatever others write, whenever it is drawn', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('draw' as const) }),
      fc.record({
        kind: fc.constant('write' as const),
        text: fc.stringMatching(/^[a-z]{0,12}$/),
        ends: fc.boolean(),
      }),
      fc.record({ kind: fc.constant('leave' as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { line, screen, state } = onScreen(8, 200);
        const plain = new Screen(8, 200);
        for (const [index, one] of steps.entries()) {
          if (one.kind === 'write') {
            const text = `${one.text}${one.ends ? '\n' : ''}`;
            screen.write(text);
            plain.write(text);
          } else {
            state.isForeground = one.kind === 'draw';
            line.show(`spark-mesos: ${index}`);
            line.draw();
          }
        }
        line.close();
        expect(screen.lines).toEqual(plain.lines);
        expect(screen.column).toBe(plain.column);
      }),
    );
  });

  test('is written only when it has changed', () => {
    const { line, state } = onScreen();
    line.show('one');
    line.draw();
    line.draw();
    line.show('one');
    line.draw();
    expect(state.writes).toBe(1);
  });

  test('is no longer than a row, and holds nothing that a terminal would obey', () => {
    const { line, screen } = onScreen(10, 12);
    line.show('waits\u001b[2Jfor ever and ever');
    line.draw();
    expect(screen.lastRow).toBe('waits [2Jf…');
  });

  test('is not there in the background, on a low terminal, or without anything to say', () => {
    const low = onScreen(5);
    low.line.show('one');
    low.line.draw();
    expect(low.state.writes).toBe(0);
    const { line, screen, state } = onScreen();
    line.show('one');
    line.draw();
    state.isForeground = false;
    line.draw();
    expect(screen.lastRow).toBe('');
    state.isForeground = true;
    line.draw();
    expect(screen.lastRow).toBe('one');
    line.show('');
    line.draw();
    expect(screen.lastRow).toBe('');
  });

  test('goes with the terminal when that changes its size', () => {
    const resized = onScreen();
    resized.line.show('one');
    resized.line.draw();
    resized.resize({ rows: 20, columns: 80 });
    resized.line.draw();
    expect(resized.screen.lastRow).toBe('one');
    expect(resized.screen.lines.filter((text) => text === 'one')).toHaveLength(1);
  });

  test('lets go of its terminal', () => {
    const { line, state } = onScreen();
    line.close();
    expect(state).toMatchObject({ isClosed: true, writes: 0 });
  });
});

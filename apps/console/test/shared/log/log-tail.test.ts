import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bytesBefore,
  earlierRead,
  FIRST_BYTES,
  KEPT_CHARACTERS,
  type LogTail,
  NEW_TAIL,
  nextRead,
  plainText,
  READ_BYTES,
  withChunk,
  withEarlierChunk,
  withSize,
} from '../../../src/shared/log/log-tail.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const textOf = (tail: LogTail) => tail.pieces.map((piece) => piece.text).join('');

/** Follows a file to its present end, as the page does; `most` is what the server gives at once. */
function follow(tail: LogTail, file: Uint8Array, most = READ_BYTES): LogTail {
  let followed = withSize(tail, file.length);
  for (let asked = nextRead(followed); asked; asked = nextRead(followed)) {
    const bytes = file.subarray(asked.offset, asked.offset + Math.min(most, asked.length));
    followed = withChunk(followed, { offset: asked.offset, bytes });
  }
  return followed;
}

function readEarlier(tail: LogTail, file: Uint8Array): LogTail {
  const asked = earlierRead(tail);
  if (!asked) return tail;
  return withEarlierChunk(tail, {
    offset: asked.offset,
    bytes: file.subarray(asked.offset, asked.offset + asked.length),
  });
}

describe('following a log', () => {
  it('shows what is there and then what is added', () => {
    const tail = follow(NEW_TAIL, encode('one\n'));
    expect(textOf(tail)).toBe('one\n');
    expect(nextRead(tail)).toBeUndefined();
    expect(textOf(follow(tail, encode('one\ntwo\n')))).toBe('one\ntwo\n');
  });

  it('puts characters together that were cut between two reads', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.integer({ min: 1, max: 5 }),
        (text, most) => {
          const clean = plainText(text.replaceAll('\0', ''));
          expect(textOf(follow(NEW_TAIL, encode(clean), most))).toBe(clean);
        },
      ),
    );
  });

  it('enters a long log near its end, with a whole line', () => {
    const line = `${'x'.repeat(99)}\n`;
    const file = encode(line.repeat(5000));
    const tail = follow(NEW_TAIL, file);
    expect(textOf(tail).length).toBeLessThanOrEqual(FIRST_BYTES);
    expect(textOf(tail).length).toBeGreaterThan(FIRST_BYTES - 2 * line.length);
    expect(bytesBefore(tail) % line.length).toBe(0);
  });

  it('goes back to the beginning piece by piece, and misses nothing', () => {
    const file = encode(Array.from({ length: 30_000 }, (_, index) => `line ${index} ü`).join('\n'));
    let tail = follow(NEW_TAIL, file);
    while (earlierRead(tail)) tail = readEarlier(tail, file);
    expect(textOf(tail)).toBe(new TextDecoder().decode(file));
    expect(bytesBefore(tail)).toBe(0);
  });

  it('goes back through a line without end as well', () => {
    const file = encode('ä'.repeat(FIRST_BYTES));
    let tail = follow(NEW_TAIL, file);
    while (earlierRead(tail)) tail = readEarlier(tail, file);
    expect(textOf(tail)).toBe('ä'.repeat(FIRST_BYTES));
  });

  it('begins anew when the file was written anew', () => {
    const tail = follow(follow(NEW_TAIL, encode('a long old text')), encode('new'));
    expect(textOf(tail)).toBe('new');
    expect(tail.restarts).toBe(1);
  });

  it('lets an answer for another place go by', () => {
    const tail = withSize(NEW_TAIL, 10);
    expect(withChunk(tail, { offset: 5, bytes: encode('late') })).toBe(tail);
  });

  it('takes no more than it asked for from a server that put marks in place of half a character', () => {
    const tail = withChunk(withSize(NEW_TAIL, 4), { offset: 0, bytes: encode('abc\ufffd') });
    expect(tail.offset).toBe(4);
  });

  it('waits for the next size when there is nothing where something should be', () => {
    const tail = withChunk(withSize(NEW_TAIL, 4), { offset: 0, bytes: new Uint8Array(0) });
    expect(nextRead(tail)).toBeUndefined();
    expect(textOf(follow(tail, encode('text')))).toBe('text');
  });

  it('shows nothing of a file that is no text', () => {
    const tail = follow(NEW_TAIL, Uint8Array.from([0x50, 0x4b, 0, 3]));
    expect(tail.binary).toBe(true);
    expect(tail.pieces).toEqual([]);
  });

  it('keeps a bounded text in a bounded number of pieces, however long it is followed', () => {
    const line = encode(`${'y'.repeat(499)}\n`);
    let tail = withSize(NEW_TAIL, 0);
    for (let size = line.length; size <= line.length * 6000; size += line.length) {
      tail = withSize(tail, size);
      tail = withChunk(tail, { offset: tail.offset, bytes: line });
    }
    expect(textOf(tail).length).toBeLessThanOrEqual(KEPT_CHARACTERS);
    expect(textOf(tail).length).toBeGreaterThan(KEPT_CHARACTERS / 2);
    expect(tail.pieces.length).toBeLessThanOrEqual(500);
    expect(bytesBefore(tail)).toBe(line.length * 6000 - textOf(tail).length);
  });
});

describe('plain text', () => {
  it('drops terminal colours and turns carriage returns into line ends', () => {
    expect(plainText('\u001b[1;31mred\u001b[0m\r\nnext\rlast')).toBe('red\nnext\nlast');
  });
});

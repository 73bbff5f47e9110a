import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type SlotGreeting, SlotGreetingReader, slotEndWord } from '../../src/index.ts';

/** What is read of a text that comes in pieces of this size. */
function read(text: string | Uint8Array, size: number): SlotGreeting {
  const bytes = Buffer.from(text as string, 'latin1');
  const reader = new SlotGreetingReader();
  let last: SlotGreeting = { kind: 'more' };
  for (let at = 0; at < bytes.length; at += size) {
    last = reader.push(bytes.subarray(at, at + size));
  }
  return last;
}

const word = fc.stringMatching(/^[!-~]{1,100}$/);
const pieces = fc.integer({ min: 1, max: 300 });

describe('what a slot says', () => {
  test('F53: is read in whatever pieces it comes', () => {
    fc.assert(
      fc.property(word, word, pieces, (taskId, token, size) => {
        expect(read(`slot ${taskId} ${token}\n`, size)).toEqual({ kind: 'greeting', taskId, token });
      }),
    );
  });

  test('F53: is not over before its line is', () => {
    expect(read('slot p-s-0 abc', 4)).toEqual({ kind: 'more' });
  });

  test.each([
    'GET / HTTP/1.1\r\n',
    'slot p-s-0\n',
    'slot  a b\n',
    ' slot a b\n',
    'slot a b c\n',
    'slot a b\nmore',
    '\n',
  ])('F53: is nothing else: %j', (text) => expect(read(text, 1000)).toEqual({ kind: 'junk' }));

  test('F53: is short, and nothing comes behind it', () => {
    expect(read('s'.repeat(600), 100)).toEqual({ kind: 'junk' });
    const reader = new SlotGreetingReader();
    reader.push(Buffer.from('slot a b\n'));
    expect(reader.push(Buffer.from('slot a b\n'))).toEqual({ kind: 'junk' });
  });

  test('F53: may be any junk, which is found to be that', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 700 }), pieces, (bytes, size) => {
        const greeting = read(bytes, size);
        if (bytes.length > 512) expect(greeting).toEqual({ kind: 'junk' });
        expect(greeting.kind).not.toBe('greeting');
      }),
    );
  });
});

test('F32: a slot hears with which exit status to end', () => {
  expect([slotEndWord('FINISHED'), slotEndWord('FAILED')]).toEqual(['0\n', '1\n']);
});

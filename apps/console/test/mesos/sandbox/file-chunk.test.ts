import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFileChunk } from '../../../src/mesos/sandbox/file-chunk.ts';
import { decodeWholeCharacters } from '../../../src/shared/log/whole-characters.ts';
import { fixtureBytes } from '../../fixtures.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** An answer with the file's bytes put into the JSON text as they are, which is what Mesos does. */
function rawAnswer(bytes: Uint8Array, offset: number): Uint8Array {
  const escaped = [...bytes].flatMap((byte) => {
    if (byte === 0x22 || byte === 0x5c) return [0x5c, byte];
    return byte < 0x20 ? [...encode(`\\u${byte.toString(16).padStart(4, '0')}`)] : [byte];
  });
  return Uint8Array.from([...encode('{"data":"'), ...escaped, ...encode(`","offset":${offset}}`)]);
}

describe('pieces of files', () => {
  it('are read from the answers of a real agent', () => {
    expect(parseFileChunk(fixtureBytes('uris-read-size.json'))).toEqual({
      offset: 344,
      bytes: new Uint8Array(0),
    });
    const first = parseFileChunk(fixtureBytes('uris-read-first.json'));
    expect(decode(first.bytes)).toBe('total 20\n-rw-r--r-- ');
    const log = decode(parseFileChunk(fixtureBytes('uris-read-stderr.json')).bytes);
    expect(log).toHaveLength(2000);
    expect(log).toContain('Fetcher Info: {"cache_directory":"/tmp/mesos/fetch/root"');
  });

  it('keep every byte, also where a character is cut and where there is no text at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(), (bytes, offset) => {
        const chunk = parseFileChunk(rawAnswer(bytes, offset));
        expect([...chunk.bytes]).toEqual([...bytes]);
        expect(chunk.offset).toBe(offset);
      }),
    );
  });

  it('are the same from a server that writes escapes or plain UTF-8', () => {
    const text = 'naïve 日本語 🚀\n';
    const escaped = JSON.stringify({ data: text, offset: 0 }).replace(
      /[\u0080-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    for (const body of [JSON.stringify({ data: text, offset: 0 }), escaped.replaceAll('\\u00ef', 'ï')]) {
      expect(decode(parseFileChunk(encode(body)).bytes)).toBe(text);
    }
  });

  it('fail with a syntax error when they are no JSON', () => {
    expect(() => parseFileChunk(encode('<html>'))).toThrow(SyntaxError);
    expect(parseFileChunk(encode('[1]'))).toEqual({ offset: 0, bytes: new Uint8Array(0) });
  });
});

describe('decoding up to the last whole character', () => {
  it('gives the same text however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 7 }), (text, size) => {
        const bytes = encode(text);
        let decoded = '';
        let rest: Uint8Array = new Uint8Array(0);
        for (let begin = 0; begin < bytes.length; begin += size) {
          const next = decodeWholeCharacters(
            Uint8Array.from([...rest, ...bytes.subarray(begin, begin + size)]),
          );
          decoded += next.text;
          rest = next.rest;
        }
        expect(decoded).toBe(text);
        expect(rest).toHaveLength(0);
      }),
    );
  });

  it('keeps at most three bytes back, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        expect(decodeWholeCharacters(bytes).rest.length).toBeLessThanOrEqual(3);
      }),
    );
  });
});

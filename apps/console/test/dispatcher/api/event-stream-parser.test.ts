import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventStreamParser } from '../../../src/dispatcher/api/event-stream-parser.ts';

const STREAM =
  ': welcome\n\nid: 1\nevent: submission\ndata: {"a":1}\n\n: still here\n\nid: 2\nevent: forgotten\r\ndata: one\r\ndata:two\r\n\r\n';

function parsed(pieces: readonly string[]) {
  const parser = new EventStreamParser();
  return { events: pieces.flatMap((piece) => parser.push(piece)), lastEventId: parser.lastEventId };
}

const EXPECTED = {
  events: [
    { name: 'submission', data: '{"a":1}' },
    { name: 'forgotten', data: 'one\ntwo' },
  ],
  lastEventId: '2',
};

describe('a stream of events', () => {
  it('is read in slices of any length, with any line ends', () => {
    for (let size = 1; size <= STREAM.length; size += 1) {
      const pieces = Array.from({ length: Math.ceil(STREAM.length / size) }, (_, at) =>
        STREAM.slice(at * size, (at + 1) * size),
      );
      expect(parsed(pieces), `slices of ${size}`).toEqual(EXPECTED);
    }
  });

  it('gives nothing for an event without data, and keeps its id', () => {
    expect(parsed(['id: 7\nevent: reset\n\n'])).toEqual({ events: [], lastEventId: '7' });
  });

  it('does not take an id for heard before its event is whole', () => {
    expect(parsed(['id: 1\ndata: x\n\nid: 2\ndata: y\n'])).toMatchObject({ lastEventId: '1' });
  });

  it('is refused when an event has no end', () => {
    const parser = new EventStreamParser();
    const push = () => {
      for (let at = 0; at < 6; at += 1) parser.push(`data: ${'x'.repeat(1024 * 1024)}\n`);
    };
    expect(push).toThrow(expect.objectContaining({ code: 'CONSOLE_BAD_ANSWER' }));
  });

  it('never throws for junk of ordinary length', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (pieces) => {
        parsed(pieces);
      }),
    );
  });
});

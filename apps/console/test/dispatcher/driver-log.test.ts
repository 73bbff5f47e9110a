import { afterEach, describe, expect, it, vi } from 'vitest';
import { DispatcherApi } from '../../src/dispatcher/api/dispatcher-api.ts';
import { driverLog } from '../../src/dispatcher/driver-log.ts';
import { type LogTail, NEW_TAIL, nextRead, withChunk, withSize } from '../../src/shared/log/log-tail.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** Answers as the dispatcher does: text, whatever the bytes are. */
function serve(file: { bytes: Buffer }): string[] {
  const asked: string[] = [];
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (address) => {
    asked.push(String(address));
    const query = new URL(String(address), 'http://dispatcher').searchParams;
    const length = Number(query.get('length'));
    const offset = Number(query.get('offset') ?? Math.max(0, file.bytes.length - length));
    const data = file.bytes.subarray(offset, offset + length).toString();
    return new Response(JSON.stringify({ data, offset, nextOffset: offset + Buffer.byteLength(data) }));
  });
  return asked;
}

async function follow(tail: LogTail): Promise<LogTail> {
  const source = driverLog(new DispatcherApi(), { id: 'driver-1', attempt: 2, file: 'stdout' });
  let next = withSize(tail, await source.sizeBytes(new AbortController().signal));
  for (let asked = nextRead(next); asked; asked = nextRead(next)) {
    next = withChunk(next, await source.read(asked, undefined));
  }
  return next;
}

const textOf = ({ pieces }: LogTail) => pieces.map(({ text }) => text).join('');

describe('the log of a driver', () => {
  it('is read from the dispatcher, for the attempt that is asked for', async () => {
    const asked = serve({ bytes: Buffer.from('Pi is roughly 3.14\n') });
    expect(textOf(await follow(NEW_TAIL))).toBe('Pi is roughly 3.14\n');
    expect(asked[0]).toBe('api/v2/submissions/driver-1/log?file=stdout&attempt=2&length=1');
  });

  it('loses no character that lies across two pieces, or that is written in two', async () => {
    const text = '— über 🎉 '.repeat(12_000);
    const file = { bytes: Buffer.alloc(0) };
    serve(file);
    const whole = Buffer.from(text);
    let tail = await follow(NEW_TAIL);
    for (const end of [1, 2, 3, 16, 17, 18, 60_001, whole.length - 3, whole.length]) {
      file.bytes = whole.subarray(0, end);
      tail = await follow(tail);
    }
    expect(textOf(tail)).toBe(text);
    expect(tail.restarts).toBe(0);
  });

  it('goes on after bytes that are no text', async () => {
    const file = { bytes: Buffer.concat([Buffer.alloc(9, 0xff), Buffer.from('\nafter\n')]) };
    serve(file);
    expect(textOf(await follow(NEW_TAIL))).toContain('\ufffd');
    const first = await follow(NEW_TAIL);
    file.bytes = Buffer.concat([file.bytes, Buffer.from('more\n')]);
    expect(textOf(await follow(first))).toContain('more');
  });
});

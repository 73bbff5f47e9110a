import { describe, expect, it } from 'vitest';
import { driverLog, type LogApi } from '../../src/dispatcher/driver-log.ts';
import { type LogTail, NEW_TAIL, nextRead, withChunk, withSize } from '../../src/shared/log/log-tail.ts';

/** Answers as the dispatcher does. */
class FakeApi implements LogApi {
  readonly identity = '1';
  readonly asked: string[] = [];
  bytes: Buffer = Buffer.alloc(0);

  async read(path: string, query: Readonly<Record<string, string>>): Promise<unknown> {
    this.asked.push(`${path}?${new URLSearchParams(query)}`);
    const length = Number(query.length);
    const offset = Number(query.offset ?? Math.max(0, this.bytes.length - length));
    const part = this.bytes.subarray(offset, offset + length);
    return { data: part.toString('base64'), offset, nextOffset: offset + part.length };
  }
}

async function follow(api: LogApi, tail: LogTail = NEW_TAIL): Promise<LogTail> {
  const source = driverLog(api, { id: 'driver-1', attempt: 2, file: 'stdout' });
  let next = withSize(tail, await source.sizeBytes(new AbortController().signal));
  for (let asked = nextRead(next); asked; asked = nextRead(next)) {
    next = withChunk(next, await source.read(asked, undefined));
  }
  return next;
}

const textOf = ({ pieces }: LogTail) => pieces.map(({ text }) => text).join('');

describe('the log of a driver', () => {
  it('is read from the dispatcher, for the attempt that is asked for', async () => {
    const api = new FakeApi();
    api.bytes = Buffer.from('Pi is roughly 3.14\n');
    expect(textOf(await follow(api))).toBe('Pi is roughly 3.14\n');
    expect(api.asked[0]).toBe('submissions/driver-1/log?file=stdout&attempt=2&encoding=base64&length=1');
  });

  it('loses no character that lies across two pieces, or that is written in two', async () => {
    const text = '— über 🎉 '.repeat(12_000);
    const whole = Buffer.from(text);
    const api = new FakeApi();
    let tail = await follow(api);
    for (const end of [1, 2, 3, 16, 17, 18, 60_001, whole.length - 3, whole.length]) {
      api.bytes = whole.subarray(0, end);
      tail = await follow(api, tail);
    }
    expect(textOf(tail)).toBe(text);
    expect(tail.restarts).toBe(0);
  });

  it('goes on after bytes that are no text', async () => {
    const api = new FakeApi();
    api.bytes = Buffer.concat([Buffer.alloc(9, 0xff), Buffer.from('\nafter\n')]);
    const first = await follow(api);
    api.bytes = Buffer.concat([api.bytes, Buffer.from('more\n')]);
    expect(textOf(await follow(api, first))).toBe(`${'\ufffd'.repeat(9)}\nafter\nmore\n`);
  });

  it('is downloaded as it is, byte for byte', async () => {
    const api = new FakeApi();
    api.bytes = Buffer.alloc(2_500_000, '— über \xff\0', 'latin1');
    const { download } = driverLog(api, { id: 'driver-1', attempt: 2, file: 'stdout' });
    const blob = await download?.fetch(new AbortController().signal);
    expect(download?.name).toBe('driver-1-attempt-2-stdout.log');
    expect(api.bytes.equals(new Uint8Array((await blob?.arrayBuffer()) ?? new ArrayBuffer(0)))).toBe(true);
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../src/logger.ts';
import { Reaper } from '../src/reaper/reaper.ts';
import { sessionOfStat } from '../src/reaper/session-sweeper.ts';

const children: ChildProcess[] = [];

function sleeper(environment: Record<string, string> = {}): ChildProcess & { readonly pid: number } {
  const child = spawn('sleep', ['987'], {
    detached: true,
    stdio: 'ignore',
    env: { ...environment, PATH: process.env.PATH },
  });
  children.push(child);
  return child as ChildProcess & { readonly pid: number };
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function reaper(mark = 'REAPER_TEST=none', temporaryFolder?: string): Reaper {
  return new Reaper({ mark, temporaryFolder, logger: silentLogger });
}

describe('the reaper', () => {
  it('kills the groups that it was told of, and no other', async () => {
    const [mine, forgotten, stranger] = [sleeper(), sleeper(), sleeper()];
    const subject = reaper();
    subject.add(mine.pid);
    subject.add(forgotten.pid);
    subject.remove(forgotten.pid);
    const ended = once(mine, 'exit');
    await subject.close();
    expect((await ended)[1]).toBe('SIGKILL');
    expect([forgotten.signalCode, stranger.signalCode]).toEqual([null, null]);
  });

  it('kills what bears the mark in its environment', async () => {
    const mark = `REAPER_TEST=[a].*${process.pid}`;
    const marked = sleeper({ REAPER_TEST: `[a].*${process.pid}` });
    const subject = reaper(mark);
    const ended = once(marked, 'exit');
    await subject.close();
    await ended;
  });

  it('removes the temporary folder at the end', async () => {
    const folder = await mkdtemp(join(tmpdir(), "it's a folder "));
    const subject = reaper(undefined, folder);
    expect(existsSync(folder)).toBe(true);
    await subject.close();
    expect(existsSync(folder)).toBe(false);
  });

  it('is replaced when it is killed, and the new one knows the groups', async () => {
    const mine = sleeper();
    const subject = reaper();
    subject.add(mine.pid);
    const first = subject.pid as number;
    process.kill(first, 'SIGKILL');
    await expect.poll(() => subject.pid).not.toBe(first);
    const ended = once(mine, 'exit');
    await subject.close();
    await ended;
  });

  it('closes twice without complaint', async () => {
    const subject = reaper();
    await subject.close();
    await subject.close();
  });
});

describe('/proc/PID/stat', () => {
  it.each([
    ['42 (sleep) S 1 42 41 0 -1', 41],
    ['42 (a ) S 9 (x) R 1 2 77 0', 77],
    ['', undefined],
    ['garbage', undefined],
  ])('of %j is read up to the session', (stat, session) => {
    expect(sessionOfStat(stat)).toBe(session);
  });
});

import { expect, test } from 'vitest';
import { TermsOfOffice } from '../../src/index.ts';

/** Lets everything happen that follows by itself. */
async function settled() {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

function setUp(options: { failures?: number } = {}) {
  const log: string[] = [];
  let failures = options.failures ?? 0;
  let nowMs = 0;
  let timer: { atMs: number; callback: () => void } | undefined;
  let depose: (why: string) => void = () => {};
  const terms = new TermsOfOffice({
    begin: async (deposed) => {
      depose = deposed;
      log.push('begin');
      await Promise.resolve();
      if (failures > 0) {
        failures -= 1;
        throw new Error('the port is taken');
      }
      return {
        end: async (how) => {
          await Promise.resolve();
          log.push(how);
        },
      };
    },
    resign: async () => {
      log.push('resign');
      // Alone as it is, it is elected again.
      queueMicrotask(() => terms.elected(true));
    },
    clock: {
      now: () => nowMs,
      setTimer(callback, delayMs) {
        timer = { atMs: nowMs + delayMs, callback };
        return () => {
          timer = undefined;
        };
      },
    },
  });
  const advance = (ms: number) => {
    nowMs += ms;
    const due = timer !== undefined && timer.atMs <= nowMs ? timer : undefined;
    if (due !== undefined) timer = undefined;
    due?.callback();
  };
  return { terms, log, advance, depose: (why: string) => depose(why) };
}

test('leads when it is elected, and stops at once when it is not', async () => {
  const { terms, log } = setUp();
  terms.elected(true);
  await settled();
  expect(terms.isLeading).toBe(true);
  terms.elected(false);
  await settled();
  expect([terms.isLeading, log]).toEqual([false, ['begin', 'deposed']]);
});

test('does one after the other, however fast it changes', async () => {
  const { terms, log } = setUp();
  terms.elected(true);
  await Promise.resolve();
  await Promise.resolve();
  terms.elected(false);
  terms.elected(true);
  terms.elected(false);
  await settled();
  expect(log).toEqual(['begin', 'deposed']);
  terms.elected(true);
  terms.elected(false);
  await settled();
  expect(log).toEqual(['begin', 'deposed']);
});

test('ends in good order when it is closed, and never begins again', async () => {
  const { terms, log } = setUp();
  terms.elected(true);
  await settled();
  await terms.close();
  terms.elected(true);
  await settled();
  expect(log).toEqual(['begin', 'leaving']);
});

test('resigns where it cannot begin, and waits longer each time before it tries again', async () => {
  const { terms, log, advance } = setUp({ failures: 2 });
  terms.elected(true);
  await settled();
  expect(log).toEqual(['begin', 'resign']);
  advance(1000);
  await settled();
  expect(log).toEqual(['begin', 'resign', 'begin', 'resign']);
  advance(1000);
  await settled();
  expect(log.length).toBe(4);
  advance(1000);
  await settled();
  expect(log.length).toBe(5);
  expect(terms.isLeading).toBe(true);
});

test('stops, and stands for another election, when somebody else has taken the state over', async () => {
  const { terms, log, advance, depose } = setUp();
  terms.elected(true);
  await settled();
  depose('b has taken over');
  expect(terms.isLeading).toBe(false);
  await settled();
  expect(log).toEqual(['begin', 'deposed', 'resign']);
  advance(1000);
  await settled();
  expect(log).toEqual(['begin', 'deposed', 'resign', 'begin']);
});

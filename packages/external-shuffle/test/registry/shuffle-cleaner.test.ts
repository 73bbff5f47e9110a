import { existsSync, mkdirSync, utimesSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { makeLocalDirectory, temporaryFolder } from '../support/folders.ts';
import { executorInfo, openState } from '../support/state.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** An application with a driver and an executor. */
async function withApplication(options: Omit<Parameters<typeof openState>[0], 'roots'> = {}) {
  const root = await temporaryFolder();
  const state = await openState({ roots: [root], cleanerIntervalMs: 1000, ...options });
  const directory = makeLocalDirectory(root, 1);
  await state.registry.registerExecutor('app', '1', executorInfo(directory));
  await state.registry.registerDriver('app', 1000);
  const isRegistered = (appId = 'app') => {
    try {
      return state.registry.executor(appId, '1') !== undefined;
    } catch {
      return false;
    }
  };
  /** Turns of the cleaner, a second each. */
  const turn = async (times = 1) => {
    for (let count = 0; count < times; count++) {
      state.advance(1000);
      await state.cleaner.tick();
    }
  };
  return { ...state, root, directory, isRegistered, turn };
}

describe('an application with a driver', () => {
  test('S22, S40: with heartbeats it is never removed; without, at the first turn past its timeout', async () => {
    const { registry, cleaner, advance, isRegistered, directory } = await withApplication();
    for (let beat = 1; beat <= 50; beat++) {
      advance(200);
      expect(registry.heartbeat('app')).toBe('known');
      if (beat % 5 === 0) await cleaner.tick();
    }
    expect(isRegistered()).toBe(true);
    advance(1000);
    await cleaner.tick();
    expect(isRegistered()).toBe(true);
    advance(1000);
    await cleaner.tick();
    expect([isRegistered(), existsSync(directory)]).toEqual([false, false]);
  });

  test('S22, S41: a silence of just the timeout is not yet too long', async () => {
    const { cleaner, advance, isRegistered } = await withApplication();
    advance(1000);
    await cleaner.tick();
    expect(isRegistered()).toBe(true);
    advance(1);
    await cleaner.tick();
    expect(isRegistered()).toBe(false);
  });

  test('S42: a second registration replaces timeout and clock', async () => {
    const { registry, advance, turn, isRegistered } = await withApplication();
    advance(900);
    await registry.registerDriver('app', 5000);
    await turn(5);
    expect(isRegistered()).toBe(true);
    await turn();
    expect(isRegistered()).toBe(false);
  });

  test('S43: heartbeats of another application keep nobody alive', async () => {
    const { registry, turn, isRegistered } = await withApplication();
    await turn();
    registry.heartbeat('other');
    await turn();
    expect(isRegistered()).toBe(false);
  });

  test('S25: the files of a living application stay when another one’s go', async () => {
    const { registry, root, turn, isRegistered, directory } = await withApplication();
    const living = makeLocalDirectory(root, 2);
    await registry.registerExecutor('living', '1', executorInfo(living));
    await registry.registerDriver('living', 3000);
    await turn(2);
    expect([isRegistered('app'), existsSync(directory)]).toEqual([false, false]);
    expect([isRegistered('living'), existsSync(living)]).toEqual([true, true]);
  });

  test('S27: one that is read from is not over, though its driver is not heard', async () => {
    const { registry, turn, isRegistered } = await withApplication();
    for (let count = 0; count < 10; count++) {
      registry.used('app');
      await turn();
    }
    expect(isRegistered()).toBe(true);
    await turn(2);
    expect(isRegistered()).toBe(false);
  });

  test('S27: with a grace its files are kept, and a heartbeat in it brings it back', async () => {
    const { registry, turn, isRegistered } = await withApplication({ graceMs: 3000 });
    await turn(4);
    expect(registry.heartbeat('app')).toBe('known');
    await turn(4);
    expect(isRegistered()).toBe(true);
    await turn();
    expect(isRegistered()).toBe(false);
  });

  test('S27: after the removal its heartbeat is answered with unknown, and it can register again', async () => {
    const { registry, logger, turn, isRegistered, root } = await withApplication();
    await turn(2);
    expect(registry.heartbeat('app')).toBe('unknown');
    expect(logger.lines.at(-1)?.fields).toMatchObject({ appId: 'app', ended: 'driver-silent' });
    await registry.registerDriver('app', 1000);
    await registry.registerExecutor('app', '1', executorInfo(makeLocalDirectory(root, 2)));
    expect([registry.heartbeat('app'), isRegistered()]).toEqual(['known', true]);
  });

  test('S27: a stop of this very process is nobody’s silence', async () => {
    const { cleaner, advance, turn, isRegistered } = await withApplication();
    await turn();
    advance(600_000);
    await cleaner.tick();
    expect(isRegistered()).toBe(true);
    await turn(2);
    expect(isRegistered()).toBe(false);
  });
});

describe('the check against the master (S28)', () => {
  test('S28: the files of a framework that runs are kept, and go when it has ended', async () => {
    let answer: 'running' | 'ended' = 'running';
    const frameworkCheck = { stateOf: async () => answer };
    const { turn, isRegistered, directory } = await withApplication({ frameworkCheck });
    await turn(5);
    expect([isRegistered(), existsSync(directory)]).toEqual([true, true]);
    answer = 'ended';
    await turn();
    expect([isRegistered(), existsSync(directory)]).toEqual([false, false]);
  });

  test('S28: while the master cannot be asked, nothing is removed', async () => {
    const frameworkCheck = { stateOf: () => Promise.reject(new Error('connection refused')) };
    const { turn, isRegistered, logger } = await withApplication({ frameworkCheck });
    await turn(5);
    expect(isRegistered()).toBe(true);
    expect(logger.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', phrase: expect.stringContaining('clean-up failed') }),
    );
  });

  test('S28: a heartbeat that comes while the master is asked keeps the application', async () => {
    let beat = () => {};
    const frameworkCheck = {
      stateOf: async () => {
        beat();
        return 'ended' as const;
      },
    };
    const { registry, turn, isRegistered } = await withApplication({ frameworkCheck });
    beat = () => void registry.heartbeat('app');
    await turn(3);
    expect(isRegistered()).toBe(true);
  });
});

describe('a clean-up that fails', () => {
  test('S24: neither one that throws nor one that hangs stops the cleaner', async () => {
    const frameworkCheck = {
      stateOf: (appId: string) => {
        if (appId === 'throws') throw new Error('synchronously');
        if (appId === 'hangs') return new Promise<never>(() => {});
        return Promise.resolve('ended' as const);
      },
    };
    const { registry, cleaner, advance, isRegistered, directory } = await withApplication({ frameworkCheck });
    await registry.registerDriver('throws', 10);
    await registry.registerDriver('hangs', 10);
    advance(500);
    await Promise.race([cleaner.tick(), new Promise(setImmediate)]);
    advance(600);
    void cleaner.tick();
    await vi.waitFor(() => expect(isRegistered()).toBe(false));
    await registry.catchUp();
    expect(existsSync(directory)).toBe(false);
  });

  test('S24: started twice and closed, it runs by its timer alone', async () => {
    vi.useFakeTimers();
    try {
      const { cleaner, registry } = await openState({ roots: ['/nowhere'], cleanerIntervalMs: 1000 });
      const expired = vi.spyOn(registry, 'expired');
      cleaner.start();
      cleaner.start();
      expect(expired).toHaveBeenCalledTimes(1);
      await vi.advanceTimersByTimeAsync(3000);
      expect(expired).toHaveBeenCalledTimes(4);
      cleaner.close();
      await vi.advanceTimersByTimeAsync(3000);
      expect(expired).toHaveBeenCalledTimes(4);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('orphans (S26)', () => {
  /** An application that only its executors know of. */
  async function withOrphan(options: Omit<Parameters<typeof openState>[0], 'roots'> = {}) {
    const root = await temporaryFolder();
    const state = await openState({ roots: [root], cleanerIntervalMs: DAY_MS, ...options });
    const directory = makeLocalDirectory(root, 1);
    await state.registry.registerExecutor('orphan', '1', executorInfo(directory));
    const turn = async (days: number) => {
      for (let day = 0; day < days; day++) {
        state.advance(DAY_MS);
        await state.cleaner.tick();
      }
    };
    return { ...state, root, directory, turn };
  }

  test('S26: what no driver has registered goes after seven days without use', async () => {
    const { turn, directory, registry } = await withOrphan();
    await turn(7);
    expect(existsSync(directory)).toBe(true);
    await turn(1);
    expect(existsSync(directory)).toBe(false);
    expect(registry.counters()).toMatchObject({ registeredApplications: 0 });
  });

  test('S26: what is written to meanwhile stays', async () => {
    const { turn, directory, clock } = await withOrphan();
    await turn(6);
    mkdirSync(`${directory}/1f`);
    utimesSync(`${directory}/1f`, clock.wallMs / 1000, clock.wallMs / 1000);
    await turn(6);
    expect(existsSync(directory)).toBe(true);
    await turn(2);
    expect(existsSync(directory)).toBe(false);
  });

  test('S26: an age of 0 keeps them for ever', async () => {
    const { turn, directory } = await withOrphan({ orphanAgeMs: 0 });
    await turn(400);
    expect(existsSync(directory)).toBe(true);
  });

  test('S26: a restart makes no orphan younger', async () => {
    const { turn, directory, store, clock, root } = await withOrphan();
    await turn(5);
    const next = await openState({ roots: [root], store, clock: { nowMs: 5, wallMs: clock.wallMs } });
    next.advance(3 * DAY_MS);
    await next.cleaner.tick();
    expect(existsSync(directory)).toBe(false);
  });

  test('S26: directories that nobody registered are left alone, unless their age is asked for', async () => {
    const { turn, root, directory, registry } = await withOrphan({ orphanAgeMs: 0 });
    const unknown = makeLocalDirectory(root, 2);
    const other = `${root}/not-a-block-manager`;
    mkdirSync(other);
    await turn(30);
    expect(existsSync(unknown)).toBe(true);
    const sweeping = await openState({
      roots: [root],
      unknownDirectoryAgeMs: 10 * DAY_MS,
      clock: { nowMs: 5, wallMs: Date.now() + 11 * DAY_MS },
    });
    await sweeping.registry.registerExecutor('orphan', '1', executorInfo(directory));
    await sweeping.cleaner.tick();
    expect([unknown, other, directory].map((path) => existsSync(path))).toEqual([false, true, true]);
    expect(registry.isOwned(unknown)).toBe(false);
  });
});

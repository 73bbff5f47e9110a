import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextWaitMs, startPolling } from '../../src/shared/polling.ts';

describe('polling', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('asks at once and again an interval after each answer', async () => {
    const values: number[] = [];
    let asked = 0;
    const stop = startPolling({
      load: async () => ++asked,
      intervalMs: 1000,
      onValue: (value) => values.push(value),
      onFailure: () => undefined,
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(values).toEqual([1]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(values).toEqual([1, 2, 3]);
    stop();
  });

  it('never has two questions open, however slow the answer is', async () => {
    let open = 0;
    let most = 0;
    const stop = startPolling({
      load: async () => {
        most = Math.max(most, ++open);
        await new Promise((resolve) => setTimeout(resolve, 10_000));
        open -= 1;
      },
      intervalMs: 1000,
      onValue: () => undefined,
      onFailure: () => undefined,
    });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(most).toBe(1);
    stop();
  });

  it('asks at once when there is news, but never more than once a second', async () => {
    const times: number[] = [];
    let tell = () => {};
    let isListening = false;
    const startMs = Date.now();
    const stop = startPolling({
      load: async () => {
        times.push(Date.now() - startMs);
        await new Promise((resolve) => setTimeout(resolve, 100));
      },
      intervalMs: 15_000,
      onValue: () => undefined,
      onFailure: () => undefined,
      onNews: (ask) => {
        tell = ask;
        isListening = true;
        return () => {
          isListening = false;
        };
      },
    });
    await vi.advanceTimersByTimeAsync(5_000);
    tell();
    await vi.advanceTimersByTimeAsync(50);
    // While a question is open, and then many times.
    tell();
    await vi.advanceTimersByTimeAsync(200);
    for (let at = 0; at < 10; at += 1) tell();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(times).toEqual([0, 5_000, 6_000, 21_100]);
    stop();
    expect(isListening).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('reports failures, waits longer after each, and is back to its pace with the first answer', async () => {
    const times: number[] = [];
    const failures: string[] = [];
    const stop = startPolling({
      load: async () => {
        times.push(Date.now());
        if (times.length <= 4) throw new Error(`attempt ${times.length}`);
        return times.length;
      },
      intervalMs: 1000,
      onValue: () => undefined,
      onFailure: (error) => failures.push(error.message),
    });
    await vi.advanceTimersByTimeAsync(20_000);
    stop();
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(waits.slice(0, 5)).toEqual([2000, 4000, 5000, 5000, 1000]);
    expect(failures).toEqual(['attempt 1', 'attempt 2', 'attempt 3', 'attempt 4']);
    expect(nextWaitMs(60_000, 3)).toBe(60_000);
  });

  it('aborts the open question and reports nothing once it is stopped', async () => {
    const seen: unknown[] = [];
    let aborted = false;
    const stop = startPolling({
      load: (signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            aborted = true;
            reject(new Error('aborted'));
          });
        }),
      intervalMs: 1000,
      onValue: (value) => seen.push(value),
      onFailure: (error) => seen.push(error),
    });
    stop();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(aborted).toBe(true);
    expect(seen).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

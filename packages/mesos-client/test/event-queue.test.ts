import { describe, expect, it } from 'vitest';
import { EventQueue } from '../src/event-queue.ts';

describe('EventQueue', () => {
  it('gives values in order, to a reader that comes later and to one that waits', async () => {
    const queue = new EventQueue<number>(2);
    queue.push(1);
    expect(await queue.next()).toEqual({ value: 1, done: false });
    const waiting = queue.next();
    queue.push(2);
    expect(await waiting).toEqual({ value: 2, done: false });
  });

  it('tells when it is full, and when there is room again', async () => {
    const queue = new EventQueue<number>(2);
    queue.push(1);
    expect(queue.isFull).toBe(false);
    queue.push(2);
    expect(queue.isFull).toBe(true);
    let drained = false;
    const draining = queue.drained().then(() => {
      drained = true;
    });
    await Promise.resolve();
    expect(drained).toBe(false);
    await queue.next();
    await draining;
    expect(drained).toBe(true);
  });

  it('ends after what is queued, or at once', async () => {
    const kept = new EventQueue<number>(2);
    kept.push(1);
    kept.finish({ discard: false });
    kept.push(2);
    expect(await kept.next()).toEqual({ value: 1, done: false });
    expect((await kept.next()).done).toBe(true);

    const discarded = new EventQueue<number>(1);
    discarded.push(1);
    const draining = discarded.drained();
    discarded.finish({ discard: true });
    await draining;
    expect(await discarded.next()).toEqual({ value: undefined, done: true });
  });

  it('lets a reader that has left its loop come back', async () => {
    const queue = new EventQueue<number>(5);
    queue.push(1);
    queue.push(2);
    for await (const value of queue) {
      expect(value).toBe(1);
      break;
    }
    expect(await queue.next()).toEqual({ value: 2, done: false });
  });
});

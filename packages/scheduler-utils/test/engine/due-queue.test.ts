import { describe, expect, test } from 'vitest';
import { DueQueue } from '../../src/index.ts';

describe('a queue of due times', () => {
  test('gives each thing its time, and says when the next is due', () => {
    const queue = new DueQueue<string>(100);
    queue.set('one', 0);
    queue.set('two', 50);
    expect(queue.nextDueMs()).toBe(100);
    expect(queue.takeDue(99)).toEqual([]);
    expect(queue.takeDue(149)).toEqual(['one']);
    expect(queue.takeDue(150)).toEqual(['two']);
    expect(queue.nextDueMs()).toBeUndefined();
  });

  test('begins the time of a thing anew when it is set again', () => {
    const queue = new DueQueue<string>(100);
    queue.set('one', 0);
    queue.set('two', 10);
    queue.set('one', 20);
    expect(queue.all()).toEqual(['two', 'one']);
    expect(queue.takeDue(110)).toEqual(['two']);
  });

  test('keeps what is due again and again, and forgets what is deleted', () => {
    const queue = new DueQueue<string>(100);
    queue.set('one', 0);
    expect(queue.due(100)).toEqual(['one']);
    expect(queue.due(199)).toEqual([]);
    expect(queue.due(200)).toEqual(['one']);
    queue.delete('one');
    expect(queue.has('one')).toBe(false);
    expect(queue.due(1000)).toEqual([]);
  });

  test('gives all of them their whole time again', () => {
    const queue = new DueQueue<string>(100);
    queue.set('one', 0);
    queue.restart(90);
    expect(queue.nextDueMs()).toBe(190);
  });
});

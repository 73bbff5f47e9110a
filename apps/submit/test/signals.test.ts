import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { ENDING_SIGNALS, mustPassOn, Signals } from '../src/signals.ts';

describe('a signal', () => {
  test('is handled by whatever is going on at the time', async () => {
    const source = new EventEmitter();
    const seen: string[] = [];
    const signals = new Signals(source, (signal) => seen.push(`first ${signal}`));
    source.emit('SIGINT');
    signals.handle((signal) => seen.push(`second ${signal}`));
    source.emit('SIGTERM');
    const next = signals.next();
    source.emit('SIGHUP');
    expect(await next).toBe('SIGHUP');
    expect(seen).toEqual(['first SIGINT', 'second SIGTERM']);
  });

  test('is left alone again after the end', () => {
    const source = new EventEmitter();
    new Signals(source, () => {}).close();
    expect(ENDING_SIGNALS.map((signal) => source.listenerCount(signal))).toEqual([0, 0, 0]);
  });

  test.each([
    ['SIGINT', true, false],
    ['SIGINT', false, true],
    ['SIGTERM', true, true],
    ['SIGHUP', true, true],
  ] as const)('%s, on a terminal: %s, is passed on: %s', (signal, onTerminal, expected) => {
    expect(mustPassOn(signal, onTerminal)).toBe(expected);
  });
});

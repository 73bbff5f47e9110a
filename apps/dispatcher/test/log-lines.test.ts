import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { linesOfATurn } from '../src/log-lines.ts';

let directory: string;
let descriptor: number;
const written = () => readFileSync(path.join(directory, 'log'), 'utf8');

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'log-lines-'));
  descriptor = openSync(path.join(directory, 'log'), 'w');
});

afterEach(async () => {
  await setImmediate();
  closeSync(descriptor);
  rmSync(directory, { recursive: true });
});

test('lines of the log are written in their order at the end of the turn in which they came up', async () => {
  const logger = pino({ base: null }, linesOfATurn(descriptor));
  logger.info({ number: 1 }, 'first');
  logger.info({ number: 2 }, 'second');
  expect(written()).toBe('');
  await setImmediate();
  logger.info({ number: 3 }, 'third');
  await setImmediate();
  const lines = written().trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { number: 1, msg: 'first' },
    { number: 2, msg: 'second' },
    { number: 3, msg: 'third' },
  ]);
});

test('a fatal line is in the log at once, with all before it', () => {
  const logger = pino({ base: null }, linesOfATurn(descriptor));
  logger.info({}, 'before');
  logger.fatal({}, 'the end');
  expect(written()).toMatch(/"before"[\s\S]*"the end"/);
});

test('very many lines of one turn do not wait for its end', () => {
  const logger = pino({ base: null }, linesOfATurn(descriptor));
  for (let index = 0; index < 2000; index += 1) logger.info({ index }, 'one of very many lines');
  expect(written().length).toBeGreaterThan(64 * 1024);
});

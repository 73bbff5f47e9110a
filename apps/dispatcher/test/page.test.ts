import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silentLogger } from '@spark-mesos/scheduler-utils';
import { expect, onTestFinished, test } from 'vitest';
import { openPage } from '../src/page.ts';

test('the page is served where it is built, and its absence is told and no reason not to start', async () => {
  const root = await mkdtemp(path.join(tmpdir(), 'dispatcher-page-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const told: string[] = [];
  const logger = { ...silentLogger, warn: (_fields: object, phrase: string) => void told.push(phrase) };
  expect(await openPage(logger, path.join(root, 'none'))).toBeUndefined();
  expect(told).toEqual(['there is no page to serve, only the API']);
  await writeFile(path.join(root, 'index.html'), '<p>');
  expect((await openPage(logger, root))?.get('/')?.type).toBe('text/html; charset=utf-8');
});

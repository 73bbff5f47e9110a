import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readDispatcherPage } from '../src/index.ts';

test('the files of a page are found by their paths, at its own place and at the old one', async () => {
  const root = await mkdtemp(join(tmpdir(), 'page-files-'));
  onTestFinished(() => rm(root, { recursive: true }));
  await mkdir(join(root, 'assets'));
  await writeFile(join(root, 'index.html'), '<p>');
  await writeFile(join(root, 'assets', 'index-1.js'), '1');
  await writeFile(join(root, 'assets', 'index-1.js.map'), '{}');
  const files = await readDispatcherPage(root);
  expect([...files.keys()].sort()).toEqual([
    '/',
    '/assets/index-1.js',
    '/driver',
    '/driver/',
    '/driver/assets/index-1.js',
    '/driver/index.html',
    '/index.html',
  ]);
  expect(files.get('/')).toEqual({ type: 'text/html; charset=utf-8', content: Buffer.from('<p>') });
  await expect(readDispatcherPage(join(root, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
});

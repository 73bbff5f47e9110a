import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from './support/folders.ts';
import { countStart } from './support/readme-example.ts';

test('the example of the README counts over restarts', async () => {
  const directory = await temporaryFolder();
  expect([await countStart(directory), await countStart(directory)]).toEqual([1, 2]);
  const readme = await readFile(path.join(import.meta.dirname, '../README.md'), 'utf8');
  expect(readme).toContain(
    await readFile(path.join(import.meta.dirname, 'support/readme-example.ts'), 'utf8'),
  );
});

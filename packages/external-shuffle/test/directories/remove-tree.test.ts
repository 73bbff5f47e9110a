import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { removeFile, removeTree } from '../../src/directories/remove-tree.ts';
import { blockManagerName, makeLocalDirectory, temporaryFolder } from '../support/folders.ts';

test('deletes a directory with all that is in it', async () => {
  const root = await temporaryFolder();
  const directory = makeLocalDirectory(root, 1);
  mkdirSync(`${directory}/3f/deep/deeper`, { recursive: true });
  writeFileSync(`${directory}/3f/deep/deeper/file`, '');
  expect(await removeTree(directory)).toBe(true);
  expect(readdirSync(root)).toEqual([]);
  expect(await removeTree(directory)).toBe(false);
});

test('deletes links, and nothing behind them', async () => {
  const [root, outside] = [await temporaryFolder(), await temporaryFolder()];
  const kept = makeLocalDirectory(outside, 2);
  const directory = makeLocalDirectory(root, 1);
  symlinkSync(outside, `${directory}/link`);
  symlinkSync(`${kept}/0c/shuffle_9_9_0.data`, `${directory}/0c/link`);
  symlinkSync('/nowhere', `${directory}/0c/dangling`);
  expect(await removeTree(directory)).toBe(true);
  expect(existsSync(`${kept}/0c/shuffle_9_9_0.data`)).toBe(true);
});

test('does not delete what is reached by a link, nor the link itself', async () => {
  const [root, outside] = [await temporaryFolder(), await temporaryFolder()];
  const kept = makeLocalDirectory(outside, 1);
  symlinkSync(kept, `${root}/${blockManagerName(1)}`);
  symlinkSync(outside, `${root}/inner`);
  for (const path of [`${root}/${blockManagerName(1)}`, `${root}/inner/${blockManagerName(1)}`]) {
    await expect(removeTree(path)).rejects.toMatchObject({ code: 'SHUFFLE_FILE_REFUSED' });
  }
  await expect(removeFile(`${root}/inner/${blockManagerName(1)}`)).rejects.toMatchObject({
    code: 'SHUFFLE_FILE_REFUSED',
  });
  expect(existsSync(`${kept}/0c/shuffle_9_9_0.data`)).toBe(true);
});

test('goes no deeper than Spark could, and deletes nothing there', async () => {
  const root = await temporaryFolder();
  const directory = makeLocalDirectory(root, 1);
  const deep = `${directory}${'/d'.repeat(40)}`;
  mkdirSync(deep, { recursive: true });
  await expect(removeTree(directory)).rejects.toMatchObject({ code: 'SHUFFLE_FILE_REFUSED' });
  expect(existsSync(deep)).toBe(true);
});

test('a file that is not there, and a directory, are no deleted file', async () => {
  const root = await temporaryFolder();
  const directory = makeLocalDirectory(root, 1);
  expect(await removeFile(`${directory}/0c/none`)).toBe(false);
  expect(await removeFile(`${root}/none/none`)).toBe(false);
  expect(await removeFile(directory)).toBe(false);
  expect(existsSync(directory)).toBe(true);
});

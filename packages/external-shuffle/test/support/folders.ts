import { mkdirSync, writeFileSync } from 'node:fs';
import { cp, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach } from 'vitest';

const made: string[] = [];

/** A folder that is gone after the test, by its real name. */
export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'external-shuffle-')));
  made.push(folder);
  return folder;
}

afterEach(async () => {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** The name of a local directory, told from others by its number. */
export function blockManagerName(number: number): string {
  return `blockmgr-00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** Makes a local directory in the folder, with a file in it. */
export function makeLocalDirectory(root: string, number: number): string {
  const directory = path.join(root, blockManagerName(number));
  mkdirSync(path.join(directory, '0c'), { recursive: true });
  writeFileSync(path.join(directory, '0c', 'shuffle_9_9_0.data'), 'x');
  return directory;
}

/** The two local directories that Spark's own service served when the golden bytes were recorded. */
export async function copySyntheticFiles(root: string): Promise<readonly [string, string]> {
  const fixture = path.join(import.meta.dirname, '../fixtures/synthetic-files');
  const directories = [1, 2].map((number) => path.join(root, blockManagerName(number)));
  const [a = '', b = ''] = directories;
  await cp(path.join(fixture, 'a'), a, { recursive: true });
  await cp(path.join(fixture, 'b'), b, { recursive: true });
  return [a, b];
}

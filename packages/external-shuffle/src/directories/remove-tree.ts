import { type FileHandle, open, readdir, rmdir, unlink } from 'node:fs/promises';
import { posix } from 'node:path';
import { ShuffleError } from '../errors.ts';
import { codeOf, DIRECTORY_FLAGS, openedPath, pathWithin } from './opened-path.ts';

/** Spark's directories have a depth of 2. More than this is somebody's joke, and costs a descriptor a level. */
const MAX_DEPTH = 32;

/**
 * Deletes a directory with all that is in it, and nothing that is not: every step goes out from a directory that is
 * held open, so no link is followed, not even one that is put there meanwhile. False: it was not there.
 */
export async function removeTree(directory: string): Promise<boolean> {
  const parent = await openDirectory(posix.dirname(directory), posix.dirname(directory));
  if (parent === undefined) return false;
  try {
    return await removeEntry(parent, posix.dirname(directory), posix.basename(directory), 1);
  } finally {
    await parent.close();
  }
}

/** Deletes a plain file, or a link, but nothing behind the link. False: there was none. */
export async function removeFile(path: string): Promise<boolean> {
  const directory = posix.dirname(path);
  const parent = await openDirectory(directory, directory);
  if (parent === undefined) return false;
  try {
    await unlink(pathWithin(parent.fd, directory, posix.basename(path)));
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'EISDIR') return false;
    throw error;
  } finally {
    await parent.close();
  }
}

/** `expected` is where it has to lie once it is open. Undefined: there is no such directory. */
async function openDirectory(path: string, expected: string): Promise<FileHandle | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(path, DIRECTORY_FLAGS);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return undefined;
    if (code !== 'ELOOP' && code !== 'ENOTDIR') throw error;
    throw notADirectory(expected, error);
  }
  if (openedPath(handle.fd, path) === expected) return handle;
  await handle.close();
  throw notADirectory(expected);
}

function notADirectory(path: string, cause?: unknown): ShuffleError {
  return new ShuffleError(
    'SHUFFLE_FILE_REFUSED',
    `${path} is a link, or is reached by one: nothing in it is deleted`,
    { cause },
  );
}

async function removeEntry(
  parent: FileHandle,
  parentPath: string,
  name: string,
  depth: number,
): Promise<boolean> {
  const path = `${parentPath}/${name}`;
  if (depth > MAX_DEPTH) {
    throw new ShuffleError('SHUFFLE_FILE_REFUSED', `${path} lies deeper than Spark makes directories`);
  }
  const anchored = pathWithin(parent.fd, parentPath, name);
  const directory = await openDirectory(anchored, path);
  if (directory === undefined) return false;
  try {
    await removeContents(directory, path, depth);
  } finally {
    await directory.close();
  }
  await rmdir(anchored);
  return true;
}

async function removeContents(directory: FileHandle, path: string, depth: number): Promise<void> {
  const entries = await readdir(pathWithin(directory.fd, path, ''), { withFileTypes: true });
  for (const entry of entries) {
    if (entry.isDirectory()) await removeEntry(directory, path, entry.name, depth + 1);
    else await unlinkIfThere(pathWithin(directory.fd, path, entry.name));
  }
}

async function unlinkIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

import { closeSync, constants, existsSync, fstatSync, openSync, readlinkSync, realpathSync } from 'node:fs';
import { ShuffleError } from '../errors.ts';

/**
 * Whether the kernel tells where a descriptor's file lies (Linux). Elsewhere paths are looked up once more instead, which
 * leaves an instant in which somebody with the rights to do so can put a link in their place.
 */
const HAS_DESCRIPTOR_PATHS = existsSync('/proc/self/fd');

/** Follows no link at the end of the path, and waits for nobody at the other end of a pipe. */
const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** For the same with directories. */
export const DIRECTORY_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_DIRECTORY;

/** Where an open file really lies: all links on the way to it are resolved. */
export function openedPath(descriptor: number, path: string): string {
  return HAS_DESCRIPTOR_PATHS ? readlinkSync(`/proc/self/fd/${descriptor}`) : realpathSync.native(path);
}

/**
 * A path to an entry of an open directory that stays there whatever becomes of the names on the way to it: what
 * `openat` is to C.
 */
export function pathWithin(directory: number, directoryPath: string, name: string): string {
  const parent = HAS_DESCRIPTOR_PATHS ? `/proc/self/fd/${directory}` : directoryPath;
  return name === '' ? `${parent}/.` : `${parent}/${name}`;
}

/** An open file, and what it was when it was opened. */
export interface OpenedFile {
  readonly descriptor: number;
  readonly bytes: number;
  readonly inode: number;
  readonly modifiedMs: number;
}

/**
 * Opens a file of an executor for reading. It is looked at after it has been opened, so that nothing can be put in its
 * place in between: it has to be a plain file, with no second name elsewhere, and to lie at this very path with no link
 * on the way. Throws `SHUFFLE_FILE_UNREADABLE`, `SHUFFLE_FILE_REFUSED`, and `SHUFFLE_INDEX_DAMAGED` if it is shorter than
 * its index says.
 */
export function openPlainFile(path: string, leastBytes = 0): OpenedFile {
  const descriptor = openForReading(path);
  try {
    const { size, ino, mtimeMs, nlink } = checkPlainFile(descriptor, path);
    // Deleted since it was opened: as if it had not been there.
    if (nlink === 0) throw unreadable(path);
    if (openedPath(descriptor, path) !== path) {
      throw new ShuffleError('SHUFFLE_FILE_REFUSED', `${path} is reached by a link, and not read`);
    }
    if (size < leastBytes) {
      throw new ShuffleError(
        'SHUFFLE_INDEX_DAMAGED',
        `${path} has ${size} bytes; its index says that it has ${leastBytes}`,
      );
    }
    return { descriptor, bytes: size, inode: ino, modifiedMs: mtimeMs };
  } catch (error) {
    closeSync(descriptor);
    if (error instanceof ShuffleError) throw error;
    throw unreadable(path, error);
  }
}

function openForReading(path: string): number {
  try {
    return openSync(path, READ_FLAGS);
  } catch (error) {
    if (codeOf(error) === 'ELOOP') {
      throw new ShuffleError('SHUFFLE_FILE_REFUSED', `${path} is a link, and not read`, {
        cause: error,
      });
    }
    throw unreadable(path, error);
  }
}

function checkPlainFile(descriptor: number, path: string) {
  const stats = fstatSync(descriptor);
  if (!stats.isFile()) {
    throw new ShuffleError('SHUFFLE_FILE_REFUSED', `${path} is no plain file, and not read`);
  }
  // Spark makes no second names; somebody else's could be that of a file which the reader may not see.
  if (stats.nlink > 1) {
    throw new ShuffleError('SHUFFLE_FILE_REFUSED', `${path} has a second name, and is not read`);
  }
  return stats;
}

function unreadable(path: string, cause?: unknown): ShuffleError {
  // Java's words; why it cannot be opened is for the log of this side.
  return new ShuffleError('SHUFFLE_FILE_UNREADABLE', `Failed to open file: ${path}`, { cause });
}

/** The system's code of an error (`ENOENT`), if it has one. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

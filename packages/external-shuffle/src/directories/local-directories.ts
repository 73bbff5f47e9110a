import { lstatSync, realpathSync } from 'node:fs';
import { posix } from 'node:path';
import { ShuffleError } from '../errors.ts';
import { codeOf } from './opened-path.ts';

/** Spark's `DiskBlockManager` makes `blockmgr-<UUID>` in each of its local directories. */
const BLOCK_MANAGER_DIRECTORY = /^blockmgr-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Paths are keys of the store, which have a limit of their own. */
const MAX_PATH_BYTES = 800;

/** How a local directory was found when it was looked at. */
export interface CheckedDirectory {
  /** With the root's links resolved. */
  readonly path: string;
  /** False: it is not there (yet), or may not be looked at; then nothing can be read from it. */
  readonly found: boolean;
}

/**
 * Which directories may belong to an executor: those under a root of this agent that are named as Spark names them.
 * Spark's own service reads and deletes whatever it is told, `/` included.
 */
export class LocalDirectories {
  readonly #roots: readonly string[];
  #realRoots: ReadonlyMap<string, string>;
  #plainRoots: ReadonlySet<string>;

  /** Roots are the values of `spark.local.dir` and `SPARK_LOCAL_DIRS` on this agent; those that are not there may come. */
  constructor(roots: readonly string[]) {
    this.#roots = roots.map((root) => checkRoot(root));
    this.#realRoots = resolveRoots(this.#roots);
    this.#plainRoots = new Set(this.#realRoots.values());
  }

  /** The roots with their links resolved. */
  get roots(): readonly string[] {
    return [...new Set(this.#realRoots.values())];
  }

  /**
   * Checks a directory that an executor registers. Throws `SHUFFLE_DIRECTORY_REFUSED`. That nothing is put in its place
   * later on is checked with each file that is opened.
   */
  check(directory: string): CheckedDirectory {
    let path = this.canonical(directory);
    if (path === undefined) {
      // A root may have been made, or mounted, since.
      this.#realRoots = resolveRoots(this.#roots);
      this.#plainRoots = new Set(this.#realRoots.values());
      path = this.canonical(directory);
    }
    if (path === undefined) throw refused(directory, this.#reason(directory));
    return { path, found: lookUp(path) };
  }

  /** The canonical form of a directory by its name alone; undefined where it may be nobody's. */
  canonical(directory: string): string | undefined {
    // Nearly all: right under a root, by its real name. A restart meets a hundred thousand of them.
    const slash = directory.lastIndexOf('/');
    if (this.#plainRoots.has(directory.slice(0, slash)) && directory.length <= MAX_PATH_BYTES / 4) {
      return isBlockManagerDirectory(directory.slice(slash + 1)) ? directory : undefined;
    }
    if (!isCleanPath(directory)) return undefined;
    for (const [root, realRoot] of this.#realRoots) {
      for (const prefix of [root, realRoot]) {
        if (!directory.startsWith(`${prefix}/`)) continue;
        const below = directory.slice(prefix.length);
        if (hasSparkShape(below)) return `${realRoot}${below}`;
      }
    }
    return undefined;
  }

  #reason(directory: string): string {
    if (!isCleanPath(directory)) return 'is no absolute path in its plain form';
    if (!hasSparkShape(directory)) return 'is not named blockmgr-<UUID>, or lies in one that is';
    return `is under none of the roots of this service (${this.#roots.join(', ')})`;
  }
}

function checkRoot(root: string): string {
  const plain = root.length > 1 && root.endsWith('/') ? root.slice(0, -1) : root;
  if (!isCleanPath(plain) || plain === '/') {
    throw refused(root, 'cannot be a root: that takes an absolute path below /');
  }
  return plain;
}

function resolveRoots(roots: readonly string[]): ReadonlyMap<string, string> {
  return new Map(roots.map((root) => [root, realPath(root)]));
}

function realPath(root: string): string {
  try {
    return realpathSync.native(root);
  } catch {
    return root;
  }
}

function isCleanPath(path: string): boolean {
  return (
    path.startsWith('/') &&
    !path.includes('\0') &&
    Buffer.byteLength(path) <= MAX_PATH_BYTES &&
    (path === '/' || !path.endsWith('/')) &&
    posix.normalize(path) === path
  );
}

function hasSparkShape(path: string): boolean {
  const [last, ...above] = path.split('/').reverse();
  return (
    BLOCK_MANAGER_DIRECTORY.test(last ?? '') &&
    // Who may write into another's directory must not make one there that would be deleted as its own.
    !above.some((name) => name.startsWith('blockmgr-'))
  );
}

/** Whether a name is that of a local directory of Spark's. */
export function isBlockManagerDirectory(name: string): boolean {
  return BLOCK_MANAGER_DIRECTORY.test(name);
}

function lookUp(path: string): boolean {
  let real: string;
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return false;
    real = realpathSync.native(path);
    if (real === path && stats.isDirectory()) return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'EACCES') return false;
    throw refused(path, `cannot be looked up (${code ?? String(error)})`);
  }
  throw refused(path, real === path ? 'is no directory' : `leads to ${real}`);
}

function refused(directory: string, reason: string): ShuffleError {
  const shown = JSON.stringify(directory.slice(0, 200));
  return new ShuffleError('SHUFFLE_DIRECTORY_REFUSED', `The local directory ${shown} ${reason}.`);
}

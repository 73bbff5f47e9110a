// A disk that is soon full: a small file system of its own where this user may mount one.

import { execFile } from 'node:child_process';
import { closeSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SIZE_KIB = 256;

/**
 * @typedef {object} Disk
 * @property {string} folder
 * @property {boolean} isReal
 * @property {Record<string, string>} environment for whoever writes there
 * @property {() => Promise<void>} fill
 * @property {() => Promise<void>} empty
 * @property {() => Promise<void>} remove
 */

/**
 * @param {string} folder
 * @param {string} flag a file that says that the disk is full where that has to be pretended
 * @returns {Promise<Disk>}
 */
export async function smallDisk(folder, flag) {
  await mkdir(folder);
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_KIB}k`, 'drill', folder]);
  } catch {
    return {
      folder,
      isReal: false,
      environment: { DRILL_FULL_DISK: flag },
      fill: async () => writeFileSync(flag, ''),
      empty: async () => rmSync(flag, { force: true }),
      remove: async () => {},
    };
  }
  const filler = join(folder, 'filler');
  return {
    folder,
    isReal: true,
    environment: {},
    fill: async () => fillUp(filler),
    empty: async () => rmSync(filler, { force: true }),
    remove: async () => {
      await run('umount', [folder]);
    },
  };
}

/** @param {string} file */
function fillUp(file) {
  const descriptor = openSync(file, 'w');
  try {
    for (;;) writeSync(descriptor, Buffer.alloc(1024));
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(descriptor);
  }
}

// The processes of this machine.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** @param {() => string} read */
function readOrEmpty(read) {
  try {
    return read();
  } catch {
    // It has ended in the meantime.
    return '';
  }
}

/**
 * The living ones whose working folder has a text in its path: tasks are in their sandboxes.
 * @param {string} text
 */
export function processesIn(text) {
  return readdirSync('/proc')
    .filter(
      (name) => /^\d+$/.test(name) && readOrEmpty(() => readlinkSync(`/proc/${name}/cwd`)).includes(text),
    )
    .map(
      (name) =>
        `${name} ${readOrEmpty(() => readFileSync(`/proc/${name}/cmdline`, 'utf8')).replaceAll('\0', ' ')}`,
    );
}

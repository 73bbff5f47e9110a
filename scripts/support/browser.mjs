// The browser that the web pages are tested in: found, or installed where that can be done without asking.

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './run.mjs';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** What a person does to have the tests of the web pages run. */
export const INSTALL_CHROMIUM = 'Debian, Ubuntu: sudo apt-get install chromium; or set CHROMIUM_PATH';

/**
 * Where a Chromium is, by CHROMIUM_PATH or on the PATH.
 * @param {NodeJS.ProcessEnv} environment
 * @returns {string | undefined}
 */
export function findChromium({ CHROMIUM_PATH: told = '', PATH = '' }) {
  const folders = PATH.split(delimiter).filter((folder) => folder !== '');
  const candidates = folders.flatMap((folder) => PROGRAMS.map((name) => join(folder, name)));
  return (told === '' ? candidates : [told]).find((path) => existsSync(path));
}

/** Whether Debian's package can be installed here without a password. */
export async function canInstallChromium() {
  if (process.getuid?.() !== 0) return false;
  const { status } = await run('sh', ['-c', 'command -v apt-get']);
  return status === 0;
}

/** Installs Debian's Chromium; false where that does not work, which leaves only the browser's tests out. */
export async function installChromium() {
  const { status } = await run('sh', [
    '-c',
    'apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium',
  ]);
  return status === 0;
}

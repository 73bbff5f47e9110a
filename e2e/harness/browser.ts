import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { onTestFinished } from 'vitest';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Chromium, by CHROMIUM_PATH or on the PATH; undefined where there is none. */
export const CHROMIUM: string | undefined = (() => {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const told = process.env.CHROMIUM_PATH ?? '';
  const candidates =
    told === '' ? folders.flatMap((folder) => PROGRAMS.map((name) => join(folder, name))) : [told];
  return candidates.find((program) => {
    try {
      accessSync(program, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
})();

/** Starts a real browser without a window, which closes when the test ends. */
export async function openBrowser(): Promise<Browser> {
  const asRoot = process.getuid?.() === 0;
  const browser = await chromium.launch({
    ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }),
    args: [
      ...(asRoot ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  onTestFinished(() => browser.close());
  return browser;
}

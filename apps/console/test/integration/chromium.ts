import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Where Chromium is: as `CHROMIUM_PATH` says, or on the PATH. Says what to do where it is not. */
export function findChromium(environment: NodeJS.ProcessEnv = process.env): string {
  const told = environment.CHROMIUM_PATH;
  const folders = (environment.PATH ?? '').split(delimiter).filter(Boolean);
  const candidates = told ? [told] : folders.flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const found = candidates.find(isExecutable);
  if (found) return found;
  throw new Error(
    told
      ? `CHROMIUM_PATH is ${told}, and no program is there`
      : 'No Chromium was found, and the console is tested in a real browser. Install it (Debian: apt-get install chromium) or set CHROMIUM_PATH to where it is.',
  );
}

/** Starts Chromium without a window, with nothing that talks to the network of its own accord. */
export function launchChromium(): Promise<Browser> {
  const asRoot = process.getuid?.() === 0;
  return chromium.launch({
    executablePath: findChromium(),
    args: [
      ...(asRoot ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

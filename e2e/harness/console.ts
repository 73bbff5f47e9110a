import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';
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

/** What a table of the console shows, a text for each row, once it shows as many rows as wanted. */
export type TableReader = (view: string, caption: string, rows: number) => Promise<string[]>;

/** Opens the console in a real browser, which closes when the test ends. */
export async function openConsole(url: string): Promise<TableReader> {
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
  const page = await browser.newPage();
  return async (view, caption, rows) => {
    await page.goto(`${url}/#/${view}`);
    const table = page.getByRole('table', { name: caption });
    const bodyRows = table.locator('tbody tr');
    await bodyRows.nth(rows - 1).waitFor({ timeout: 15_000 });
    return await bodyRows.allInnerTexts();
  };
}

import { openBrowser } from './browser.ts';

/** What a table of the console shows, a text for each row, once it shows as many rows as wanted. */
export type TableReader = (view: string, caption: string, rows: number) => Promise<string[]>;

/** Opens the console in a real browser, which closes when the test ends. */
export async function openConsole(url: string): Promise<TableReader> {
  const browser = await openBrowser();
  const page = await browser.newPage();
  return async (view, caption, rows) => {
    await page.goto(`${url}/#/${view}`);
    const table = page.getByRole('table', { name: caption });
    const bodyRows = table.locator('tbody tr');
    await bodyRows.nth(rows - 1).waitFor({ timeout: 15_000 });
    return await bodyRows.allInnerTexts();
  };
}

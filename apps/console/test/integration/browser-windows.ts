import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { build } from 'vite';
import { launchChromium } from './chromium.ts';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const ARTIFACTS = fileURLToPath(new URL('../../../../artifacts/console/', import.meta.url));

/** The windows that the page is looked at in. */
export const WINDOWS = {
  desktop: { viewport: { width: 1440, height: 900 } },
  laptop: { viewport: { width: 1024, height: 700 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
  'small phone': { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true },
} as const satisfies Record<string, BrowserContextOptions>;

/** A page in a window of its own that remembers all that went wrong in it. */
export interface WatchedPage {
  readonly page: Page;
  /** Errors in the console, exceptions, refused styles and scripts, and requests to other servers. */
  readonly problems: string[];
}

/** A page that was built from its source as it is, in a folder of its own. */
export async function buildPage(name: string): Promise<{ root: string; remove: () => Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'console-page-'));
  await build({
    root: join(PACKAGE, 'src', name),
    configFile: join(PACKAGE, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: root },
  });
  return { root, remove: () => rm(root, { recursive: true }) };
}

/** A real browser whose windows are watched. */
export class BrowserWindows {
  readonly #browser: Browser;

  static async launch(): Promise<BrowserWindows> {
    return new BrowserWindows(await launchChromium());
  }

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  /** Opens a window at an address of a server; whatever goes wrong from then on is collected. */
  async open(serverUrl: string, route: string, options: BrowserContextOptions): Promise<WatchedPage> {
    const context = await this.#browser.newContext({ locale: 'en-GB', ...options });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) problems.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => problems.push(`exception: ${error.message}`));
    page.on('request', (request) => {
      if (!request.url().startsWith(serverUrl)) problems.push(`asked ${request.url()}`);
    });
    await page.goto(`${serverUrl}${route}`);
    return { page, problems };
  }

  /** Closes every window that has been opened. */
  async closeWindows(): Promise<void> {
    await Promise.all(this.#browser.contexts().map((context) => context.close()));
  }

  async close(): Promise<void> {
    await this.#browser.close();
  }
}

/**
 * Keeps a picture of the page for people to look at: all of it, or what is in the window where a log is part of it
 * (for a picture of all, the window is made larger for a moment, and the log with it).
 */
export async function takePicture(page: Page, name: string): Promise<void> {
  const log = page.locator('.log');
  const hasLog = (await log.count()) > 0;
  if (hasLog) await log.scrollIntoViewIfNeeded();
  await page.screenshot({ path: join(ARTIFACTS, `${name}.png`), fullPage: !hasLog, animations: 'disabled' });
}

/** What a reader sees of a part of the page. */
export async function visibleText(part: Locator): Promise<string> {
  return (await part.allInnerTexts()).join('\n');
}

/** By how many pixels the page is wider than its window. */
export function sidewaysOverflow(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { takePicture, visibleText, WINDOWS } from './browser-windows.ts';
import { busyCluster } from './busy-cluster.ts';
import { ConsoleUnderTest } from './console-page.ts';

let made = busyCluster();
let console: ConsoleUnderTest;
let sandbox = '';
let route = '';

beforeAll(async () => {
  console = await ConsoleUnderTest.start(made.cluster);
}, 60_000);
beforeEach(() => {
  made = busyCluster();
  console.cluster = made.cluster;
  sandbox = made.cluster.sandboxOf(made.pi, 'b7d3-0');
  const [agent] = made.cluster.state().slaves as { id: string }[];
  route = `#/sandbox/${agent?.id}/${made.pi}/b7d3-0`;
});
afterEach(() => console.closeWindows());
afterAll(() => console?.close());

const PANE = 'document.querySelector(".log-text")';
const FROM_END = `${PANE}.scrollHeight - ${PANE}.scrollTop - ${PANE}.clientHeight`;

describe('the sandbox', () => {
  it('lists its files and opens the log that has something in it', async () => {
    const { page, problems } = await console.open(route);
    const files = page.getByRole('region', { name: 'Files' });
    await files.getByText('80.4 KiB').waitFor();
    expect(await files.locator('tbody td.heading').allInnerTexts()).toEqual([
      'stdout',
      'stderr',
      'spark-3a1f/',
      'app.jar',
    ]);
    await page.getByRole('region', { name: 'Contents of stderr' }).first().waitFor();
    expect(problems).toEqual([]);
  });

  it('follows a log as it grows, also where a character is cut in two', async () => {
    const { page, problems } = await console.open(route);
    await page.getByText('Finished task 299.0').waitFor();
    expect(await page.evaluate(FROM_END)).toBeLessThan(2);
    const bytes = Buffer.from('now comes a € sign\n');
    made.cluster.appendFile(`${sandbox}/stderr`, bytes.subarray(0, 13));
    await page.locator('pre', { hasText: 'now comes a' }).waitFor();
    expect(await visibleText(page.locator('pre'))).not.toContain('\ufffd');
    made.cluster.appendFile(`${sandbox}/stderr`, bytes.subarray(13));
    await page.locator('pre', { hasText: 'now comes a € sign' }).waitFor();
    expect(await page.evaluate(FROM_END)).toBeLessThan(2);
    expect(problems).toEqual([]);
  });

  it('goes on following when the window changes its size', async () => {
    const { page } = await console.open(route);
    await page.getByText('Finished task 299.0').waitFor();
    for (const height of [1400, 600, 900]) {
      await page.setViewportSize({ width: 1440, height });
      await expect.poll(() => page.evaluate(FROM_END)).toBeLessThan(2);
    }
    expect(await page.getByRole('button', { name: 'follow' }).getAttribute('aria-pressed')).toBe('true');
  });

  it('stands still while the reader looks at an earlier place, and follows again at a press', async () => {
    const { page } = await console.open(route);
    await page.getByText('Finished task 299.0').waitFor();
    await page.evaluate(`${PANE}.scrollTop = 400`);
    const follow = page.getByRole('button', { name: 'follow' });
    await expect.poll(() => follow.getAttribute('aria-pressed')).toBe('false');
    made.cluster.appendFile(`${sandbox}/stderr`, 'a new line\n'.repeat(50));
    await page.locator('pre', { hasText: 'a new line' }).waitFor();
    expect(await page.evaluate(`${PANE}.scrollTop`)).toBe(400);
    await follow.click();
    await expect.poll(() => page.evaluate(FROM_END)).toBeLessThan(2);
  });

  it('enters a long log at its end and shows earlier parts without moving what is read', async () => {
    const lines = Array.from({ length: 20_000 }, (_, index) => `line ${String(index).padStart(6, '0')}`);
    made.cluster.writeFile(`${sandbox}/stdout`, `${lines.join('\n')}\n`);
    const { page } = await console.open(`${route}?file=stdout`);
    await page.locator('pre', { hasText: 'line 019999' }).waitFor();
    expect(await visibleText(page.locator('pre'))).not.toContain('line 009000');
    await page.evaluate(`${PANE}.scrollTop = 0`);
    const first = await visibleText(page.locator('pre'));
    await expect
      .poll(() => page.getByRole('button', { name: 'follow' }).getAttribute('aria-pressed'))
      .toBe('false');
    await page.getByRole('button', { name: 'show earlier' }).click();
    await page.locator('pre', { hasText: 'line 009000' }).waitFor();
    expect((await visibleText(page.locator('pre'))).endsWith(first)).toBe(true);
    expect(await page.evaluate(`${PANE}.scrollTop`)).toBeGreaterThan(10_000);
  });

  it('begins anew with a log that was written anew', async () => {
    const { page } = await console.open(route);
    await page.getByText('Finished task 299.0').waitFor();
    made.cluster.writeFile(`${sandbox}/stderr`, 'rotated\n');
    await page.getByText('began anew').waitFor();
    expect(await visibleText(page.locator('pre'))).toBe('rotated\n');
  });

  it('waits for a file that is not there yet', async () => {
    const { page } = await console.open(`${route}?file=gc.log`);
    await page.getByText('There is no such file, or not yet.').waitFor();
    made.cluster.writeFile(`${sandbox}/gc.log`, 'pause 3 ms\n');
    await page.locator('pre', { hasText: 'pause 3 ms' }).waitFor();
  });

  it('goes into directories and back, and says of a file that it is no text', async () => {
    const { page } = await console.open(route);
    await page.getByRole('link', { name: 'spark-3a1f/' }).click();
    await page.getByRole('link', { name: 'blockmgr-0c/' }).click();
    await page.getByRole('link', { name: '00/' }).click();
    await page.getByRole('link', { name: 'shuffle_0_0_0.data' }).click();
    await page.getByText('This is no text. It can be downloaded.').waitFor();
    const steps = page.getByRole('navigation', { name: 'Directory' });
    expect(await steps.getByRole('link').allInnerTexts()).toEqual([
      'sandbox',
      'spark-3a1f',
      'blockmgr-0c',
      '00',
    ]);
    await steps.getByRole('link', { name: 'sandbox' }).click();
    await page.getByRole('link', { name: 'app.jar' }).waitFor();
  });

  it('gives a file for download as it is', async () => {
    const { page } = await console.open(route);
    await page.getByText('Finished task 299.0').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'download' }).click(),
    ]);
    const saved = await readFile(await download.path());
    expect(saved.equals(made.cluster.file(`${sandbox}/stderr`) ?? Buffer.alloc(0))).toBe(true);
  });

  it('breaks long lines on a phone and scrolls within the log where they are not broken', async () => {
    made.cluster.appendFile(`${sandbox}/stderr`, `${'w'.repeat(500)}\n`);
    const { page } = await console.open(route, WINDOWS.phone);
    await page.locator('pre', { hasText: 'wwwww' }).waitFor();
    const sideways = `${PANE}.scrollWidth - ${PANE}.clientWidth`;
    expect(await page.evaluate(sideways)).toBe(0);
    await page.getByRole('button', { name: 'wrap lines' }).click();
    await expect.poll(() => page.evaluate(sideways)).toBeGreaterThan(0);
    await takePicture(page, 'long-lines-phone');
  });

  it('of a task that has ended is still there, and one that never was is explained', async () => {
    const { page } = await console.open('#/tasks?phase=finished');
    await page.getByRole('link', { name: 'Sandbox of task Word count 1' }).click();
    await page.getByText('Nothing has been written to it yet.').waitFor();
    await page.goto(`${console.master.url}${route}-never`);
    await page.getByText('The agent has no sandbox for this.').waitFor();
    await page.goto(`${console.master.url}#/sandbox/gone/${made.pi}/b7d3-0`);
    await page.getByText('The agent does not tell its sandboxes').waitFor();
  });
});

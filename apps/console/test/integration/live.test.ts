import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sidewaysOverflow, takePicture, visibleText, WINDOWS } from './browser-windows.ts';
import { busyCluster } from './busy-cluster.ts';
import { ConsoleUnderTest } from './console-page.ts';

let made = busyCluster();
let console: ConsoleUnderTest;

beforeAll(async () => {
  console = await ConsoleUnderTest.start(made.cluster);
}, 60_000);
beforeEach(() => {
  made = busyCluster();
  console.cluster = made.cluster;
});
afterEach(() => console.closeWindows());
afterAll(() => console?.close());

describe('without reloading, the page', () => {
  it('shows tasks that start and end, and a framework that ends', async () => {
    const { page, problems } = await console.open('#/');
    await page.evaluate('window.mark = "same page"');
    const { cluster, pi } = made;
    const place = { agent: 2, cpus: 1, memMiB: 1408, startedMs: Date.now() };
    cluster.addTask(pi, { id: 'b7d3-2', name: 'Spark Pi 2', ...place });
    const active = page.getByRole('region', { name: 'Active tasks' });
    await active.getByRole('link', { name: 'Spark Pi 2', exact: true }).waitFor();
    for (const id of ['b7d3-0', 'b7d3-1', 'b7d3-2']) cluster.endTask(pi, id, 'TASK_FINISHED', Date.now());
    const completed = page.getByRole('region', { name: 'Completed tasks' });
    await completed.getByRole('link', { name: 'Spark Pi 2', exact: true }).waitFor();
    cluster.endFramework(pi, Date.now());
    await page.getByRole('link', { name: 'Frameworks: 2' }).click();
    const ended = page.getByRole('region', { name: 'Completed', exact: true });
    await ended.getByRole('link', { name: /^Spark Pi/ }).waitFor();
    expect(await page.evaluate('window.mark')).toBe('same page');
    expect(problems).toEqual([]);
  });

  it('keeps the scroll position and the focus while rows come and go', async () => {
    const { cluster, etl } = made;
    const place = { agent: 1, cpus: 0.1, memMiB: 64, startedMs: Date.now() };
    for (let index = 0; index < 60; index += 1) {
      cluster.addTask(etl, { id: `more-${index}`, name: `More work ${index}`, ...place });
    }
    const { page } = await console.open('#/tasks', WINDOWS.laptop);
    const link = page.getByRole('link', { name: 'More work 20', exact: true });
    await link.focus();
    const before = await page.evaluate('scrollY');
    cluster.addTask(etl, { id: 'last', name: 'Latest work', ...place, startedMs: Date.now() - 3_600_000 });
    cluster.endTask(etl, 'more-1', 'TASK_FINISHED', Date.now());
    await page.getByRole('link', { name: 'Latest work', exact: true }).waitFor();
    expect(before).toBeGreaterThan(0);
    expect(await page.evaluate('scrollY')).toBe(before);
    expect(await page.evaluate('document.activeElement.textContent')).toBe('More work 20');
  });

  it('shows a long list in parts', async () => {
    const { cluster, etl } = made;
    const place = { agent: 1, cpus: 0.01, memMiB: 32, startedMs: Date.now() };
    for (let index = 0; index < 150; index += 1) {
      cluster.addTask(etl, { id: `many-${index}`, name: `Many ${index}`, ...place });
    }
    const { page } = await console.open('#/tasks');
    const active = page.getByRole('region', { name: 'Active' });
    await active.getByText('100 of 155 are shown').waitFor();
    await active.getByRole('button', { name: 'Show more' }).click();
    await expect.poll(() => active.locator('tbody tr').count()).toBe(155);
  });

  it('lets running times go on between two answers', async () => {
    const { page } = await console.open(`#/tasks/${made.pi}/b7d3-0`);
    const time = page.locator('.facts div', { hasText: 'Running for' }).locator('dd');
    const first = await visibleText(time);
    await expect.poll(() => visibleText(time), { timeout: 10_000 }).not.toBe(first);
  });

  it('draws how executors grow and shrink, and counts time by the master’s clock', async () => {
    const { cluster, shell } = made;
    const { page, problems } = await console.open('#/', WINDOWS.desktop);
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 60_000);
    const workers = [0, 1, 2, 4, 6, 7, 7, 7, 5, 2, 1, 1];
    let running = 0;
    for (const [step, wanted] of workers.entries()) {
      for (; running < wanted; running += 1) {
        const place = { agent: running % 2, cpus: 1, memMiB: 1408, startedMs: Date.now() };
        cluster.addTask(shell, { id: `e-${step}-${running}`, name: `Spark shell ${running}`, ...place });
      }
      const names = (cluster.state().frameworks as { id: string; tasks: { id: string }[] }[])
        .filter((framework) => framework.id === shell)
        .flatMap((framework) => framework.tasks.map((task) => task.id));
      for (const id of names.slice(wanted)) cluster.endTask(shell, id, 'TASK_KILLED', Date.now());
      running = wanted;
      await page.clock.runFor(20_000);
      const shown = page.getByRole('img', { name: new RegExp(`^Tasks: ${4 + wanted} running`) });
      await expect.poll(() => shown.count()).toBe(1);
    }
    await takePicture(page, 'growth-desktop');
    const path = await page.locator('.gauge .chart-used').first().getAttribute('d');
    const heights = [...(path ?? '').matchAll(/V([\d.]+)/g)].map((match) => Number(match[1]));
    expect(Math.min(...heights)).toBeLessThan(heights[0] ?? 0);
    expect(Math.min(...heights)).toBeLessThan(heights.at(-2) ?? 0);
    // The page's clock is minutes ahead by now; the task's times are not.
    await page.getByRole('link', { name: 'Spark shell 0', exact: true }).first().click();
    expect(await visibleText(page.locator('.facts'))).toMatch(/\b\d+(\.\d)? s\b/);
    expect(problems).toEqual([]);
  });
});

describe('when the master does not answer, the page', () => {
  it('says so and since when, keeps what it has, and is live again by itself', async () => {
    const { page } = await console.open('#/', WINDOWS.phone);
    console.master.refusal = 503;
    const note = page.getByRole('alert');
    await note.getByText('state was answered with 503: No leader elected').waitFor();
    await page.getByRole('status').getByText('not connected').waitFor();
    await takePicture(page, 'not-connected-phone');
    expect(await sidewaysOverflow(page)).toBe(0);
    expect(await page.getByRole('link', { name: 'Nightly ETL 3', exact: true }).count()).toBe(1);
    console.master.refusal = undefined;
    await page.getByRole('status').getByText('live').waitFor();
    await expect.poll(() => note.count()).toBe(0);
  });

  it('says which part is not to be had, and shows it again when it is', async () => {
    const { page } = await console.open('#/roles');
    console.master.refusal = 500;
    await page.getByText('The roles are not to be had').waitFor();
    expect(await visibleText(page.getByRole('heading', { level: 1 }))).toBe('Roles');
    console.master.refusal = undefined;
    await page.getByRole('status').getByText('live').waitFor();
  });
});

describe('a page in the background', () => {
  it('asks nothing, and asks at once when it comes to the front', async () => {
    const { page } = await console.open('#/');
    const setVisible = (state: string) =>
      page.evaluate(
        `Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => '${state}' });
         document.dispatchEvent(new Event('visibilitychange'))`,
      );
    await page.clock.install();
    await setVisible('hidden');
    console.master.requests.length = 0;
    await page.clock.runFor(30_000);
    expect(console.master.requests).toEqual([]);
    await setVisible('visible');
    await expect.poll(() => console.master.requests).toContain('/state');
  });
});

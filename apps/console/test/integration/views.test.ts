import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sidewaysOverflow, takePicture, visibleText, WINDOWS } from './browser-windows.ts';
import { busyCluster } from './busy-cluster.ts';
import { ConsoleUnderTest } from './console-page.ts';

const { cluster, etl, pi } = busyCluster();
const agentId = String((cluster.state().slaves as { id: string }[])[0]?.id);
let console: ConsoleUnderTest;

beforeAll(async () => {
  console = await ConsoleUnderTest.start(cluster);
}, 60_000);
afterEach(() => console.closeWindows());
afterAll(() => console?.close());

/** Every view with a text that shows that it has arrived. */
const VIEWS: Readonly<Record<string, readonly [route: string, text: string]>> = {
  overview: ['#/', 'Nightly ETL 3'],
  frameworks: ['#/frameworks', 'Import of orders'],
  framework: [`#/frameworks/${etl}`, 'Failover timeout'],
  agents: ['#/agents', 'worker-3.rack-b:5053'],
  agent: [`#/agents/${agentId}`, '[31000-32000]'],
  tasks: ['#/tasks', 'Command exited with status 1'],
  task: [`#/tasks/${pi}/b7d3-0`, '+ 0.4 s'],
  roles: ['#/roles', 'production'],
  sandbox: [`#/sandbox/${agentId}/${pi}/b7d3-0`, 'Finished task 299.0'],
  'unknown framework': ['#/frameworks/nobody', 'No such framework'],
  'unknown page': ['#/nowhere', 'There is no such page'],
};

describe('every view', () => {
  it.each(Object.entries(WINDOWS))(
    'fits a %s',
    async (window, options) => {
      const { page, problems } = await console.open('#/', options);
      for (const [view, [route, text]] of Object.entries(VIEWS)) {
        await page.goto(`${console.master.url}${route}`);
        await page.locator('main').getByText(text).first().waitFor();
        await takePicture(page, `${view}-${window}`.replaceAll(' ', '-'));
        expect(await sidewaysOverflow(page), view).toBe(0);
      }
      expect(problems).toEqual([]);
    },
    60_000,
  );

  it.each(['desktop', 'phone'] as const)(
    'is light on dark on a %s of a reader who likes that',
    async (window) => {
      const { page, problems } = await console.open('#/', { ...WINDOWS[window], colorScheme: 'dark' });
      for (const view of ['overview', 'tasks', 'sandbox']) {
        const [route, text] = VIEWS[view] ?? ['', ''];
        await page.goto(`${console.master.url}${route}`);
        await page.locator('main').getByText(text).first().waitFor();
        await takePicture(page, `${view}-${window}-dark`);
      }
      const background = await page.evaluate('getComputedStyle(document.documentElement).backgroundColor');
      expect(background).toBe('rgb(14, 19, 18)');
      expect(problems).toEqual([]);
    },
    60_000,
  );
});

describe('the views', () => {
  it('show what is used, offered and free of the cluster and of each agent', async () => {
    const { page } = await console.open('#/');
    const gauges = page.getByRole('region', { name: 'The cluster now' });
    await gauges.getByText('8 used').waitFor();
    expect(await visibleText(gauges)).toContain('5 offered');
    expect(await visibleText(gauges)).toContain('7 free');
    const worker = page.getByRole('row', { name: /worker-1/ }).first();
    await worker.getByRole('img', { name: 'CPUs: 5 used, 3 offered, 0 free of 8' }).waitFor();
    expect(await visibleText(worker)).toMatch(/zone\s*north/);
  });

  it('tell active frameworks from completed ones', async () => {
    const { page } = await console.open('#/frameworks');
    const names = (panel: string) =>
      page.getByRole('region', { name: panel }).locator('tbody td.heading a').allInnerTexts();
    expect(await names('Active')).toEqual(['Spark shell 0004', 'Spark Pi 0003', 'Nightly ETL 0002']);
    expect(await names('Completed')).toEqual(['Import of orders 0001', 'Word count 0000']);
  });

  it('show the allocation of each role with its weight, limit and frameworks', async () => {
    const { page } = await console.open('#/roles');
    const dev = page.getByRole('row', { name: /^dev/ });
    await dev.waitFor();
    expect((await visibleText(dev)).replace(/\s+/g, ' ')).toContain('dev 1 10 % 2 / 20');
    expect(await visibleText(dev)).toContain('8 CPUs');
    expect(await visibleText(dev)).toContain('Spark shell');
  });

  it('lead from a task to its framework, agent and sandbox, and back', async () => {
    const { page } = await console.open('#/tasks');
    await page.getByRole('link', { name: 'Spark Pi 0', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Spark Pi 0' }).waitFor();
    await page.getByRole('link', { name: 'Open its sandbox' }).click();
    await page.getByRole('heading', { level: 1, name: 'Sandbox of Spark Pi 0' }).waitFor();
    await page.getByRole('link', { name: /^worker-1/ }).click();
    await page.getByRole('heading', { level: 1, name: 'worker-1.rack-a:5051' }).waitFor();
    await page.goBack();
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Spark Pi 0', exact: true }).waitFor();
  });

  it('say of a task why it ended, in the words of its update', async () => {
    const { page, problems } = await console.open('#/tasks?phase=failed');
    await page.getByRole('link', { name: 'Import of orders 0', exact: true }).click();
    await page.getByText('Command exited with status 1').waitFor();
    expect(problems).toEqual([]);
  });

  it('sort by a press on a heading, the other way by the next, and as before by the third', async () => {
    const { page } = await console.open('#/agents');
    const hosts = () => page.locator('tbody td.heading a').allInnerTexts();
    const before = await hosts();
    const heading = page.getByRole('button', { name: 'Agent', exact: true });
    await heading.click();
    expect(await hosts()).toEqual([...before].sort());
    await heading.click();
    expect(await hosts()).toEqual([...before].sort().reverse());
    expect(await visibleText(page.locator('th[aria-sort=descending]'))).toContain('Agent');
    await heading.click();
    expect(await hosts()).toEqual(before);
  });

  it('narrow the tasks by text and state, and keep that in the address', async () => {
    const { page } = await console.open('#/');
    await page.getByRole('link', { name: '1 failed' }).click();
    await expect.poll(() => page.locator('tbody tr').count()).toBe(1);
    expect(await visibleText(page.locator('tbody tr'))).toContain('Import of orders 0');
    await page.getByRole('button', { name: 'failed 1' }).click();
    await page.getByRole('searchbox').fill('pi dev');
    await expect.poll(() => page.locator('tbody tr').count()).toBe(2);
    await page.reload();
    await page.getByRole('status').getByText('live').waitFor();
    expect(await page.getByRole('searchbox').inputValue()).toBe('pi dev');
    expect(await page.locator('tbody tr').count()).toBe(2);
  });

  it('can be used by the keyboard alone', async () => {
    const { page } = await console.open('#/tasks');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await page.keyboard.press('/');
    await page.keyboard.type('word');
    await expect.poll(() => page.locator('tbody tr').count()).toBe(2);
    await page.getByRole('link', { name: 'Word count 1', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Word count 1' }).waitFor();
    await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('H1');
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sidewaysOverflow, takePicture, WINDOWS } from './browser-windows.ts';
import { ConsoleUnderTest } from './console-page.ts';
import { RecordedCluster } from './recorded-cluster.ts';

const MARKUP = '<img src=x onerror="window.broken=1"><script>window.broken=1</script>';
const LONG = 'x'.repeat(5_000);
const REVERSED = '\u202egnirts desrever';
const ID = '../%2e%2e/a b?c#d&<i>';

let console: ConsoleUnderTest;
let frameworkId = '';

beforeAll(async () => {
  const cluster = new RecordedCluster();
  cluster.addAgent(MARKUP, 4, 4096, { [MARKUP]: LONG, __proto__x: REVERSED });
  frameworkId = cluster.addFramework(MARKUP, LONG, Date.now() - 5000, {
    webui_url: 'javascript:window.broken=1',
    user: MARKUP,
    principal: LONG,
  });
  const place = { agent: 0, cpus: 1, memMiB: 64, startedMs: Date.now() };
  cluster.addTask(frameworkId, {
    id: ID,
    name: `${MARKUP}${REVERSED}`,
    ...place,
    labels: { [MARKUP]: LONG },
  });
  cluster.addTask(frameworkId, { id: 'f', name: LONG, ...place });
  cluster.endTask(frameworkId, 'f', 'TASK_FAILED', Date.now(), `${MARKUP} ${LONG}`);
  cluster.appendFile(`${cluster.sandboxOf(frameworkId, ID)}/stdout`, `${MARKUP}\u001b[31m${LONG}\n`);
  cluster.writeFile(`${cluster.sandboxOf(frameworkId, ID)}/${MARKUP.replaceAll('/', '')}`, 'content');
  console = await ConsoleUnderTest.start(cluster);
}, 60_000);
afterEach(() => console.closeWindows());
afterAll(() => console?.close());

describe.each(['desktop', 'phone', 'small phone'] as const)('hostile names on a %s', (window) => {
  it('are text wherever they stand, and break no layout', async () => {
    const { page, problems } = await console.open('#/', WINDOWS[window]);
    const routes = ['#/', '#/frameworks', '#/agents', '#/tasks', '#/roles', `#/frameworks/${frameworkId}`];
    for (const route of routes) {
      await page.goto(`${console.master.url}${route}`);
      await page.locator('main tbody').first().waitFor();
      expect(await sidewaysOverflow(page), route).toBe(0);
    }
    await takePicture(page, `hostile-names-${window}`.replaceAll(' ', '-'));
    expect(await page.getByText('<img src=x').count()).toBeGreaterThan(0);
    expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
    expect(await page.evaluate('window.broken')).toBeUndefined();
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(problems).toEqual([]);
  });

  it('lead to the right task and sandbox, whatever an id holds', async () => {
    const { page, problems } = await console.open('#/tasks', WINDOWS[window]);
    await page.getByRole('link', { name: /^Sandbox of task <img/ }).click();
    await page.locator('pre', { hasText: 'window.broken' }).waitFor();
    expect(await sidewaysOverflow(page)).toBe(0);
    await page.getByRole('link', { name: ID, exact: true }).click();
    await page.getByText('1 CPU · 64 MiB memory').waitFor();
    expect(await sidewaysOverflow(page)).toBe(0);
    expect(await page.evaluate('window.broken')).toBeUndefined();
    expect(problems).toEqual([]);
  });
});

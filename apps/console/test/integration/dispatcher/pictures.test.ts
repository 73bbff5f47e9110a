import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sidewaysOverflow, takePicture, WINDOWS } from '../browser-windows.ts';
import { busyDispatcher, idOf } from './busy-dispatcher.ts';
import { DispatcherUnderTest } from './dispatcher-under-test.ts';

let dispatcher: DispatcherUnderTest;

beforeAll(async () => {
  dispatcher = await DispatcherUnderTest.start();
}, 60_000);
afterEach(() => dispatcher.closeWindows());
afterAll(() => dispatcher?.close());

const ROUTES = {
  overview: '#/',
  drivers: '#/drivers?group=finished',
  queued: `#/drivers/${idOf(41)}`,
  running: `#/drivers/${idOf(32)}`,
  retrying: `#/drivers/${idOf(21)}`,
  queues: '#/queues',
};

describe.each([
  ['desktop', 'light'],
  ['desktop', 'dark'],
  ['laptop', 'light'],
  ['phone', 'light'],
  ['phone', 'dark'],
  ['small phone', 'light'],
] as const)('the page of the dispatcher on a %s, %s', (window, colorScheme) => {
  it('fits its window, under the server’s own policy, wherever one goes', async () => {
    const served = await dispatcher.serve(busyDispatcher());
    served.logs.set(`${idOf(32)}/stderr`, sparkLog());
    const { page, problems } = await served.open('#/', { ...WINDOWS[window], colorScheme });
    for (const [name, route] of Object.entries(ROUTES)) {
      await page.goto(`${served.url}${route}`);
      await page.locator('main tbody').first().waitFor();
      await page.locator('main [aria-busy=true]').waitFor({ state: 'detached' });
      if (name === 'queued') await page.getByText('waits because').waitFor();
      if (name === 'running') await page.getByText('Running task 299').waitFor();
      expect(await sidewaysOverflow(page), route).toBe(0);
      await takePicture(page, `dispatcher-${name}-${window}-${colorScheme}`.replaceAll(' ', '-'));
    }
    expect(problems).toEqual([]);
  });
});

function sparkLog(): string {
  return Array.from(
    { length: 300 },
    (_, at) =>
      `26/11/21 12:${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')} INFO Executor: Running task ${at}.0 in stage 4.0 (TID ${1000 + at})\n`,
  ).join('');
}

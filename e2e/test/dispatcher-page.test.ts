import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import { CHROMIUM, openBrowser } from '../harness/browser.ts';
import { eventually, jarOf, newestSpark, ROOT, Scene, startDispatcher } from '../harness/index.ts';

const LIMITS = ['--driver-memory', '512m', '--executor-memory', '512m', '--conf', 'spark.cores.max=1'];
const DESKTOP = { width: 1280, height: 900 };
const SMALL_PHONE = { width: 320, height: 640 };

/** Goes with the tabulator key to what has this text, and presses Enter there. */
async function press(page: Page, text: string): Promise<void> {
  for (let steps = 0; steps < 100; steps += 1) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate('document.activeElement.textContent')) === text) {
      await page.keyboard.press('Enter');
      return;
    }
  }
  throw new Error(`the keyboard does not get to "${text}"`);
}

async function takePicture(page: Page, name: string): Promise<void> {
  const path = join(ROOT, 'artifacts', 'console', `dispatcher-live-${name}.png`);
  await page.screenshot({ path, animations: 'disabled' });
}

test.skipIf(CHROMIUM === undefined)(
  'the page shows drivers as they come, run and end, with their logs, and ends one, by the keyboard alone',
  async () => {
    const spark = newestSpark();
    const scene = await Scene.withCluster();
    onTestFinished(() => scene.close({ warningsExpected: true }));
    const { url, webUrl, drivers } = await startDispatcher(scene, [spark]);
    const submit = async (...program: string[]) => {
      const words = ['submit', '--master', url, '--deploy-mode', 'cluster', ...LIMITS, ...program];
      const { status, stdout } = await scene.startAlone(words).ended;
      expect(status).toBe(0);
      return stdout.trim();
    };
    const page = await (await openBrowser()).newPage({ viewport: DESKTOP });
    const problems: string[] = [];
    page.on('console', (message) => {
      // A log is asked for as soon as there is a task, and may be there a little later.
      const isLog = message.location().url.includes('/log?');
      if (['error', 'warning'].includes(message.type()) && !isLog) problems.push(message.text());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    page.setDefaultTimeout(60_000);
    await page.goto(webUrl);
    await page.getByText('No driver runs.').waitFor();

    const pi = ['--class', 'org.sparkmesos.examples.SparkPi', await jarOf('sparkPi', spark), '2'];
    await submit('--name', 'Estimate of pi', ...pi);
    await page
      .getByRole('table', { name: 'Running drivers' })
      .getByRole('link', { name: 'Estimate of pi', exact: true })
      .waitFor();
    await press(page, 'Estimate of pi');
    await page.getByRole('heading', { name: 'Estimate of pi' }).waitFor();
    await page.getByText('INFO SparkContext: Running Spark version').waitFor();
    await press(page, 'stdout');
    await page.getByText(/^Pi is roughly 3\.1/).waitFor();
    await page.getByText('succeeded').first().waitFor();
    await takePicture(page, 'finished-desktop');
    // Its sandbox, on the page of the embedded Mesos.
    const opened = page.context().waitForEvent('page');
    await press(page, 'sandbox');
    const sandbox = await opened;
    await sandbox.getByRole('region', { name: 'Files' }).getByText('stdout').waitFor();
    await sandbox.close();

    const gate = scene.path('gate');
    const sum = ['--class', 'org.sparkmesos.e2e.GatedSum', await jarOf('gatedSum', spark), '2', gate];
    const id = await submit('--supervise', '--name', 'Held sum', ...sum);
    await page.goto(`${webUrl}#/drivers/${id}`);
    await eventually('an executor runs', () => scene.executors().length === 1);
    // The driver's own page, which only the dispatcher's gateway knows of.
    await page.getByRole('link', { name: /^http:\/\/\S+:\d+\/$/ }).waitFor();
    await page.getByText('GatedSum has what it wants: 1 executor with 1 core').waitFor();
    await takePicture(page, 'running-desktop');
    await page.emulateMedia({ colorScheme: 'dark' });
    await takePicture(page, 'running-desktop-dark');
    await page.setViewportSize(SMALL_PHONE);
    expect(
      await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'),
    ).toBe(0);
    await takePicture(page, 'running-small-phone-dark');
    await press(page, 'Kill …');
    await page.getByRole('dialog', { name: 'Kill Held sum?' }).waitFor();
    await takePicture(page, 'kill-small-phone-dark');
    await press(page, 'Kill it');
    await scene.expectNothingRuns();
    await page.getByText('killed').first().waitFor();
    await page.setViewportSize(DESKTOP);
    await takePicture(page, 'killed-desktop-dark');
    expect(await drivers()).toMatchObject([{ id, finalState: 'KILLED' }, { finalState: 'FINISHED' }]);
    expect(problems).toEqual([]);
  },
);

// The picture of the console in README.md: `node scripts/docs-picture.mjs` makes it anew, of a real run in a real browser.
// Needs a Chromium (CHROMIUM_PATH, or on the PATH) besides what `npm start` needs, which must have run before.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { fetchSparkShown, newestUsableSpark } from './spark.mjs';
import { findChromium, INSTALL_CHROMIUM } from './support/browser.mjs';
import { runScript, StepError, step } from './support/progress.mjs';
import { ROOT } from './support/workspace.mjs';

const PICTURE = 'docs/images/console.png';
const SIZE = { width: 1200, height: 860 };

/** So many tasks of the job are done when the picture is taken: executors work, and curves have begun. */
const DONE_BEFORE = 60;
const TASKS = '2000';

/**
 * Runs pi.py on an embedded Mesos until `look` is through.
 * @param {string} sparkHome
 * @param {(url: string) => Promise<void>} look
 */
async function whileWorking(sparkHome, look) {
  const folder = mkdtempSync(join(tmpdir(), 'docs-picture-'));
  const program = join(sparkHome, 'examples', 'src', 'main', 'python', 'pi.py');
  const words = ['submit', '--progress', '--driver-log', join(folder, 'driver.log')];
  words.push('--master', 'mesos://local[3,cpus=4,mem=4096]', '--executor-cores', '2', program, TASKS);
  const child = spawn(process.execPath, [join(ROOT, 'apps', 'submit', 'dist', 'main.js'), ...words], {
    env: { ...process.env, SPARK_HOME: sparkHome },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'close');
  try {
    let url = '';
    for await (const line of createInterface(child.stderr)) {
      url = /its console is (\S+)/.exec(line)?.[1] ?? url;
      const done = Number(/(\d+) Spark tasks done/.exec(line)?.[1] ?? 0);
      if (done >= DONE_BEFORE) return await look(url);
    }
    throw new StepError(
      `The job ended before it had done ${DONE_BEFORE} tasks; see spark-mesos submit --help.`,
    );
  } finally {
    child.stderr.resume();
    child.kill('SIGINT');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} executablePath @param {string} url */
async function takePicture(executablePath, url) {
  const asRoot = process.getuid?.() === 0;
  const browser = await chromium.launch({ executablePath, args: asRoot ? ['--no-sandbox'] : [] });
  try {
    const page = await browser.newPage({ viewport: SIZE, colorScheme: 'light' });
    await page.goto(url);
    // It asks once a second; a curve needs some answers.
    await delay(12_000);
    await page.screenshot({ path: join(ROOT, PICTURE) });
  } finally {
    await browser.close();
  }
}

await runScript(async () => {
  const executablePath = findChromium(process.env);
  if (executablePath === undefined) throw new StepError(`No Chromium was found. ${INSTALL_CHROMIUM}`);
  const sparkHome = await fetchSparkShown(await newestUsableSpark());
  await step('Taking the picture', () => whileWorking(sparkHome, (url) => takePicture(executablePath, url)));
  console.log(PICTURE);
  return 0;
});

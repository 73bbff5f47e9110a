import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { FakeService } from '@spark-mesos/cluster-dispatcher/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sidewaysOverflow, takePicture, visibleText, WINDOWS } from '../browser-windows.ts';
import { busyDispatcher, idOf } from './busy-dispatcher.ts';
import { DispatcherUnderTest } from './dispatcher-under-test.ts';

let dispatcher: DispatcherUnderTest;

beforeAll(async () => {
  dispatcher = await DispatcherUnderTest.start();
}, 60_000);
afterEach(() => dispatcher.closeWindows());
afterAll(() => dispatcher?.close());

describe('the lists of drivers', () => {
  it('D80, D82: are the four that there always were, with the links to sandbox and history', async () => {
    const { open } = serveBusy();
    const { page, problems } = await open('#/');
    const queued = page.getByRole('table', { name: 'Queued drivers' });
    expect(await visibleText(queued.locator('tbody tr').first())).toMatch(
      /#1\s+Revenue by region\s+driver-20261121120000-0041\s+urgent\s+org.example.reports.RevenueByRegion/,
    );
    const running = page.getByRole('table', { name: 'Running drivers' });
    const sandbox = running.getByRole('link', { name: 'Sandbox of Fraud scores' });
    expect(await sandbox.getAttribute('href')).toBe(
      'http://10.0.0.1:5050/#/agents/e2a7a185-ddc5-429f-be4a-14b7bbba8b5a-S3/frameworks/' +
        `e2a7a185-ddc5-429f-be4a-14b7bbba8b5a-0014/executors/${idOf(32)}/browse`,
    );
    const history = running.getByRole('link', { name: 'History of Fraud scores' });
    expect(await history.getAttribute('href')).toBe(
      `http://history.example:18080/history/f-0001-${idOf(32)}`,
    );
    await page.getByRole('table', { name: 'Waiting to be started again drivers' }).waitFor();
    await page.getByRole('table', { name: 'Finished drivers' }).waitFor();
    await page.getByText('Mesos Framework ID: e2a7a185-ddc5-429f-be4a-14b7bbba8b5a-0014').waitFor();
    await page.getByRole('img', { name: /^Offers of the last minute: [1-9]\d* taken/ }).waitFor();
    expect(problems).toEqual([]);
  });

  it('D85: are searched, narrowed, sorted and paged by the dispatcher, as the address says', async () => {
    const { open } = serveBusy();
    const { page, problems } = await open('#/drivers');
    await page.keyboard.press('/');
    await page.keyboard.type('STOCK levels');
    const rows = page.locator('main tbody tr');
    await expect.poll(() => rows.count()).toBe(32);
    await page.getByRole('button', { name: /^finished/ }).click();
    await page.getByRole('button', { name: 'failed' }).click();
    await expect.poll(() => page.getByText('succeeded', { exact: true }).count()).toBe(1);
    await page.getByRole('columnheader', { name: 'Driver' }).getByRole('button').click();
    expect(page.url()).toContain(
      '#/drivers?group=finished&outcome=FAILED&search=STOCK+levels&sort=name&order=ascending',
    );
    await expect.poll(() => visibleText(rows.first())).toContain('Stock levels 110');
    await page.goto(`${page.url().split('#')[0]}#/drivers?group=finished`);
    await page.getByText('1–50 of 130 drivers').waitFor();
    await page.getByRole('link', { name: 'Last' }).click();
    await page.getByText('101–130 of 130 drivers').waitFor();
    expect(page.url()).toContain('page=3');
    await page.goBack();
    await page.getByText('1–50 of 130 drivers').waitFor();
    expect(problems).toEqual([]);
  });
});

describe('the charts', () => {
  it('draw how queue, drivers and offers went while the page was open, by the dispatcher’s clock', async () => {
    const service = busyDispatcher();
    const served = await dispatcher.serve(service);
    const { page, problems } = await served.open('#/');
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 60_000);
    const [queues, metrics] = [service.queues(), service.metrics()];
    let [offersTotal, offersDeclinedTotal] = [metrics.offersTotal, metrics.offersDeclinedTotal];
    for (const [at, queued] of [3, 9, 24, 60, 48, 31, 40, 22, 9, 4, 3].entries()) {
      const running = Math.min(40, 6 + 5 * at);
      offersTotal += 40 + ((at * 37) % 50);
      offersDeclinedTotal += 15 + ((at * 23) % 30);
      const now = { offersTotal, offersDeclinedTotal };
      service.queues = () => ({ ...queues, queued, running });
      service.metrics = () => ({ ...metrics, ...now });
      const chart = page.getByRole('img', { name: `Queue: ${queued} of 10000 places taken` });
      // The page does not ask again while an answer is on its way, which takes real time, as its clock does not.
      const shown = async () => {
        await page.clock.runFor(25_000);
        return await chart.isVisible();
      };
      await expect.poll(shown, { interval: 200, timeout: 30_000 }).toBe(true);
    }
    await takePicture(page, 'dispatcher-charts-desktop');
    // The page's clock is minutes ahead by now; the driver has waited for about twelve all the same.
    const first = page.getByRole('table', { name: 'Queued drivers' }).locator('tbody tr').first();
    expect(await visibleText(first)).toMatch(/\b1[0-3] m \d\d s/);
    const path = await page.locator('.gauge .chart-offered').nth(1).getAttribute('d');
    expect(new Set([...(path ?? '').matchAll(/V([\d.]+)/g)].map(([, y]) => y)).size).toBeGreaterThan(5);
    expect(problems).toEqual([]);
  });
});

describe('what happens', () => {
  it('is seen without reloading, and what was missed while the connection was cut as well', async () => {
    const service = new FakeService();
    const served = await dispatcher.serve(service);
    const { page } = await served.open('#/drivers');
    const asked: (string | undefined)[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/events')) asked.push(request.headers()['last-event-id']);
    });
    await page.getByText('There are none.').waitFor();
    const tell = (sequence: number, id: string, name: string) => {
      service.add(id, { name });
      const submission = service.summary(id);
      if (submission) service.tell({ kind: 'submission', sequence, atMs: Date.now(), submission });
    };
    tell(1, 'driver-1', 'The first');
    await page.getByRole('link', { name: 'The first' }).waitFor();
    served.cut();
    await page.getByRole('status').getByText('not connected').waitFor();
    tell(2, 'driver-2', 'The second');
    served.mend();
    await page.getByRole('link', { name: 'The second' }).waitFor();
    await page.getByRole('status').getByText('live').waitFor();
    expect(asked.at(-1)).toBe('1');
  });

  it('is no longer followed where another dispatcher leads, and the reader is told how to get there', async () => {
    const served = await dispatcher.serve(busyDispatcher());
    const { page } = await served.open('#/');
    const webUrl = 'http://10.0.0.9:8081';
    served.leader = { webUrl, submissionUrl: 'http://10.0.0.9:7077', masterUrl: 'spark://10.0.0.9:7077' };
    await page.getByRole('alert').getByText('another server leads now; reload the page').waitFor();
    served.leader = undefined;
    await page.getByRole('status').getByText('live').waitFor();
  });

  it('is told before anything else where the dispatcher is not ready', async () => {
    const service = busyDispatcher();
    service.state = { ...service.state, ready: false, subscribed: false, problems: ['no master answers'] };
    const served = await dispatcher.serve(service);
    const { page } = await served.open('#/');
    await page.getByRole('alert').getByText('no master answers').waitFor();
    await takePicture(page, 'dispatcher-not-ready-desktop');
  });
});

describe('the page of a driver', () => {
  it('D83, D85: says why it waits and what was submitted, and shows no secret', async () => {
    const { open } = serveBusy();
    const { page, problems } = await open(`#/drivers/${idOf(41)}`);
    await page.getByText('waits because no offer has 4 cpus; the best was 2 on agent a3').waitFor();
    await page.getByText('offers 2 cpus, 4 are needed').waitFor();
    const text = await visibleText(page.locator('main'));
    expect(text).toContain('org.example.reports.RevenueByRegion');
    expect(text).toMatch(/spark\.mesos\.secret\s+\*+\(redacted\)/);
    for (const secret of ['hunter2', 'correct horse', 'abcdef']) expect(text).not.toContain(secret);
    expect(problems).toEqual([]);
  });

  it('follows its log, and shows that of an earlier attempt', async () => {
    const served = await dispatcher.serve(busyDispatcher());
    const task = `${idOf(32)}/stdout`;
    served.logs.set(task, 'Pi is roughly 3.1\n');
    const { page, problems } = await served.open(`#/drivers/${idOf(32)}?file=stdout`);
    await page.getByText('Pi is roughly 3.1').waitFor();
    served.logs.set(task, 'Pi is roughly 3.1\nPi is roughly 3.14 — über\n');
    await page.getByText('3.14 — über').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'download' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`${idOf(32)}-stdout.log`);
    expect(await readFile(await download.path(), 'utf8')).toBe(served.logs.get(task));
    served.logs.set(`${idOf(21)}/stderr`, 'the very first attempt\n');
    await page.goto(`${served.url}#/drivers/${idOf(21)}`);
    await page.getByRole('link', { name: 'Log of attempt 1' }).click();
    await page.getByText('the very first attempt').waitFor();
    const box = await page.getByRole('region', { name: 'Log of attempt 1' }).boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(WINDOWS.desktop.viewport.height);
    expect(problems).toEqual([]);
  });

  it('says what its application has, and why it has no more', async () => {
    const served = await dispatcher.serve(busyDispatcher());
    const { page, problems } = await served.open(`#/drivers/${idOf(32)}`);
    const sentence = 'waits because no offer has 8.8 GiB of memory';
    const application = { id: `f-0001-${idOf(32)}`, name: 'Fraud', sentence, executors: 1, cores: 2 };
    served.applications.push(application);
    await page.getByText(`Fraud ${sentence}`).waitFor();
    await page.getByText('1 executor · 2 cores').waitFor();
    served.applications.length = 0;
    await page.getByText(`Fraud ${sentence}`).waitFor({ state: 'detached' });
    expect(problems).toEqual([]);
  });

  it('is found at the address that it had in Spark’s own dispatcher (D83)', async () => {
    const served = await dispatcher.serve(busyDispatcher());
    const { page, problems } = await served.open(`driver/?id=${idOf(32)}`);
    await page.getByRole('heading', { name: 'Fraud scores' }).waitFor();
    expect(page.url()).toBe(`${served.url}#/drivers/${idOf(32)}`);
    expect(problems).toEqual([]);
  });

  it('says so where there is no such driver', async () => {
    const { open } = serveBusy();
    const { page } = await open('#/drivers/driver-0');
    await page.getByRole('heading', { name: 'No such driver' }).waitFor();
  });
});

describe('a driver', () => {
  it('D85: is killed with the keyboard alone, after a confirmation, with time to end', async () => {
    const served = await dispatcher.serve(busyDispatcher());
    const { page, problems } = await served.open(`#/drivers/${idOf(32)}`);
    await page.getByRole('button', { name: 'Kill …' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Kill Fraud scores?' });
    await dialog.waitFor();
    await takePicture(page, 'dispatcher-kill-desktop');
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    expect(served.service.kills).toEqual([]);
    await page.keyboard.press('Enter');
    await dialog.getByRole('combobox').focus();
    await page.keyboard.type('30');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Cancel');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('dialog').waitFor({ state: 'detached' });
    expect(served.service.kills).toEqual([{ id: idOf(32), graceMs: 30_000 }]);
    expect(problems).toEqual([]);
  });

  it('D85: is submitted again once, however often it is asked for, and the new one is shown', async () => {
    const served = await dispatcher.serve(busyDispatcher());
    const { page } = await served.open(`#/drivers/${idOf(32)}`, WINDOWS.phone);
    await page.getByRole('button', { name: 'Submit again …' }).click();
    const dialog = page.getByRole('dialog');
    served.service.refusal = { ok: false, code: 'DISPATCHER_QUEUE_FULL', message: 'the queue is full' };
    await dialog.getByRole('button', { name: 'Submit again' }).click();
    await dialog.getByText('the queue is full').waitFor();
    await takePicture(page, 'dispatcher-resubmit-phone');
    served.service.refusal = undefined;
    await dialog.getByRole('button', { name: 'Submit again' }).dblclick();
    await page.waitForURL(/#\/drivers\/driver-20261121120000-0001$/);
    expect(served.service.submitted).toHaveLength(1);
    expect(served.service.submitted[0]?.options.resubmissionOf).toBe(idOf(32));
    await page.getByText('driver-20261121120000-0032').waitFor();
  });
});

describe('all drivers', () => {
  it('are ended, and those that have ended forgotten, after a confirmation', async () => {
    const served = await dispatcher.serve(busyDispatcher());
    const { page, problems } = await served.open('#/drivers');
    await page.getByRole('button', { name: 'Kill all …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Whoever submitted them').waitFor();
    await takePicture(page, 'dispatcher-kill-all-desktop');
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    expect(served.service.kills).toEqual([]);
    await page.getByRole('button', { name: 'Kill all …' }).click();
    await dialog.getByRole('button', { name: 'Kill all' }).click();
    await page.locator('dialog').waitFor({ state: 'detached' });
    expect(served.service.kills).toHaveLength(11);
    await page.getByRole('button', { name: 'Forget finished …' }).click();
    await dialog.getByRole('heading', { name: 'Forget 130 finished drivers?' }).waitFor();
    await dialog.getByRole('button', { name: 'Forget them' }).click();
    await page.locator('dialog').waitFor({ state: 'detached' });
    expect(served.service.cleared).toEqual([undefined]);
    expect(problems).toEqual([]);
  });
});

describe('who must show a token', () => {
  const access = {
    tokens: [
      { name: 'ada', role: 'viewer', sha256: sha256('let-ada-in') },
      { name: 'operations', role: 'admin', sha256: sha256('let-operations-in') },
    ],
    certificates: [],
  } as const;

  it('is asked for it, is told when it is wrong, and it is nowhere but in memory', async () => {
    const served = await dispatcher.serve(busyDispatcher(), access);
    const { page } = await served.openAtOnce(`#/drivers/${idOf(32)}`);
    const field = page.getByLabel('Access token');
    await field.waitFor();
    await takePicture(page, 'dispatcher-token-desktop');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await field.fill('wrong');
    await page.keyboard.press('Enter');
    await expect.poll(() => asked.length).toBeGreaterThan(0);
    await page.getByText('The dispatcher did not take that token').waitFor();
    await field.fill('let-ada-in');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Fraud scores' }).waitFor();
    await page.getByText('you are ada (viewer)').waitFor();
    expect(await page.getByRole('button', { name: 'Kill …' }).count()).toBe(0);
    await page.goto(`${served.url}#/drivers`);
    await page.locator('main tbody').first().waitFor();
    expect(await page.getByRole('button', { name: /^(Kill|Forget)/ }).count()).toBe(0);
    expect(asked.join()).not.toContain('let-ada-in');
    const kept =
      'JSON.stringify([localStorage, sessionStorage, document.cookie, history.state, location.href])';
    expect(await page.evaluate(kept)).not.toContain('let-ada-in');
    await page.reload();
    await field.waitFor();
  });

  it('may do what the role allows, and be nobody again', async () => {
    const served = await dispatcher.serve(busyDispatcher(), { ...access, anonymous: 'viewer' });
    const { page, problems } = await served.open(`#/drivers/${idOf(32)}`);
    await page.getByText('you are nobody in particular (viewer)').waitFor();
    await page.getByRole('button', { name: 'use a token' }).click();
    await page.getByLabel('Access token').fill('let-operations-in');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Kill …' }).waitFor();
    await page.getByRole('button', { name: 'forget the token' }).click();
    await page.getByText('you are nobody in particular (viewer)').waitFor();
    expect(await page.getByRole('button', { name: 'Kill …' }).count()).toBe(0);
    expect(problems).toEqual([]);
  });
});

describe('what strangers have written', () => {
  it.each(['desktop', 'small phone'] as const)('is text, and breaks no layout on a %s', async (window) => {
    const service = new FakeService();
    const markup = '<img src=x onerror="window.broken=1"><script>window.broken=1</script>';
    const long = 'x'.repeat(3_000);
    const id = 'driver-../%2e%2e/a b?c#d&<i>';
    service.add(id, {
      name: markup,
      queue: long,
      owner: `\u202e${markup}`,
      state: 'finished',
      finalState: 'FAILED',
      message: `${markup} ${long}`,
      request: {
        appResource: `https://h/${long}`,
        mainClass: markup,
        arguments: [markup, long, ''],
        properties: { [markup]: long, constructor: markup },
        environment: { [long]: markup },
      },
    });
    const served = await dispatcher.serve(service);
    const { page, problems } = await served.open('#/drivers', WINDOWS[window]);
    await page.getByRole('link', { name: markup }).click();
    await page.getByText('Spark properties').waitFor();
    for (const route of ['#/', '#/drivers', '#/queues', `#/drivers/${encodeURIComponent(id)}`]) {
      await page.goto(`${served.url}${route}`);
      await page.locator('main tbody').first().waitFor();
      expect(await sidewaysOverflow(page), route).toBe(0);
    }
    expect(await page.evaluate('window.broken')).toBeUndefined();
    expect(problems).toEqual([]);
  });
});

function serveBusy() {
  const served = dispatcher.serve(busyDispatcher());
  return { open: async (route: string) => (await served).open(route) };
}

function sha256(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

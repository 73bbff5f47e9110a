import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { driverVersionReader } from '../../src/driver-version.ts';

/** Time in which every wait is over at once. */
const clock = {
  now: () => 0,
  setTimer: (callback: () => void) => {
    queueMicrotask(callback);
    return () => {};
  },
};

/** A driver's page that answers so; gives its address. */
async function page(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('C72: a driver’s page tells its version once it is there', async () => {
  const asked: string[] = [];
  const url = await page((request, response) => {
    asked.push(request.url ?? '');
    response.end(
      asked.length < 3 ? 'Spark is starting up. Please wait a while.' : '{\n  "spark" : "4.3.0"\n}',
    );
  });
  expect(await driverVersionReader(clock)(url)).toBe('4.3.0');
  expect(asked).toEqual(['/api/v1/version', '/api/v1/version', '/api/v1/version']);
});

test('C72: a driver without a page, or whose page is not for all, tells nothing', async () => {
  expect(await driverVersionReader(clock)('nowhere')).toBeUndefined();
  const url = await page((_, response) => response.writeHead(403).end());
  expect(await driverVersionReader(clock)(url)).toBeUndefined();
});

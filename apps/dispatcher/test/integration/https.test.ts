import { request as requestHttp } from 'node:http';
import { request } from 'node:https';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runningDispatcher } from '../support/running-dispatcher.ts';

const KEY_STORE = fileURLToPath(new URL('../fixtures/tls/store.p12', import.meta.url));

function statusOf(ask: typeof request | typeof requestHttp, url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = ask(url, { agent: false, rejectUnauthorized: false } as object, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('error', reject);
    asked.end();
  });
}

test('D86: with spark.ssl.mesos, page and API are answered over HTTPS on both ports, and over plain HTTP on none', async () => {
  const conf = new Map([
    ['spark.ssl.mesos.enabled', 'true'],
    ['spark.ssl.mesos.keyStore', KEY_STORE],
    ['spark.ssl.mesos.keyStorePassword', 'changeit'],
  ]);
  const { service } = await runningDispatcher(conf);
  expect(service.webUrl).toMatch(/^https:/);
  const shared = service.url.replace('spark:', 'https:');
  expect(await statusOf(request, `${service.webUrl}/api/v2/queues`)).toBe(200);
  expect(await statusOf(request, `${shared}/api/v2/queues`)).toBe(200);
  expect(await statusOf(requestHttp, `${shared.replace('https:', 'http:')}/api/v2/queues`)).toBe(403);
});

import { request } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import type { DispatcherEvent } from '../../../src/model/views.ts';
import { NOON } from '../../../src/testing/fake-service.ts';
import { serve } from '../../support/server.ts';

function forgotten(sequence: number): DispatcherEvent {
  return { sequence, atMs: NOON, kind: 'forgotten', submissionId: `driver-${sequence}` as never };
}

/** Listens, and resolves with what has come as soon as it holds a text. */
async function listen(port: number, lastEventId?: string) {
  let text = '';
  let ended = false;
  const waiting: { readonly wanted: string; readonly resolve: (text: string) => void }[] = [];
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const asked = request({ host: '127.0.0.1', port, path: '/api/v2/events', headers, agent: false });
  onTestFinished(() => {
    asked.destroy();
  });
  const closed = new Promise<void>((resolve) => {
    asked.on('error', () => {});
    asked.on('response', (response) => {
      response.on('data', (chunk) => {
        text += chunk;
        for (const { wanted, resolve: found } of waiting) if (text.includes(wanted)) found(text);
      });
      response.on('error', () => {});
      response.on('close', () => {
        ended = true;
        resolve();
      });
    });
  });
  asked.end();
  const until = (wanted: string) =>
    new Promise<string>((resolve) => {
      if (text.includes(wanted)) resolve(text);
      else waiting.push({ wanted, resolve });
    });
  await until('\n\n');
  return { until, closed, asked, isEnded: () => ended };
}

test('events are told as they happen', async () => {
  const { service, port } = await serve();
  const { until } = await listen(port);
  service.tell(forgotten(1));
  expect(await until('driver-1')).toContain(
    'id: 1\nevent: forgotten\ndata: {"kind":"forgotten","sequence":1,"at":"2026-11-21T12:00:00.000Z","submissionId":"driver-1"}\n\n',
  );
});

test('who comes again goes on where it was, or is told to read everything anew', async () => {
  const { service, port } = await serve();
  for (const sequence of [1, 2, 3]) service.tell(forgotten(sequence));
  const text = await (await listen(port, '2')).until('driver-3');
  expect(text).not.toContain('driver-2');
  service.past = undefined;
  expect(await (await listen(port, '2')).until('reset')).toContain('event: reset\ndata: {}\n\n');
});

test('a listener that goes is forgotten, and all end with the server', async () => {
  const { service, server, port } = await serve();
  const first = await listen(port);
  const second = await listen(port);
  expect(service.listenerCount).toBe(2);
  first.asked.destroy();
  await first.closed;
  await expect.poll(() => service.listenerCount).toBe(1);
  await server.close();
  await second.closed;
  expect(service.listenerCount).toBe(0);
});

import { expect, test } from 'vitest';
import { decodeLeaderCard, encodeLeaderCard, LateDispatcher, STANDBY_SUBMISSIONS } from '../../src/index.ts';
import { askPort, serve } from '../support/server.ts';

const LEADER = { submissionUrl: 'http://b:7077', webUrl: 'http://b:8081', masterUrl: 'spark://b:7077' };

test('sends requests to the one that leads, with method and body, each port to its like', async () => {
  const { ask, server } = await serve({ service: new LateDispatcher(), leader: () => LEADER });
  const created = await ask('/v1/submissions/create?x=1', { method: 'POST', body: '{}' });
  expect(created.status).toBe(307);
  expect(created.headers.location).toBe('http://b:7077/v1/submissions/create?x=1');
  expect(created.json()).toMatchObject({
    action: 'ErrorResponse',
    message: 'another dispatcher leads: http://b:7077',
  });
  const listed = await ask('/api/v2/submissions');
  expect([listed.status, listed.headers.location]).toEqual([307, 'http://b:7077/api/v2/submissions']);
  expect(listed.json()).toMatchObject({ code: 'REQUEST_ELSEWHERE' });
  const port = await server.listen('127.0.0.1', 0);
  const page = await askPort(port, '/', {});
  expect([page.status, page.headers.location]).toEqual([307, 'http://b:8081/']);
});

test('sends nobody to where no leader is', async () => {
  const { ask } = await serve({ service: new LateDispatcher(), leader: () => LEADER });
  const strange = await ask('http://evil/v1', {});
  expect(strange.headers.location).toBe('http://b:7077/');
  expect((await ask('//evil/x', {})).headers.location).toBe('http://b:7077//evil/x');
});

test('ends what follows events when it does not lead any more', async () => {
  const { server, port } = await serve();
  const response = await fetch(`http://127.0.0.1:${port}/api/v2/events`);
  const text = response.text();
  server.endStreams();
  expect(await text).toContain(': welcome');
});

test('tells of itself whether it is alive and ready', async () => {
  const late = new LateDispatcher();
  late.depart('another dispatcher leads');
  const { ask } = await serve({ service: late, leader: () => LEADER });
  expect((await ask('/healthz')).status).toBe(200);
  expect((await ask('/readyz?x')).status).toBe(503);
  expect(late.readiness().problems).toEqual(['another dispatcher leads']);
});

test('answers itself while nobody else leads', async () => {
  const { ask } = await serve({ leader: () => undefined });
  expect((await ask('/api/v2/submissions')).status).toBe(200);
});

test('tells spark-submit in the words by which it knows a master in standby', async () => {
  const peer = { authenticated: false, remoteAddress: undefined, sparks: [] };
  const killed = await STANDBY_SUBMISSIONS.killDriver('driver-1', peer);
  expect(killed.success).toBe(false);
  expect(killed.message.startsWith('Current state is not alive')).toBe(true);
  // It asks all masters for the status, and would take one that does not know the driver for the one that leads.
  const { found, exception } = await STANDBY_SUBMISSIONS.driverStatus('driver-1', peer);
  expect(found).toBe(false);
  expect(exception?.startsWith('Current state is not alive')).toBe(true);
});

test('reads the card of another dispatcher, and nothing else', () => {
  expect(decodeLeaderCard(encodeLeaderCard(LEADER))).toEqual(LEADER);
  for (const junk of [
    '',
    '{}',
    'null',
    '{"version":2}',
    JSON.stringify({ version: 1, ...LEADER, webUrl: 'javascript:x' }),
  ]) {
    expect(decodeLeaderCard(Buffer.from(junk))).toBeUndefined();
  }
});

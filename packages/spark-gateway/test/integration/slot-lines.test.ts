import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { SlotLinePlace } from '@spark-mesos/fine-backend';
import { silentLogger } from '@spark-mesos/scheduler-utils';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type SlotLineLimits, SlotLines } from '../../src/slot-lines.ts';

/** Waits until it holds. */
const until = (check: () => void) => vi.waitFor(check, { timeout: 5000, interval: 1 });

let closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing) await close();
  closing = [];
});

async function listening(limits: Partial<SlotLineLimits> = {}) {
  const told: string[] = [];
  const lines = await SlotLines.listen({
    host: '127.0.0.1',
    advertisedHost: '127.0.0.1',
    listener: {
      slotConnected: (id) => told.push(`${id} connected`),
      slotDisconnected: (id) => told.push(`${id} disconnected`),
    },
    logger: silentLogger,
    limits,
  });
  closing.push(() => lines.close());
  return { lines, told };
}

/** A slot that has said this, and what it hears. */
function slot({ host, port }: SlotLinePlace, words: string) {
  const socket: Socket = connect({ host, port });
  const peer = { socket, heard: '', closed: once(socket, 'close') };
  socket.on('data', (bytes) => {
    peer.heard += bytes;
  });
  socket.on('error', () => {});
  socket.write(words);
  closing.push(() => socket.destroy());
  return peer;
}

const greeting = (lines: SlotLines, id: string) => `slot ${id} ${lines.placeOf(id).token}\n`;

describe('the line of a slot', () => {
  test('F32, F53: is silent until the slot is told how to end', async () => {
    const { lines, told } = await listening();
    const peer = slot(lines.placeOf('s-1'), greeting(lines, 's-1'));
    await until(() => expect(told).toEqual(['s-1 connected']));
    lines.tell('s-2', 'FINISHED');
    lines.tell('s-1', 'FAILED');
    await until(() => expect(peer.heard).toBe('welcome\n1\n'));
    peer.socket.destroy();
    await until(() => expect(told).toEqual(['s-1 connected', 's-1 disconnected']));
  });

  test('F32: is opened in whatever pieces its greeting comes', async () => {
    const { lines, told } = await listening();
    const peer = slot(lines.placeOf('s-1'), 'slot s-1 ');
    await once(peer.socket, 'connect');
    setImmediate(() => peer.socket.write(`${lines.placeOf('s-1').token}\n`));
    await until(() => expect(told).toEqual(['s-1 connected']));
  });

  test.each([
    ['a token of another slot', (lines: SlotLines) => `slot s-1 ${lines.placeOf('s-2').token}\n`],
    ['no token', () => 'slot s-1 00\n'],
    ['a token that is none', () => 'slot s-1 zz\n'],
    ['another protocol', () => 'GET / HTTP/1.1\r\n\r\n'],
    ['too many words', () => 'x'.repeat(2000)],
  ])('F53: is not opened with %s', async (_, words) => {
    const { lines, told } = await listening();
    const peer = slot(lines.placeOf('s-1'), words(lines));
    await peer.closed;
    expect([peer.heard, told]).toEqual(['', []]);
  });

  test('F53: is one for each slot: the second is not opened, and the first stays', async () => {
    const { lines, told } = await listening();
    const first = slot(lines.placeOf('s-1'), greeting(lines, 's-1'));
    await until(() => expect(first.heard).toBe('welcome\n'));
    await slot(lines.placeOf('s-1'), greeting(lines, 's-1')).closed;
    lines.tell('s-1', 'FINISHED');
    await until(() => expect(first.heard).toBe('welcome\n0\n'));
    expect(told).toEqual(['s-1 connected']);
  });

  test('F53: is closed when a slot says more than what it is', async () => {
    const { lines, told } = await listening();
    const peer = slot(lines.placeOf('s-1'), greeting(lines, 's-1'));
    await until(() => expect(peer.heard).toBe('welcome\n'));
    peer.socket.write('more');
    await peer.closed;
    await until(() => expect(told).toEqual(['s-1 connected', 's-1 disconnected']));
  });

  test('F53: is not waited for without end', async () => {
    const { lines } = await listening({ greetingTimeoutMs: 20 });
    const peer = slot(lines.placeOf('s-1'), 'slot s-1');
    await peer.closed;
    expect(peer.heard).toBe('');
  });

  test('F53: is not opened where there are too many', async () => {
    const { lines, told } = await listening({ maxConnections: 1 });
    const peer = slot(lines.placeOf('s-1'), greeting(lines, 's-1'));
    await until(() => expect(peer.heard).toBe('welcome\n'));
    await slot(lines.placeOf('s-2'), greeting(lines, 's-2')).closed;
    expect(told).toEqual(['s-1 connected']);
  });

  test('F54: ends with its gateway, which hears no more of it', async () => {
    const { lines, told } = await listening();
    const peer = slot(lines.placeOf('s-1'), greeting(lines, 's-1'));
    await until(() => expect(peer.heard).toBe('welcome\n'));
    await lines.close();
    await peer.closed;
    expect(told).toEqual(['s-1 connected']);
  });

  test('F53: has a token that another listener does not know', async () => {
    const [{ lines }, { lines: other }] = [await listening(), await listening()];
    expect(lines.placeOf('s-1').token).toBe(lines.placeOf('s-1').token);
    expect(lines.placeOf('s-1').token).not.toBe(other.placeOf('s-1').token);
  });
});

import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Outbox } from '../src/outbox.ts';

/** A socket that notes how many bytes each of its system calls would have had. */
function recordingSocket(): { socket: Socket; calls: number[] } {
  const calls: number[] = [];
  const socket = new Duplex({
    read() {},
    write(chunk: Uint8Array, _encoding, done) {
      calls.push(chunk.byteLength);
      done();
    },
    writev(chunks, done) {
      calls.push(chunks.reduce((sum, { chunk }) => sum + (chunk as Uint8Array).byteLength, 0));
      done();
    },
  });
  return { socket: socket as Socket, calls };
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

describe('Outbox', () => {
  it('sends what is said in one turn in one piece, and the next turn by itself', async () => {
    const { socket, calls } = recordingSocket();
    const outbox = new Outbox(socket);
    for (let count = 0; count < 10; count += 1) outbox.write(new Uint8Array(100));
    expect(outbox.unsentBytes).toBe(1000);
    await turn();
    outbox.write(new Uint8Array(7));
    await turn();
    expect(calls).toEqual([1000, 7]);
    expect(outbox.unsentBytes).toBe(0);
  });

  it('does not gather without end', () => {
    const { socket, calls } = recordingSocket();
    const outbox = new Outbox(socket);
    for (let count = 0; count < 10; count += 1) outbox.write(new Uint8Array(30_000));
    expect(calls[0]).toBe(90_000);
  });

  it('sends what was said before the end', async () => {
    const { socket, calls } = recordingSocket();
    const outbox = new Outbox(socket);
    outbox.write(new Uint8Array(5));
    socket.end();
    await turn();
    expect(calls).toEqual([5]);
  });
});

import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { TransportCipher } from '@spark-mesos/spark-network';
import { expect, test } from 'vitest';
import { BufferPool, LARGE_BUFFER_BYTES, SMALL_BUFFER_BYTES } from '../../src/serving/buffer-pool.ts';
import { ClientConnection, type ClientConnectionOptions } from '../../src/serving/client-connection.ts';
import type { ClientSession } from '../../src/serving/client-session.ts';
import { newTally } from '../../src/serving/counters.ts';
import type { Filled } from '../../src/serving/filled.ts';
import { DEFAULT_SERVING_LIMITS } from '../../src/serving/limits.ts';
import type { ReplyFiller } from '../../src/serving/reply-filler.ts';
import type { DistantSealer } from '../../src/serving/sealing-threads.ts';
import { recordingLogger } from '../support/recording-logger.ts';

/** A socket whose reader keeps up: what is written is taken at once. */
class QuickSocket extends Duplex {
  sent = 0;
  setNoDelay() {}
  setTimeout() {}
  destroySoon() {
    this.destroy();
  }
  override _read() {}
  override _write(chunk: Uint8Array, _encoding: string, taken: () => void) {
    this.sent += chunk.byteLength;
    taken();
  }
}

/** Has so much to say, without end if need be. */
function talker(chunks: number, cipher?: TransportCipher) {
  let left = chunks;
  return {
    fill(buffer: Buffer): Filled {
      const bytes = left-- > 0 ? buffer.byteLength : 0;
      return {
        bytes,
        more: [],
        chunks: bytes > 0 ? 1 : 0,
        cipher: left === chunks - 1 ? cipher : undefined,
        close: undefined,
        overloaded: false,
      };
    },
    close() {},
  };
}

const SESSION = {
  pendingBytes: 0,
  isWaiting: false,
  authenticating: false,
  receive() {},
  close() {},
  client: {},
};

function connection(
  filler: object,
  pool = new BufferPool(),
  sealingThreads?: ClientConnectionOptions['sealingThreads'],
) {
  const socket = new QuickSocket();
  const tally = newTally();
  const made = new ClientConnection({
    socket: socket as unknown as Socket,
    session: SESSION as unknown as ClientSession,
    filler: filler as ReplyFiller,
    pool,
    ...(sealingThreads === undefined ? {} : { sealingThreads }),
    tally,
    limits: DEFAULT_SERVING_LIMITS,
    logger: recordingLogger(),
  });
  return { socket, tally, pool, made };
}

test('a reader that keeps up lets others have their turn after a mebibyte', async () => {
  const one = connection(talker(1000));
  const other = connection(talker(1000));
  one.made.wake();
  other.made.wake();
  const most = 1024 * 1024 + LARGE_BUFFER_BYTES;
  for (let turn = 1; turn < 20; turn++) {
    expect(one.socket.sent).toBeLessThanOrEqual(turn * most);
    expect(other.socket.sent).toBeLessThanOrEqual(turn * most);
    await new Promise((resolve) => setImmediate(resolve));
    expect(one.socket.sent).toBeGreaterThan(0);
    expect(other.socket.sent).toBeGreaterThan(0);
  }
  one.socket.destroy();
  other.socket.destroy();
});

test('what follows a handshake is encrypted, and the handshake is not', async () => {
  const encrypted: number[] = [];
  const cipher: TransportCipher = {
    pendingBytes: 0,
    decrypt: (chunk) => [chunk],
    encrypt: (parts) => {
      encrypted.push(...parts.map(({ byteLength }) => byteLength));
      return parts.map((part) => Uint8Array.from(part));
    },
  };
  const { made, socket, pool, tally } = connection(talker(2, cipher));
  made.wake();
  await new Promise((resolve) => setImmediate(resolve));
  expect(socket.sent).toBe(2 * LARGE_BUFFER_BYTES);
  expect(encrypted).toEqual([LARGE_BUFFER_BYTES]);
  expect(pool.bytesInUse).toBe(0);
  expect(tally).toMatchObject({ chunksInTransfer: 0, bytesSentTotal: 2 * LARGE_BUFFER_BYTES });
});

test('what can be encrypted where it lies is sent from there', async () => {
  const encrypted: number[] = [];
  const cipher: TransportCipher = {
    pendingBytes: 0,
    decrypt: (chunk) => [chunk],
    encryptInPlace: (bytes) => {
      encrypted.push(bytes.byteLength);
      return true;
    },
    encrypt: (parts) => {
      encrypted.push(...parts.map(({ byteLength }) => -byteLength));
      return parts;
    },
  };
  const plain = talker(3, cipher);
  const long = {
    ...plain,
    fill: (buffer: Buffer): Filled => {
      const filled = plain.fill(buffer);
      return filled.bytes > 0 ? { ...filled, more: [new Uint8Array(10)] } : filled;
    },
  };
  const { made, socket, pool } = connection(long);
  made.wake();
  for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  expect(socket.sent).toBe(3 * (LARGE_BUFFER_BYTES + 10));
  expect(encrypted).toEqual([LARGE_BUFFER_BYTES, -10, LARGE_BUFFER_BYTES, -10]);
  expect(pool.bytesInUse).toBe(0);
});

test('buffers are small when many are in use', () => {
  const pool = new BufferPool();
  const taken = Array.from({ length: 200 }, () => pool.take());
  const large = taken.filter(({ byteLength }) => byteLength === LARGE_BUFFER_BYTES).length;
  expect(pool.bytesInUse).toBe(large * LARGE_BUFFER_BYTES + (200 - large) * SMALL_BUFFER_BYTES);
  expect(pool.bytesInUse).toBeLessThan(24 * 1024 * 1024);
  for (const buffer of taken) pool.give(buffer);
  expect(pool.bytesInUse).toBe(0);
  expect(pool.take()).toBe(taken[large - 1]);
});

/** A cipher that has others encrypt, and those others: they answer when they are told to. */
function distantSealing() {
  const waiting: { bytes: number; answer: (sealed: Uint8Array | undefined) => void }[] = [];
  const sealing = {
    key: new Uint8Array(24),
    iv: new Uint8Array(8),
    signingKey: new Uint8Array(16),
    maxPlainBytes: 1,
  };
  let isOpen = false;
  const cipher: TransportCipher = {
    pendingBytes: 0,
    sealing,
    decrypt: () => [],
    encrypt: () => {
      throw new Error('it is done elsewhere');
    },
  };
  const sealer: DistantSealer = {
    seal(plain, bytes, sealed) {
      const moved = structuredClone(plain, { transfer: [plain] });
      waiting.push({ bytes, answer: (answer) => sealed(answer, moved) });
    },
    close() {
      isOpen = false;
    },
  };
  const threads = {
    open() {
      isOpen = true;
      return sealer;
    },
  };
  return { cipher, threads, waiting, isOpen: () => isOpen };
}

test('what takes long is encrypted elsewhere, one buffer at a time, and sent in its order', async () => {
  const { cipher, threads, waiting, isOpen } = distantSealing();
  const { socket, pool, made } = connection(talker(3, cipher), undefined, threads);
  made.wake();
  await new Promise(setImmediate);
  expect(socket.sent).toBe(LARGE_BUFFER_BYTES);
  expect(waiting.map(({ bytes }) => bytes)).toEqual([LARGE_BUFFER_BYTES]);
  made.wake();
  expect(waiting.length).toBe(1);
  waiting.shift()?.answer(new Uint8Array(100));
  await new Promise(setImmediate);
  expect(socket.sent).toBe(LARGE_BUFFER_BYTES + 100);
  expect(pool.bytesInUse).toBe(LARGE_BUFFER_BYTES);
  waiting.shift()?.answer(new Uint8Array(10));
  await new Promise(setImmediate);
  expect(socket.sent).toBe(LARGE_BUFFER_BYTES + 110);
  expect(pool.bytesInUse).toBe(0);
  expect(isOpen()).toBe(true);
  socket.destroy();
  await new Promise(setImmediate);
  expect(isOpen()).toBe(false);
});

test('a connection whose bytes cannot be encrypted any more is closed, and its buffer is free', async () => {
  const { cipher, threads, waiting } = distantSealing();
  const { socket, tally, pool, made } = connection(talker(9, cipher), undefined, threads);
  made.wake();
  await new Promise(setImmediate);
  expect(tally.chunksInTransfer).toBe(1);
  waiting.shift()?.answer(undefined);
  expect(socket.destroyed).toBe(true);
  expect(pool.bytesInUse).toBe(0);
  expect(tally.chunksInTransfer).toBe(0);
});

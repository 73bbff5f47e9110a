import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { SaslSealer, type SaslSealing } from '@spark-mesos/spark-network';
import { afterEach, expect, test } from 'vitest';
import { type DistantSealer, SealingThreads } from '../../src/serving/sealing-threads.ts';
import { recordingLogger } from '../support/recording-logger.ts';

const isBuilt = existsSync(new URL('../../dist/serving/sealing-thread.js', import.meta.url));

const open: SealingThreads[] = [];
afterEach(async () => {
  for (const threads of open.splice(0)) await threads.close();
});

function threadsOf(limit: number): SealingThreads {
  const threads = new SealingThreads(recordingLogger(), limit);
  open.push(threads);
  return threads;
}

function someSealing(): SaslSealing {
  return { key: randomBytes(24), iv: randomBytes(8), signingKey: randomBytes(16), maxPlainBytes: 1000 };
}

function seal(sealer: DistantSealer | undefined, bytes: Buffer) {
  const memory = Buffer.allocUnsafeSlow(4000);
  bytes.copy(memory);
  return new Promise<{ sealed: Buffer; memory: ArrayBuffer }>((resolve, reject) => {
    sealer?.seal(memory.buffer, bytes.byteLength, (sealed, back) => {
      if (sealed === undefined) reject(new Error('the thread has ended'));
      else resolve({ sealed: Buffer.from(sealed), memory: back });
    });
    // It has changed hands.
    expect(memory.byteLength).toBe(0);
  });
}

test.runIf(isBuilt)(
  'threads encrypt each connection’s bytes in their order, and give the memory back',
  async () => {
    const threads = threadsOf(2);
    const connections = Array.from({ length: 5 }, () => {
      const sealing = someSealing();
      return { here: new SaslSealer(sealing), there: threads.open(sealing) };
    });
    for (const size of [1, 2500, 1000, 4000]) {
      const answers = connections.map(async ({ here, there }) => {
        const bytes = randomBytes(size);
        const { sealed, memory } = await seal(there, bytes);
        expect(sealed).toEqual(Buffer.concat(here.seal([bytes])));
        expect(memory.byteLength).toBe(4000);
      });
      await Promise.all(answers);
    }
    for (const { there } of connections) there?.close();
  },
);

test.runIf(isBuilt)('whoever waits for a thread that ends is told, and has memory again', async () => {
  const threads = threadsOf(1);
  const sealer = threads.open(someSealing());
  const answers = [0, 1, 2].map(
    () =>
      new Promise<number>((resolve) => {
        const memory = new ArrayBuffer(2 ** 20);
        sealer?.seal(memory, 2 ** 20, (sealed, back) => resolve(sealed === undefined ? back.byteLength : -1));
      }),
  );
  await threads.close();
  expect(await answers[2]).toBe(2 ** 20);
  const late = new Promise((resolve) => {
    sealer?.seal(new ArrayBuffer(10), 10, (sealed) => resolve(sealed));
  });
  expect(await late).toBe(undefined);
});

test('without threads a connection encrypts by itself', () => {
  expect(threadsOf(0).open(someSealing())).toBe(undefined);
});

// The program of a thread that encrypts for connections of the service; see SealingThreads.

import { parentPort } from 'node:worker_threads';
import { SaslSealer } from '@spark-mesos/spark-network';
import type { SealedAnswer, SealingOrder } from './sealing-order.ts';

const sealers = new Map<number, SaslSealer>();

/** Orders are answered one after the other, so that answers need no number. */
function obey(order: SealingOrder): void {
  switch (order.kind) {
    case 'open':
      sealers.set(order.id, new SaslSealer(order.sealing));
      return;
    case 'close':
      sealers.delete(order.id);
      return;
    case 'seal': {
      const { id, plain, bytes } = order;
      const sealed = joined(sealers.get(id)?.seal([new Uint8Array(plain, 0, bytes)]) ?? []);
      const answer: SealedAnswer = { sealed, plain };
      parentPort?.postMessage(answer, [sealed, plain]);
    }
  }
}

function joined(parts: readonly Uint8Array[]): ArrayBuffer {
  const whole = new Uint8Array(parts.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole.buffer;
}

parentPort?.on('message', obey);

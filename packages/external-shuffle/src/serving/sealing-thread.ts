// The program of a thread that encrypts for connections of the service; see SealingThreads.

import { parentPort } from 'node:worker_threads';
import { SaslSealer } from '@spark-mesos/spark-network';
import { ownMemory } from './own-memory.ts';
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
      const sealed = ownMemory(sealers.get(id)?.seal([new Uint8Array(plain, 0, bytes)]) ?? []).buffer;
      const answer: SealedAnswer = { sealed, plain };
      parentPort?.postMessage(answer, [sealed, plain]);
    }
  }
}

parentPort?.on('message', obey);

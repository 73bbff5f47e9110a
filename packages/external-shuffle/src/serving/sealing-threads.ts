import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { SaslSealing } from '@spark-mesos/spark-network';
import type { Logger } from '../logger.ts';
import type { SealedAnswer, SealingOrder } from './sealing-order.ts';

/** Built, whether this file is or not: threads take JavaScript only. */
const PROGRAM = fileURLToPath(new URL('../../dist/serving/sealing-thread.js', import.meta.url));

/** Told of what was encrypted; the memory that it was in comes back. Undefined: the thread has failed. */
export type Sealed = (sealed: Uint8Array | undefined, plain: ArrayBuffer) => void;

/** Encrypts one connection's bytes elsewhere. */
export interface DistantSealer {
  /** Takes the memory away until `sealed` is called; calls are answered in their order. */
  seal(plain: ArrayBuffer, bytes: number, sealed: Sealed): void;
  close(): void;
}

interface Waiting {
  readonly sealed: Sealed;
  readonly memoryBytes: number;
}

/** One thread, and those that wait for it. */
class SealingThread {
  connections = 0;
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  #hasFailed = false;

  constructor(ended: (thread: SealingThread, error: unknown) => void) {
    // Conditions and loaders of this process are not for what is built.
    this.#worker = new Worker(PROGRAM, { execArgv: [] });
    // What it is asked for is also waited for by a connection.
    this.#worker.unref();
    this.#worker.on('message', ({ sealed, plain }: SealedAnswer) => {
      this.#waiting.shift()?.sealed(new Uint8Array(sealed), plain);
    });
    let error: unknown;
    this.#worker.on('error', (cause) => {
      error = cause;
    });
    this.#worker.on('exit', () => {
      this.#hasFailed = true;
      ended(this, error);
      for (const waiting of this.#waiting.splice(0)) this.#refuse(waiting);
    });
  }

  order(order: Exclude<SealingOrder, { kind: 'seal' }>): void {
    this.#worker.postMessage(order);
  }

  seal(id: number, plain: ArrayBuffer, bytes: number, sealed: Sealed): void {
    const waiting = { sealed, memoryBytes: plain.byteLength };
    const order: SealingOrder = { kind: 'seal', id, plain, bytes };
    if (this.#hasFailed) {
      this.#refuse(waiting);
      return;
    }
    this.#waiting.push(waiting);
    this.#worker.postMessage(order, [plain]);
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  /** Its memory is gone with the thread. */
  #refuse({ sealed, memoryBytes }: Waiting): void {
    sealed(undefined, new ArrayBuffer(memoryBytes));
  }
}

/**
 * Threads for what takes long to encrypt: SASL's 3DES, of which a processor makes some 30 MiB a second, while all else of
 * the service is done in one thread at a hundred times that. A connection stays with one thread, since what it encrypts
 * depends on what it has encrypted before. The first thread is started for the first such connection.
 */
export class SealingThreads {
  readonly #limit: number;
  readonly #logger: Logger;
  readonly #threads = new Set<SealingThread>();
  #lastId = 0;

  constructor(logger: Logger, limit: number = availableParallelism()) {
    this.#logger = logger;
    this.#limit = existsSync(PROGRAM) ? limit : 0;
  }

  /** Undefined where there are no threads: then the caller encrypts by himself. */
  open(sealing: SaslSealing): DistantSealer | undefined {
    const thread = this.#choose();
    if (thread === undefined) return undefined;
    const id = ++this.#lastId;
    thread.connections++;
    thread.order({ kind: 'open', id, sealing });
    let isOpen = true;
    return {
      seal: (plain, bytes, sealed) => thread.seal(id, plain, bytes, sealed),
      close: () => {
        if (!isOpen) return;
        isOpen = false;
        thread.connections--;
        thread.order({ kind: 'close', id });
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#threads].map((thread) => thread.end()));
  }

  #choose(): SealingThread | undefined {
    let [least] = this.#threads;
    for (const thread of this.#threads) if (thread.connections < (least?.connections ?? 0)) least = thread;
    if (this.#threads.size >= this.#limit || least?.connections === 0) return least;
    const thread = new SealingThread((ended, error) => {
      this.#threads.delete(ended);
      if (error !== undefined) this.#logger.error({ error }, 'a thread that encrypts has failed');
    });
    this.#threads.add(thread);
    return thread;
  }
}

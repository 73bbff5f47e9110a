// Loaded into each of our processes before its own program (node --expose-gc --import): every few seconds it collects
// what is garbage and writes down what is left, a line of JSON each. Without the collection a heap that has not been
// cleaned for a while looks like one that leaks.

import { appendFileSync, readdirSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const EVERY_MS = 5000;
const PARENT_LOOK_MS = 1000;

const { SOAK_PROBE = '' } = process.env;
const { ppid } = process;

/** Node's own, there with --expose-gc. */
const collect = /** @type {() => void} */ (/** @type {{ gc?: unknown }} */ (globalThis).gc);

function look() {
  collect();
  const { heapUsed, rss, external } = process.memoryUsage();
  const descriptors = readdirSync('/proc/self/fd').length;
  const sample = { pid: process.pid, atMs: Date.now(), heapUsed, external, rss, descriptors };
  try {
    appendFileSync(SOAK_PROBE, `${JSON.stringify(sample)}\n`);
  } catch {
    // The soak has ended and taken its folder with it; this process is about to end as well.
  }
}

// Threads of the program load this, too, and their heap is another.
if (isMainThread) {
  setInterval(look, EVERY_MS).unref();
  // Nothing of a soak outlives it.
  setInterval(() => process.ppid === ppid || process.kill(process.pid, 'SIGKILL'), PARENT_LOOK_MS).unref();
}

// How much memory something takes.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** @type {(() => void) | undefined} */
let collectGarbage;

/** The bytes that are in use, with all garbage gone. */
function usedBytes() {
  if (collectGarbage === undefined) {
    setFlagsFromString('--expose-gc');
    collectGarbage = /** @type {() => void} */ (runInNewContext('gc'));
  }
  collectGarbage();
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** What becomes free when these go, of which nobody else may know. @param {unknown[]} schedulers */
export function releasedBytes(schedulers) {
  const before = usedBytes();
  schedulers.length = 0;
  return before - usedBytes();
}

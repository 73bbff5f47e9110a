// The load generator as the bench has it.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** @typedef {import('./load-worker.mjs').Load} Load */
/** @typedef {import('./load-worker.mjs').Seen} Seen */

export function startLoad() {
  const child = fork(fileURLToPath(new URL('load-worker.mjs', import.meta.url)), {
    serialization: 'advanced',
  });
  return {
    /** @param {Load} load @returns {Promise<Seen>} */
    async run(load) {
      child.send(load);
      const [answer] = await once(child, 'message');
      if (answer.failed !== undefined) throw new Error(`the load generator failed: ${answer.failed}`);
      return answer;
    },
    async close() {
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

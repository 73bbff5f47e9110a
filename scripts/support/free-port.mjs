// Ports for what has to listen on the same one again after it was killed.

import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that systems give away for 0, so that nobody is given it between two listeners of the same test. */
const RANGE = { first: 20_000, end: 30_000 };

/** A port that nobody has at the moment, for what is to listen there more than once. @returns {Promise<number>} */
export async function freePort() {
  for (;;) {
    const port = randomInt(RANGE.first, RANGE.end);
    const server = createServer();
    const isFree = await new Promise((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}

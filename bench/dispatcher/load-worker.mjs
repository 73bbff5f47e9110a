// The load generator, a process of its own and the same for all: connections that are kept, one request after another
// on each, no client library. It is told over IPC what to do, and answers with what it saw.

import { connect } from 'node:net';

/**
 * @typedef {object} Load
 * @property {number} port
 * @property {number} connections
 * @property {readonly string[]} requests each connection sends them in turn
 * @property {number} [durationMs]
 * @property {number} [count] ends after so many requests
 * @property {boolean} [ids] whether the ids of submissions are wanted
 */

/**
 * @typedef {object} Seen
 * @property {number} count
 * @property {number} seconds
 * @property {number} p50 milliseconds
 * @property {number} p99
 * @property {string[]} ids of submissions that were answered with success
 * @property {number} cpuSeconds of the generator
 */

const HEAD_END = '\r\n\r\n';
const LAST_CHUNK = '0\r\n\r\n';

/** Whether a text is a whole answer. @param {string} text */
function isWhole(text) {
  const headEnd = text.indexOf(HEAD_END);
  if (headEnd < 0) return false;
  const at = Math.max(text.indexOf('Content-Length: '), text.indexOf('content-length: '));
  if (at < 0 || at > headEnd) return text.endsWith(LAST_CHUNK);
  return text.length >= headEnd + HEAD_END.length + Number.parseInt(text.slice(at + 16, at + 26), 10);
}

/** @param {string} answer */
function idIn(answer) {
  const at = answer.indexOf('"submissionId"');
  const start = answer.indexOf('"', answer.indexOf(':', at)) + 1;
  if (at < 0 || !answer.includes('"success" : true')) throw new Error(`that is no success: ${answer}`);
  return answer.slice(start, answer.indexOf('"', start));
}

/** @param {Load} load @returns {Promise<Seen>} */
async function run({
  port,
  connections,
  requests,
  durationMs,
  count = Number.POSITIVE_INFINITY,
  ids: wanted,
}) {
  /** @type {number[]} */
  const latencies = [];
  /** @type {string[]} */
  const ids = [];
  const bytes = requests.map((request) => Buffer.from(request, 'latin1'));
  let sent = 0;
  const cpuBefore = process.cpuUsage();
  const began = performance.now();
  const end = durationMs === undefined ? Number.POSITIVE_INFINITY : began + durationMs;
  const one = () =>
    new Promise((resolve, reject) => {
      let text = '';
      let sentAt = 0;
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      const send = () => {
        if (sent >= count || performance.now() >= end) {
          socket.destroy();
          resolve(undefined);
          return;
        }
        const next = /** @type {Buffer} */ (bytes[sent % bytes.length]);
        sent += 1;
        sentAt = performance.now();
        socket.write(next);
      };
      socket.on('connect', send);
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1');
        if (!isWhole(text)) return;
        latencies.push(performance.now() - sentAt);
        if (!text.startsWith('HTTP/1.1 200')) reject(new Error(`that is no success: ${text}`));
        else if (wanted) ids.push(idIn(text));
        text = '';
        send();
      });
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('a connection was closed')));
    });
  await Promise.all(Array.from({ length: connections }, one));
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  latencies.sort((first, second) => first - second);
  const at = (/** @type {number} */ share) => latencies[Math.floor(latencies.length * share)] ?? 0;
  return {
    count: latencies.length,
    seconds,
    p50: at(0.5),
    p99: at(0.99),
    ids,
    cpuSeconds: (user + system) / 1e6,
  };
}

process.on('message', async (/** @type {Load} */ load) => {
  try {
    process.send?.(await run(load));
  } catch (error) {
    process.send?.({ failed: error instanceof Error ? error.message : String(error) });
  }
});

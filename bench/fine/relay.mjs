// What the relay costs by itself: frames of recorded tasks between a driver and an executor that only speak, and a
// result of a gigabyte, beside the same over a socket with nothing in between.
//
//     node bench/fine/relay.mjs [tasks]

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import { framesOf, registration } from './relayed-frames.mjs';

/** How many tasks the driver has under way at once: as many as an executor has cores. */
const UNDER_WAY = 3;
const MIB = 1024 * 1024;

/** @typedef {{ cpuMs: number, ended: number, rss: number }} Usage what the relay's process has used */

/**
 * A driver and an executor with a relay between them, in a process of its own.
 * @template T
 * @param {string} spark
 * @param {(driver: import('node:net').Socket, executor: import('node:net').Socket, ask: () => Promise<Usage>) => Promise<T>} measure
 * @returns {Promise<T>}
 */
async function withRelay(spark, measure) {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const child = fork(new URL('./relay-process.mjs', import.meta.url), [String(port)]);
  try {
    const [{ port: relayPort }] = await once(child, 'message');
    const accepted = once(server, 'connection');
    const executor = connect(relayPort, '127.0.0.1').setNoDelay(true);
    const [driver] = await accepted;
    driver.setNoDelay(true);
    const registered = once(driver, 'data');
    executor.write(registration(spark));
    await registered;
    const ask = async () => {
      const answer = once(child, 'message');
      child.send('usage');
      return (await answer)[0];
    };
    return await measure(driver, executor, ask);
  } finally {
    child.disconnect();
    server.close();
  }
}

/**
 * Milliseconds of the relay's processor time for a task: a LaunchTask and two StatusUpdates.
 * @param {string} spark
 * @param {number} tasks
 * @returns {Promise<{ cpuMsPerTask: number, tasksPerSecond: number }>}
 */
export function relayedTasks(spark, tasks) {
  const frames = framesOf(spark);
  const launchBytes = frames.launch(0).byteLength;
  const updateBytes = frames.updates(0).byteLength;
  return withRelay(spark, async (driver, executor, ask) => {
    /** @param {number} first @param {number} count */
    const run = async (first, count) => {
      let launched = first;
      let taken = 0;
      let updated = 0;
      const done = new Promise((resolve) => {
        driver.on('data', (chunk) => {
          const before = Math.floor(updated / updateBytes);
          updated += chunk.byteLength;
          const ended = Math.floor(updated / updateBytes);
          for (let more = ended - before; more > 0 && launched < first + count; more -= 1) launch();
          if (ended === count) resolve(undefined);
        });
      });
      executor.on('data', (chunk) => {
        const before = Math.floor(taken / launchBytes);
        taken += chunk.byteLength;
        for (let id = before; id < Math.floor(taken / launchBytes); id += 1)
          executor.write(frames.updates(first + id));
      });
      const launch = () => driver.write(frames.launch(launched++));
      for (let index = 0; index < UNDER_WAY; index += 1) launch();
      await done;
      driver.removeAllListeners('data');
      executor.removeAllListeners('data');
    };
    await run(0, tasks);
    const before = await ask();
    const start = performance.now();
    await run(tasks, tasks);
    const seconds = (performance.now() - start) / 1000;
    const after = await ask();
    if (after.ended !== 2 * tasks) throw new Error(`${after.ended} tasks have ended, not ${2 * tasks}`);
    return { cpuMsPerTask: (after.cpuMs - before.cpuMs) / tasks, tasksPerSecond: tasks / seconds };
  });
}

/** A frame that a relay does not look into, of so many bytes. @param {number} bytes */
function frameHead(bytes) {
  const head = Buffer.alloc(21);
  head.writeBigInt64BE(BigInt(bytes));
  head[8] = 4;
  head.writeInt32BE(bytes - 21, 17);
  return head;
}

/** @param {import('node:net').Socket} from @param {import('node:net').Socket} to @param {number} mebibytes */
async function transfer(from, to, mebibytes) {
  const total = mebibytes * MIB;
  const piece = Buffer.alloc(MIB, 1);
  const start = performance.now();
  let taken = 0;
  const done = new Promise((resolve) => {
    to.on('data', (chunk) => {
      taken += chunk.byteLength;
      if (taken === total) resolve(undefined);
    });
  });
  from.write(frameHead(total));
  from.write(piece.subarray(21));
  for (let sent = 1; sent < mebibytes; sent += 1) {
    if (!from.write(piece)) await once(from, 'drain');
  }
  await done;
  to.removeAllListeners('data');
  return mebibytes / ((performance.now() - start) / 1000);
}

/** MiB a second through the relay, and what that takes of its process. @param {number} mebibytes */
export function relayedBytes(mebibytes) {
  return withRelay('3.5.6', async (driver, executor, ask) => {
    const before = await ask();
    const rate = await transfer(executor, driver, mebibytes);
    const { rss, cpuMs } = await ask();
    return { rate, cpuMs: cpuMs - before.cpuMs, grownMiB: (rss - before.rss) / MIB };
  });
}

/** MiB a second with nothing in between. @param {number} mebibytes */
export async function directBytes(mebibytes) {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const accepted = once(server, 'connection');
  const from = connect(port, '127.0.0.1');
  const [to] = await accepted;
  try {
    return await transfer(from, to, mebibytes);
  } finally {
    from.destroy();
    to.destroy();
    server.close();
  }
}

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) {
  const tasks = Number(argv[2] ?? 5000);
  for (const spark of ['2.4.8', '3.5.6', '4.3.0']) {
    const { cpuMsPerTask, tasksPerSecond } = await relayedTasks(spark, tasks);
    console.log(
      `${spark}: ${cpuMsPerTask.toFixed(3)} ms of processor time a task, ${tasksPerSecond.toFixed(0)} tasks/s`,
    );
  }
  const relayed = await relayedBytes(1024);
  const direct = await directBytes(1024);
  console.log(
    `1 GiB: ${relayed.rate.toFixed(0)} MiB/s, ${direct.toFixed(0)} without the relay; ` +
      `${relayed.cpuMs.toFixed(0)} ms of processor time, ${relayed.grownMiB.toFixed(0)} MiB more in memory`,
  );
}

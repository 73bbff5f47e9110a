// The peer: Spark 3.5's own dispatcher for Mesos, the last that Spark brought along, on a warm JVM.

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startJvm } from '../jvm.mjs';

const SOURCE = fileURLToPath(new URL('DispatcherPeer.scala', import.meta.url));
const MAIN_CLASS = 'org.apache.spark.scheduler.cluster.mesos.DispatcherPeer';

/** @typedef {Awaited<ReturnType<typeof startPeer>>} Peer */

/** @param {{ sparkHome: string, folder: string }} options */
export async function startPeer({ sparkHome, folder }) {
  const options = { source: SOURCE, mainClass: MAIN_CLASS, sparkHome };
  const jvm = await startJvm({ ...options, heap: '2g' });
  // As Apache's own scripts start it: it fsyncs before it answers.
  const zooKeeper = await startJvm({ ...options, heap: '1g' });
  const data = join(folder, 'zookeeper');
  mkdirSync(data);
  const servers = `127.0.0.1:${await zooKeeper.ask(`zookeeper ${data}`)}`;
  return {
    /** Of the dispatcher and of ZooKeeper, which does nothing while the state is in memory. */
    pids: [jvm.pid, zooKeeper.pid],
    /** Resolves to its port, and how long it took to start. @param {string} state `memory`, or a node of ZooKeeper */
    async serve(state) {
      const answer = await jvm.ask(state === 'memory' ? 'serve none -' : `serve ${servers} /${state}`);
      const [port, startedMs] = answer.split(' ').map(Number);
      return { port: port ?? 0, startedMs: startedMs ?? 0 };
    },
    queued: async () => Number(await jvm.ask('queued')),
    async ids() {
      const file = join(folder, 'ids');
      await jvm.ask(`ids ${file}`);
      return readFileSync(file, 'utf8').trimEnd().split('\n');
    },
    /** Bytes of heap that are held. */
    memory: async () => Number(await jvm.ask('memory')),
    /** From now on there is an offer after each revival. */
    offersAreFree: async () => void (await jvm.ask('offers')),
    /** When the last task was launched, on the clock of `process.hrtime`. */
    launchedAtMs: async () => Number(await jvm.ask('launched')) / 1e6,
    stop: async () => void (await jvm.ask('stop')),
    async close() {
      await jvm.close();
      await zooKeeper.close();
    },
  };
}

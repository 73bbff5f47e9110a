// The peer: Spark 3.5's own coarse backend for Mesos, the last that Spark brought along, on a warm JVM.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fetchSparkShown, SPARKS } from '../../scripts/spark.mjs';
import { startJvm } from '../jvm.mjs';
import { CONSTRAINTS, delimited, EXECUTOR, ROLE } from './offers.mjs';

const SOURCE = fileURLToPath(new URL('OfferPeer.scala', import.meta.url));
const MAX_INT = 2_147_483_647;

/** How long a single run may take; what the square of 100,000 would need is beyond patience. */
export const PEER_LIMIT_MS = 10_000;

/** @typedef {{ tookMs: number, gaveUp: boolean }} PeerRun */

/**
 * @param {{ free: readonly Uint8Array[], busy: readonly Uint8Array[] }} encoded
 */
export async function startPeer({ free, busy }) {
  const version = SPARKS.find((spark) => spark.version.startsWith('3.5.'))?.version;
  if (version === undefined) throw new Error('no Spark 3.5 is known to scripts/spark.mjs');
  const folder = mkdtempSync(join(tmpdir(), 'spark-mesos-bench-'));
  const jvm = await startJvm({
    source: SOURCE,
    mainClass: 'org.apache.spark.scheduler.cluster.mesos.OfferPeer',
    sparkHome: await fetchSparkShown(version),
    heap: '4g',
    words: [
      'spark.mesos.executor.home=/opt/spark',
      `spark.mesos.role=${ROLE}`,
      `spark.mesos.constraints=${CONSTRAINTS}`,
      `spark.executor.cores=${EXECUTOR.cores}`,
      `spark.executor.memory=${EXECUTOR.memoryMiB}m`,
    ],
  });
  for (const [name, offers] of Object.entries({ free, busy })) {
    const file = join(folder, name);
    writeFileSync(file, delimited(offers));
    await jvm.ask(`offers ${name} ${file}`);
  }
  return {
    /** @param {string} name @param {{ coresMax: number | undefined, limit: number | undefined, running: number }} scenario */
    async scenario(name, { coresMax = MAX_INT, limit = -1, running }) {
      await jvm.ask(`scenario ${name} ${coresMax} ${limit} ${running}`);
    },
    /** @param {string} name @param {number} count @param {number} times @returns {Promise<PeerRun>} */
    async run(name, count, times) {
      const answer = await jvm.ask(`run ${name} ${count} ${times} ${PEER_LIMIT_MS}`);
      const [how, nanoseconds] = answer.split(' ');
      return { tookMs: Number(nanoseconds) / 1e6, gaveUp: how === 'gave-up' };
    },
    /** What the last run decided. @param {string} name @param {number} count */
    async decisions(name, count) {
      const file = join(folder, 'decisions');
      await jvm.ask(`decisions ${name} ${count} ${file}`);
      return readFileSync(file, 'utf8').trimEnd().split('\n');
    },
    async close() {
      await jvm.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

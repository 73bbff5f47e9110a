// Measures how long a service takes to have 100,000 executors again after a restart, and what they take of memory.
// node scripts/restart-figure.mjs [executors]      (after a build; nothing is asserted)
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FileStore } from '@spark-mesos/durable-store';
import { openShuffleState } from '@spark-mesos/external-shuffle';

const [count = '100000', role = 'all', folder = ''] = process.argv.slice(2);
const executors = Number(count);
const root = path.join(folder, 'local');

if (role === 'all') {
  const made = mkdtempSync(path.join(tmpdir(), 'restart-figure-'));
  for (const step of ['register', 'restart', 'restart']) {
    process.stdout.write(
      execFileSync(process.execPath, [process.argv[1], count, step, made], { encoding: 'utf8' }),
    );
  }
  rmSync(made, { recursive: true });
} else {
  const startedMs = performance.now();
  const store = await FileStore.open({ directory: folder });
  const storeMs = performance.now() - startedMs;
  const { registry } = await openShuffleState({ store, roots: [root] });
  const openedMs = performance.now() - startedMs;
  if (role === 'register') await register(registry);
  const endedMs = performance.now() - startedMs;
  const figures = {
    role,
    executors: registry.counters().registeredExecutors,
    ...(role === 'register'
      ? { registerMs: Math.round(endedMs), perSecond: Math.round((executors / endedMs) * 1000) }
      : {
          openMs: Math.round(openedMs),
          ofItStoreMs: Math.round(storeMs),
          processMs: Math.round(performance.now()),
        }),
    residentMiB: Math.round(process.memoryUsage.rss() / 2 ** 20),
    cpuMs: Math.round(process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000),
    storeMiB: Math.round((statSync(path.join(folder, 'store.log')).size / 2 ** 20) * 10) / 10,
  };
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  await store.close();
}

/** 64 at a time, as over one connection; 100 applications. */
async function register(registry) {
  let next = 0;
  const one = async () => {
    while (next < executors) {
      const id = next++;
      const name = `blockmgr-${id.toString(16).padStart(8, '0')}-0c1d-4e2f-8a3b-0123456789ab`;
      await registry.registerExecutor(`e2a7a185-ddc5-429f-be4a-14b7bbba8b5a-${id % 100}`, String(id), {
        localDirs: [`${root}/${name}`],
        subDirsPerLocalDir: 64,
        shuffleManager: 'org.apache.spark.shuffle.sort.SortShuffleManager',
      });
    }
  };
  await Promise.all(Array.from({ length: 64 }, one));
}

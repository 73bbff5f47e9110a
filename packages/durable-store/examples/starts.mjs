// Counts starts in a store that survives kill -9: a change is safe when its promise resolves.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileStore, getJson, putJson } from '@spark-mesos/durable-store';

const directory = await mkdtemp(join(tmpdir(), 'starts-'));
for (let run = 0; run < 3; run += 1) {
  const store = await FileStore.open({ directory });
  const entry = await store.get('starts');
  const starts = entry === undefined ? 1 : Number(getJson(entry)) + 1;
  await putJson(store, 'starts', starts, { expectedVersion: entry?.version ?? 0 });
  console.log(`start ${starts}`);
  // Whoever has seen an old version changes nothing.
  await putJson(store, 'starts', 0, { expectedVersion: 0 }).catch(({ code }) => console.log(code));
  await store.close();
}
await rm(directory, { recursive: true });

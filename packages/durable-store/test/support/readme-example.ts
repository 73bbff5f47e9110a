import { FileStore, getJson, putJson } from '@spark-mesos/durable-store';

/** Counts how often it was called, over all processes that ever ran. */
export async function countStart(directory: string): Promise<number> {
  const store = await FileStore.open({ directory });
  const entry = await store.get('starts');
  const starts = entry === undefined ? 1 : Number(getJson(entry)) + 1;
  await putJson(store, 'starts', starts, { expectedVersion: entry?.version ?? 0 });
  await store.close();
  return starts;
}

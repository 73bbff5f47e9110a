import type { ChangeOptions, DurableStore, StoreEntry } from './store.ts';

const ENCODER = new TextEncoder();

/** Writes a value as JSON. */
export function putJson(
  store: DurableStore,
  key: string,
  value: unknown,
  options?: ChangeOptions,
): Promise<number> {
  return store.put(key, ENCODER.encode(JSON.stringify(value)), options);
}

/** Reads what {@link putJson} wrote; to be checked by whoever reads it, who may be of a later version. */
export function getJson(entry: StoreEntry): unknown {
  return JSON.parse(
    Buffer.from(entry.value.buffer, entry.value.byteOffset, entry.value.length).toString('utf8'),
  );
}

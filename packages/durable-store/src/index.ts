export { STORE_ERROR_CODES, StoreError, type StoreErrorCode } from './errors.ts';
export { FileStore, type FileStoreOptions } from './file-store.ts';
export { getJson, putJson } from './json.ts';
export { MemoryStore } from './memory-store.ts';
export {
  type ChangeOptions,
  type DurableStore,
  MAX_KEY_BYTES,
  MAX_VALUE_BYTES,
  type StoreEntry,
} from './store.ts';

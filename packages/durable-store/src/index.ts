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
export { type StoreClock, SYSTEM_STORE_CLOCK } from './zookeeper/clock.ts';
export { connectToEnsemble } from './zookeeper/connect.ts';
export { type GuardedClient, guardedClient, type ZooKeeperEnsemble } from './zookeeper/guarded-client.ts';
export { LeaderElection, type LeaderElectionOptions, type Leadership } from './zookeeper/leader-election.ts';
export type {
  ZooKeeperChange,
  ZooKeeperConnector,
  ZooKeeperNode,
  ZooKeeperNodeKind,
  ZooKeeperRefusal,
  ZooKeeperResult,
  ZooKeeperSession,
  ZooKeeperSessionState,
} from './zookeeper/session.ts';
export { ZooKeeperLink, type ZooKeeperLinkOptions } from './zookeeper/zookeeper-link.ts';
export { ZooKeeperStore, type ZooKeeperStoreOptions } from './zookeeper/zookeeper-store.ts';

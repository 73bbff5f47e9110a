/**
 * The type byte of a block-transfer message, after Spark's
 * `org.apache.spark.network.shuffle.protocol.BlockTransferMessage.Type`.
 */
export const BLOCK_TRANSFER_TYPE = {
  OPEN_BLOCKS: 0,
  UPLOAD_BLOCK: 1,
  REGISTER_EXECUTOR: 2,
  STREAM_HANDLE: 3,
  /** Mesos; not in Spark 4. */
  REGISTER_DRIVER: 4,
  /** Mesos; not in Spark 4. */
  HEARTBEAT: 5,
  UPLOAD_BLOCK_STREAM: 6,
  REMOVE_BLOCKS: 7,
  BLOCKS_REMOVED: 8,
  FETCH_SHUFFLE_BLOCKS: 9,
  GET_LOCAL_DIRS_FOR_EXECUTORS: 10,
  LOCAL_DIRS_FOR_EXECUTORS: 11,
  PUSH_BLOCK_STREAM: 12,
  FINALIZE_SHUFFLE_MERGE: 13,
  MERGE_STATUSES: 14,
  FETCH_SHUFFLE_BLOCK_CHUNKS: 15,
  DIAGNOSE_CORRUPTION: 16,
  CORRUPTION_CAUSE: 17,
  BLOCK_PUSH_RETURN_CODE: 18,
  REMOVE_SHUFFLE_MERGE: 19,
  /** This project's own: far from where Spark's grow, and from the first bytes of an authentication. */
  REMOVE_APPLICATION: 112,
  /** This project's own. */
  APPLICATION_SECRET: 113,
} as const;

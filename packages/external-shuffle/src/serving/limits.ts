import type { StreamLimits } from './stream-table.ts';

/** What clients may take of the service. */
export interface ServingLimits extends StreamLimits {
  /** More are closed as soon as they come; their clients try again. */
  readonly maxConnections: number;
  /** `spark.shuffle.io.connectionTimeout`: nothing has gone in either direction for so long. */
  readonly idleTimeoutMs: number;
  /** From the first byte to the end of TLS and authentication. */
  readonly handshakeTimeoutMs: number;
  /** The longest request. */
  readonly maxFrameBytes: number;
  /**
   * `spark.shuffle.maxChunksBeingTransferred`: chunks of all clients that are written and have not gone out. Who asks
   * for one more is cut off, and tries again.
   */
  readonly maxChunksInTransfer: number;
  /** Requests of one client that wait for the disk, such as registrations, before no more of it are read. */
  readonly maxWaitingRequests: number;
  /** Descriptors of blocks' files that are kept open. */
  readonly maxOpenFiles: number;
}

/** What holds where nothing else is said. */
export const DEFAULT_SERVING_LIMITS: ServingLimits = {
  maxConnections: 8192,
  idleTimeoutMs: 120_000,
  handshakeTimeoutMs: 30_000,
  maxFrameBytes: 128 * 1024 * 1024,
  maxChunksInTransfer: Number.MAX_SAFE_INTEGER,
  maxOpenStreams: 16_384,
  maxOpenChunks: 8_000_000,
  maxWaitingRequests: 1024,
  maxOpenFiles: 1024,
};

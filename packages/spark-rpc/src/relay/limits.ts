/** What the relay may cost. */
export interface RelayLimits {
  /** The longest frame that is let through; longer ones end the connection. */
  readonly maxFrameBytes: number;
  /** How much of one executor's tasks is held; beyond it nothing more is read from the driver for that executor. */
  readonly maxHeldBytes: number;
  /** The same of all executors together; beyond it, for those of which anything is held. */
  readonly maxHeldBytesInAll: number;
  /** How much may wait for a peer that does not read; beyond it nothing more is read from the other one. */
  readonly maxUnsentBytes: number;
  /** The longest message that is looked at as a whole; only results and tasks are ever longer. */
  readonly maxMessageBytes: number;
  readonly maxConnections: number;
  /** For a connection to the driver, and for an authentication. */
  readonly connectTimeoutMs: number;
}

/** A frame's limit is Spark's own, as frames pass in pieces and cost no memory. */
export const DEFAULT_RELAY_LIMITS: RelayLimits = {
  maxFrameBytes: 0x7fff_ffff,
  maxHeldBytes: 32 * 1024 * 1024,
  maxHeldBytesInAll: 256 * 1024 * 1024,
  maxUnsentBytes: 1024 * 1024,
  maxMessageBytes: 4 * 1024 * 1024,
  maxConnections: 10_000,
  connectTimeoutMs: 30_000,
};

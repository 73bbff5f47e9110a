/** What a connection may cost. */
export interface ConnectionLimits {
  /** The longest frame that is accepted. */
  readonly maxFrameBytes: number;
  /** How long a peer may take for its first message, and for each frame once it has begun. */
  readonly frameTimeoutMs: number;
  /** How much may wait to be sent to a peer that does not read. */
  readonly maxUnsentBytes: number;
  /** How many questions of a peer may be under way at once. */
  readonly maxOpenRequests: number;
  /** How many messages of a peer may be refused before it is given up. */
  readonly maxRefusals: number;
}

/** Generous for any driver: RPC between driver and master is small and rare. */
export const DEFAULT_CONNECTION_LIMITS: ConnectionLimits = {
  maxFrameBytes: 16 * 1024 * 1024,
  frameTimeoutMs: 30_000,
  maxUnsentBytes: 16 * 1024 * 1024,
  maxOpenRequests: 1_000,
  maxRefusals: 100,
};

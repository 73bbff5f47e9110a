import type { SaslSealing } from './sasl-sealer.ts';

/**
 * What lies between a connection's bytes and its frames once both ends have authenticated themselves. It has a
 * state in each direction: what is encrypted must be sent, all of it and in that order.
 */
export interface TransportCipher {
  /** Bytes that have arrived and that cannot be told yet. */
  readonly pendingBytes: number;
  /** The plain bytes of the next ones that have arrived, as far as they can be told yet. */
  decrypt(chunk: Uint8Array): readonly Uint8Array[];
  /**
   * There where encrypting takes so long that it is worth another thread: what a {@link SaslSealer} needs to do it there.
   * `encrypt` must not be called then.
   */
  readonly sealing?: SaslSealing;
  /**
   * Overwrites bytes with what goes out for them, where that is as long; says whether it has. It takes no memory, and what
   * it leaves is still in the processor's cache when it is sent.
   */
  encryptInPlace?(bytes: Uint8Array): boolean;
  /** One message, given in pieces, as the pieces that go out. */
  encrypt(parts: readonly Uint8Array[]): readonly Uint8Array[];
}

/** The keys of a connection, as AuthEngine agrees upon them. */
export interface SessionKeys {
  /** 16 bytes (AES-128) or 32 (AES-256). */
  readonly key: Uint8Array;
  /** Where our reading begins. */
  readonly readIv: Uint8Array;
  /** Where our writing begins. */
  readonly writeIv: Uint8Array;
}

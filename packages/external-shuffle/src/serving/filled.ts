import type { TransportCipher } from '@spark-mesos/spark-network';

/** What has been put together. */
export interface Filled {
  /** Bytes in the buffer, to be sent first. */
  readonly bytes: number;
  /** Too long for the buffer; to be sent after it. */
  readonly more: readonly Uint8Array[];
  readonly chunks: number;
  /** To be used for all that is sent after this. */
  readonly cipher: TransportCipher | undefined;
  /** To be closed after this has been sent, and why. */
  readonly close: string | undefined;
  /** The service would have more chunks on their way than it may: to be closed at once. */
  readonly overloaded: boolean;
}

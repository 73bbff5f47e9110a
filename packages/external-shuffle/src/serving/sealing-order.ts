import type { SaslSealing } from '@spark-mesos/spark-network';

/** What a thread that encrypts is told. */
export type SealingOrder =
  | { readonly kind: 'open'; readonly id: number; readonly sealing: SaslSealing }
  /** Encrypt that many bytes. The memory changes hands, and comes back with the answer. */
  | { readonly kind: 'seal'; readonly id: number; readonly plain: ArrayBuffer; readonly bytes: number }
  | { readonly kind: 'close'; readonly id: number };

/** The answer to an order to seal. */
export interface SealedAnswer {
  readonly sealed: ArrayBuffer;
  readonly plain: ArrayBuffer;
}

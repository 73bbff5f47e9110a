import { randomBytes } from 'node:crypto';

/** Gives so many random bytes. */
export type RandomBytes = (size: number) => Uint8Array;

/** The 16 bytes of a random UUID: version 4, variant 1 (RFC 4122, 4.4). Mesos takes these bytes, not their text. */
export function randomUuid(random: RandomBytes = randomBytes): Uint8Array {
  const bytes = Uint8Array.from(random(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes;
}

import { setFlagsFromString } from 'node:v8';

/** Which V8 is known to have the flag; another would complain of it on standard error. */
const KNOWN_V8 = { from: 11, to: 14 };

/**
 * Keeps the memory of a gateway for one application small: for the HTTP parser of undici, which is WebAssembly, V8's
 * optimizing compiler takes some 35 MiB for a second, and leaves a part of them behind. The few messages of one application
 * are read as fast without. To be called before the first connection.
 */
export function keepMemorySmall(v8: string = process.versions.v8): void {
  const major = Number.parseInt(v8, 10);
  if (major >= KNOWN_V8.from && major <= KNOWN_V8.to) setFlagsFromString('--liftoff-only');
}

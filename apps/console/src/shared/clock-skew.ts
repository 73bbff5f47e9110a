/** Differences below this are the network's delay and the Date header's whole seconds. */
const LEAST_SKEW_MS = 2_000;

/**
 * How far a server's clock is ahead, by the time that it told and the reader's time when it arrived.
 * A small change against the last finding is no finding: times on the page are not to jump to and fro.
 */
export function clockSkewMs(serverTimeMs: number | undefined, receivedMs: number, lastMs = 0): number {
  if (serverTimeMs === undefined) return lastMs;
  const skew = serverTimeMs - receivedMs;
  return Math.abs(skew - lastMs) < LEAST_SKEW_MS ? lastMs : skew;
}

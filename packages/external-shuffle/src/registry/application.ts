import type { RegisteredExecutor } from '../model.ts';

/** What is known of an application on this agent. Times are those of a clock that only ever goes forward. */
export interface Application {
  readonly id: string;
  readonly executors: Map<string, RegisteredExecutor>;
  /** Undefined: no driver has registered here. */
  driver: { timeoutMs: number; lastHeartbeatMs: number } | undefined;
  secret: string | undefined;
  /** When an executor registered or blocks were asked for. */
  lastUsedMs: number;
}

/** When an application counts as over. */
export interface ExpiryRules {
  /** So long after its driver's timeout an application is still kept. */
  readonly graceMs: number;
  /** So long after its last use an application is kept that no driver has registered; undefined: for ever. */
  readonly orphanAgeMs: number | undefined;
}

/** Why an application is over. */
export type ExpiryReason = 'driver-silent' | 'orphaned';

/**
 * Whether an application is over. With a driver it is when that has been silent for longer than its timeout (S22, S41),
 * and nobody has read or registered in that time: a driver that is cut off, or stopped by its garbage collector, does
 * not lose the files that its executors are still reading (S27).
 */
export function expiryOf(
  { driver, lastUsedMs }: Application,
  nowMs: number,
  { graceMs, orphanAgeMs }: ExpiryRules,
): ExpiryReason | undefined {
  if (driver !== undefined) {
    const lastSignMs = Math.max(driver.lastHeartbeatMs, lastUsedMs);
    return nowMs - lastSignMs > driver.timeoutMs + graceMs ? 'driver-silent' : undefined;
  }
  if (orphanAgeMs === undefined) return undefined;
  return nowMs - lastUsedMs > orphanAgeMs ? 'orphaned' : undefined;
}

/** An application of which nothing is known yet. */
export function newApplication(id: string, nowMs: number): Application {
  return { id, executors: new Map(), driver: undefined, secret: undefined, lastUsedMs: nowMs };
}

import type { RegisteredExecutor } from '../model.ts';

/** Executors that share a record in the store: a record each would cost several times as much memory and time. */
export interface ExecutorChunk {
  readonly index: number;
  readonly executors: RegisteredExecutor[];
  /** About what they take in the record. */
  bytes: number;
}

/** A chunk is written anew with each executor that joins it, so it is to stay small. */
const MAX_CHUNK_EXECUTORS = 16;
const MAX_CHUNK_BYTES = 8192;

/** What is known of an application on this agent. Times are those of a clock that only ever goes forward. */
export interface Application {
  readonly id: string;
  readonly executors: Map<string, RegisteredExecutor>;
  /** The same executors as they are stored. */
  readonly chunks: ExecutorChunk[];
  /** Index of the next chunk. */
  nextChunk: number;
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
  return {
    id,
    executors: new Map(),
    chunks: [],
    nextChunk: 0,
    driver: undefined,
    secret: undefined,
    lastUsedMs: nowMs,
  };
}

/** Adds an executor; answers with the chunk that has to be written. */
export function addExecutor(application: Application, executor: RegisteredExecutor): ExecutorChunk {
  const bytes = executor.localDirs.reduce((sum, directory) => sum + directory.length + 3, 20);
  const last = application.chunks.at(-1);
  const fits =
    last?.index === application.nextChunk - 1 &&
    last.executors.length < MAX_CHUNK_EXECUTORS &&
    last.bytes + bytes <= MAX_CHUNK_BYTES;
  const chunk = fits ? last : { index: application.nextChunk++, executors: [], bytes: 0 };
  if (chunk !== last) application.chunks.push(chunk);
  chunk.executors.push(executor);
  chunk.bytes += bytes;
  application.executors.set(executor.executorId, executor);
  return chunk;
}

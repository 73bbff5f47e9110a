import { type DurableStore, MemoryStore } from '@spark-mesos/durable-store';
import { openShuffleState, type ShuffleState, type ShuffleStateOptions } from '@spark-mesos/external-shuffle';
import { type RecordingLogger, recordingLogger } from './recording-logger.ts';

/** A clock that stands still until it is moved. */
export interface HandClock {
  nowMs: number;
  wallMs: number;
}

/** A state under test: everything of it can be reached, and time is moved by hand. */
export interface StateUnderTest extends ShuffleState {
  readonly clock: HandClock;
  readonly logger: RecordingLogger;
  readonly store: DurableStore;
  advance(ms: number): void;
}

export async function openState(
  options: Partial<ShuffleStateOptions> & { roots: readonly string[]; clock?: HandClock },
): Promise<StateUnderTest> {
  const { clock = { nowMs: 1_000_000, wallMs: Date.now() }, ...rest } = options;
  const logger = recordingLogger();
  const store = options.store ?? new MemoryStore();
  const state = await openShuffleState({
    logger,
    now: () => clock.nowMs,
    wallNow: () => clock.wallMs,
    ...rest,
    store,
  });
  return {
    ...state,
    clock,
    logger,
    store,
    advance: (ms) => {
      clock.nowMs += ms;
      clock.wallMs += ms;
    },
  };
}

/** What an executor of Spark says of itself. */
export function executorInfo(...localDirs: readonly string[]) {
  return {
    localDirs,
    subDirsPerLocalDir: 64,
    shuffleManager: 'org.apache.spark.shuffle.sort.SortShuffleManager',
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import { asking } from './dispatcher-connection.ts';
import { SubmitError } from './errors.ts';

/** How somebody is asked who may be away for a while. */
export interface Patience {
  readonly writeError: (text: string) => void;
  readonly pollMs: number;
  /** After so long without an answer it is given up. */
  readonly longestMs?: number;
  readonly nowMs?: () => number;
}

/** A dispatcher that is started anew, or another one that takes over, is back by then. */
const LONGEST_MS = 10 * 60_000;

/**
 * Asks again while the dispatcher is not there: who waits for a driver for hours shall not stop because of a restart. What
 * is wrong is said once.
 */
export async function askPatiently<Answer>(
  call: () => Promise<Answer>,
  { writeError, pollMs, longestMs = LONGEST_MS, nowMs = Date.now }: Patience,
): Promise<Answer> {
  const beganMs = nowMs();
  for (let told = ''; ; await delay(pollMs)) {
    try {
      return await asking(call());
    } catch (error) {
      const isAway = error instanceof SubmitError && error.code === 'SUBMIT_NO_MASTER';
      if (!isAway || nowMs() - beganMs >= longestMs) throw error;
      if (told !== error.message) writeError(`spark-mesos: ${error.message}; asking again\n`);
      told = error.message;
    }
  }
}

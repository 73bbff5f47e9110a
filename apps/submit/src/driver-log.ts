import { setTimeout as delay } from 'node:timers/promises';
import type { DispatcherClient, SubmissionView } from '@spark-mesos/cluster-dispatcher/client';
import { asking } from './dispatcher-connection.ts';
import { SubmitError } from './errors.ts';
import { askPatiently } from './patient-asking.ts';

/** Which log of which driver. */
export interface DriverLog {
  readonly id: string;
  readonly file: 'stdout' | 'stderr';
  /** The last one where it is not said. */
  readonly attempt?: number;
}

/** What reading a log needs beside. */
export interface LogSurroundings {
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
  /** How often it is read on. */
  readonly pollMs?: number;
}

const POLL_MS = 500;
/** Why a log may be there later: the attempt has not begun, its sandbox or its agent cannot be reached. */
const MAY_COME = new Set<string>(['SUBMIT_NO_APPLICATION', 'SUBMIT_NO_MASTER']);

/** Writes a log as it is now. */
export async function printLog(
  client: DispatcherClient,
  { id, file, attempt }: DriverLog,
  { write }: LogSurroundings,
): Promise<void> {
  // However fast it grows, a part of it is the last one that was asked for.
  for (let offset = 0, known = attempt; ; ) {
    const part = await asking(
      client.log(id, { file, offset, ...(known === undefined ? {} : { attempt: known }) }),
    );
    write(part.data);
    if (part.nextOffset === offset) return;
    ({ nextOffset: offset, attempt: known } = part);
  }
}

/**
 * Writes a log as it grows, from when the driver is started until it has ended. One attempt is followed to its end, also when
 * another one begins.
 */
export async function followLog(
  client: DispatcherClient,
  { id, file, attempt }: DriverLog,
  { write, writeError, pollMs = POLL_MS }: LogSurroundings,
): Promise<void> {
  let known = attempt;
  let told = '';
  let submission = await asking(client.status(id));
  for (let offset = 0; ; ) {
    const isOver = hasEnded(submission, known);
    try {
      const range = { file, offset, ...(known === undefined ? {} : { attempt: known }) };
      const part = await asking(client.log(id, range));
      write(part.data);
      const moved = part.nextOffset > offset;
      ({ nextOffset: offset, attempt: known } = part);
      if (moved) continue;
      // What was written between the look at the state and the reading is read by then.
      if (isOver) return;
    } catch (error) {
      if (isOver || !(error instanceof SubmitError) || !MAY_COME.has(error.code)) throw error;
      if (told !== error.message) writeError(`spark-mesos: ${error.message}; asking again\n`);
      told = error.message;
    }
    await delay(pollMs);
    submission = await askPatiently(() => client.status(id), { writeError, pollMs });
  }
}

function hasEnded({ state, attempts }: SubmissionView, attempt: number | undefined): boolean {
  const followed = attempt === undefined ? attempts.at(-1) : attempts.find((one) => one.number === attempt);
  return state === 'finished' || followed?.finishedAt !== undefined;
}

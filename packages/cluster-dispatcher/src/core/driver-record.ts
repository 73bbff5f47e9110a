import type { SubmissionId } from '../model/ids.ts';
import type { Attempt, FinalState, RetryState, SubmissionState } from '../model/submission.ts';
import type { Demand, DriverPlan } from './driver-plan.ts';

/** An attempt while the dispatcher has it in hand. */
export type MutableAttempt = { -readonly [Key in keyof Attempt]: Attempt[Key] };

/** A submission while the dispatcher has it in hand. Kept small: there may be a hundred thousand. */
export interface DriverRecord {
  readonly id: SubmissionId;
  /** Grows with each submission; the last word where priority and time are equal (rule D34). */
  readonly sequence: number;
  readonly submittedAtMs: number;
  readonly owner: string | undefined;
  readonly plan: DriverPlan;
  readonly demand: Demand;
  readonly priority: number;
  /**
   * What is stored of the submission and never changes; the request is read out of it when it is needed. The store has the
   * very same bytes, so that a queue of a hundred thousand is in memory once.
   */
  readonly stored: Uint8Array;
  /** The Spark that it waits for, as people are told of it, where the dispatcher has it no longer. */
  readonly missingSpark: string | undefined;

  state: SubmissionState;
  finalState: FinalState | undefined;
  message: string | undefined;
  finishedAtMs: number | undefined;
  killRequestedAtMs: number | undefined;
  killGraceMs: number | undefined;
  retry: RetryState | undefined;
  /** The latest ones, the current one last; the first is kept as well. */
  attempts: MutableAttempt[];
  attemptCount: number;
}

/** States in which a task of the submission exists, or may. */
const LIVE: ReadonlySet<SubmissionState> = new Set<SubmissionState>([
  'launching',
  'running',
  'unreachable',
  'killing',
]);

/** Whether a task of the submission exists, or may. */
export function isLive(record: DriverRecord): boolean {
  return LIVE.has(record.state);
}

/** The attempt that is under way, or was the last. */
export function currentAttempt(record: DriverRecord): MutableAttempt | undefined {
  return record.attempts.at(-1);
}

/** So many attempts are remembered: the first, and the latest ones. */
const MAX_ATTEMPTS = 20;

/** Adds an attempt, and forgets one in the middle where there are very many. */
export function addAttempt(record: DriverRecord, attempt: MutableAttempt): void {
  record.attempts = [...record.attempts, attempt];
  record.attemptCount = attempt.number;
  if (record.attempts.length > MAX_ATTEMPTS) {
    record.attempts.splice(1, 1);
  }
}

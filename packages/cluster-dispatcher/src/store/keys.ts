import type { SubmissionId } from '../model/ids.ts';

/*
 * What is where in the store. Of a submission there are two values: what it is, which never changes, and how it stands,
 * which is not there while it waits for its first launch.
 */

/** The id of the dispatcher's own framework. */
export const FRAMEWORK_KEY = 'framework';
/** Says nothing; written to see whether anything can be written again. */
export const PROBE_KEY = 'probe';
export const SUBMISSION_PREFIX = 'submission/';
export const STATE_PREFIX = 'state/';
/** Values that could not be read, under the keys that they had. Nothing is ever deleted for being unreadable. */
export const QUARANTINE_PREFIX = 'quarantine/';

/** Where it is written what a submission is. */
export function submissionKey(id: SubmissionId): string {
  return `${SUBMISSION_PREFIX}${id}`;
}

/** Where it is written how a submission stands. */
export function stateKey(id: SubmissionId): string {
  return `${STATE_PREFIX}${id}`;
}

import type { SubmissionId } from './ids.ts';
import type { SubmissionState } from './submission.ts';

/** One thing that is wrong with a submission. The message holds no secret. */
export interface SubmissionProblem {
  /** The field (`appResource`) or the Spark property (`spark.driver.memory`) that it is about. */
  readonly setting: string;
  readonly message: string;
}

/** Why the dispatcher takes no submission at present, though nothing is wrong with it. */
export type RefusalCode =
  /** The queue as a whole is full; Spark's own words are 'Already reached maximum submission size'. */
  | 'DISPATCHER_QUEUE_FULL'
  /** The queue that the submission names is full. */
  | 'DISPATCHER_QUOTA_REACHED'
  /** The state is not read yet, or the dispatcher does not lead. */
  | 'DISPATCHER_NOT_READY'
  /** The dispatcher is being shut down. */
  | 'DISPATCHER_DRAINING'
  /** The submission could not be written down: the disk is full, or ZooKeeper is away. Nothing of it is left. */
  | 'DISPATCHER_STORE_FAILED';

/** What becomes of a request to run a driver. */
export type SubmitOutcome =
  | {
      readonly ok: true;
      readonly submissionId: SubmissionId;
      /** The submission was there before, with the same idempotency key. */
      readonly repeated: boolean;
      /** What does no harm and yet will not do what its author expects. */
      readonly warnings: readonly string[];
    }
  /** It can never run as it is; all problems at once. */
  | {
      readonly ok: false;
      readonly code: 'DISPATCHER_INVALID_SUBMISSION';
      readonly message: string;
      readonly problems: readonly SubmissionProblem[];
    }
  /** The idempotency key belongs to a submission with another content. */
  | {
      readonly ok: false;
      readonly code: 'DISPATCHER_IDEMPOTENCY_CONFLICT';
      readonly message: string;
      readonly submissionId: SubmissionId;
    }
  | { readonly ok: false; readonly code: RefusalCode; readonly message: string };

/** What becomes of a request to end a driver. */
export type KillOutcome =
  | {
      readonly ok: true;
      /** Where it stood: the three answers of rule D36 are `running` (and its like), `queued` and `retrying`. */
      readonly was: Exclude<SubmissionState, 'finished'>;
    }
  | {
      readonly ok: false;
      readonly code:
        | 'DISPATCHER_NOT_FOUND'
        | 'DISPATCHER_ALREADY_FINISHED'
        | 'DISPATCHER_NOT_READY'
        | 'DISPATCHER_STORE_FAILED';
      readonly message: string;
    };

/** What becomes of a request to submit again what was submitted before. */
export type ResubmitOutcome =
  | SubmitOutcome
  | { readonly ok: false; readonly code: 'DISPATCHER_NOT_FOUND'; readonly message: string };

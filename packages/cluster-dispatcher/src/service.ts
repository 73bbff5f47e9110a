import type { SubmissionId } from './model/ids.ts';
import type { KillOutcome, ResubmitOutcome, SubmitOutcome } from './model/outcomes.ts';
import type { Submission, SubmissionSummary } from './model/submission.ts';
import type { SubmissionRequest, SubmitOptions } from './model/submission-request.ts';
import type {
  DispatcherEvent,
  DispatcherMetrics,
  Explanation,
  QueuesView,
  Readiness,
  RetryView,
  SubmissionPage,
  SubmissionQuery,
} from './model/views.ts';

/**
 * The dispatcher as those see it who bring it submissions and show what it does: the REST server, Spark's RPC, the page.
 *
 * `Dispatcher` is the one that does the work. What can be expected is a value and never an exception.
 */
export interface DispatcherService {
  /**
   * Takes a driver to be run. Resolves when the submission is safe: it will run, also if the process is killed at once.
   * Everything that can be wrong with it is found here, before it is written down.
   */
  submit(request: SubmissionRequest, options?: SubmitOptions): Promise<SubmitOutcome>;

  /**
   * Ends a driver, or sees to it that it never begins. Resolves when the wish is safe; what becomes of it is told by
   * updates. `graceMs`: how long the driver may take to end by itself, before the agent kills it.
   */
  kill(submissionId: string, options?: { readonly graceMs?: number | undefined }): Promise<KillOutcome>;

  /** Ends all that has not ended; resolves to how many were told to. */
  killAll(): Promise<readonly SubmissionId[]>;

  /** Submits again, as a new submission, what another one was made of; changed properties go before those of old. */
  resubmit(
    submissionId: string,
    options?: SubmitOptions & { readonly properties?: Readonly<Record<string, string>> | undefined },
  ): Promise<ResubmitOutcome>;

  /** `undefined`: there is none, or it is no longer remembered. */
  status(submissionId: string): Submission | undefined;

  /** The same in short, and at a fraction of the cost. */
  summary(submissionId: string): SubmissionSummary | undefined;

  /** A page of the drivers that the query asks for. */
  list(query?: SubmissionQuery): SubmissionPage;

  /** Forgets finished submissions: those with these ids, or all. Resolves to how many. */
  clear(submissionIds?: readonly string[]): Promise<number>;

  /** Why a submission is where it is; `undefined` where there is none. */
  explain(submissionId: string): Explanation | undefined;

  /** What waits and runs in each queue. */
  queues(): QueuesView;

  /** Drivers that wait to be started again. */
  retries(): readonly RetryView[];

  /** Whether drivers can be taken, and if not why. */
  readiness(): Readiness;

  /** Counts and gauges. */
  metrics(): DispatcherMetrics;

  /**
   * Calls back with every event, at once and in order, until the function returned is called. A listener must not
   * throw, and must not wait: whoever sends them on has a bounded queue of its own.
   */
  subscribe(listener: (event: DispatcherEvent) => void): () => void;

  /** Events after that number, as far as they are remembered; `undefined` where some are not. */
  eventsAfter(sequence: number): readonly DispatcherEvent[] | undefined;

  /** Takes and launches nothing from now on; drivers go on. Resolves when what was begun is written down. */
  drain(): Promise<void>;

  /** Goes away and leaves drivers, framework and state to the next dispatcher with the same store (rule D8). */
  close(): Promise<void>;

  /** Removes the framework, which ends all its drivers, and forgets its id; then as {@link close}. For uninstalling. */
  teardown(): Promise<void>;
}
